// SPDX-License-Identifier: Apache-2.0
/**
 * Puts fragmented messages together for a handler, for any number of sessions: give `onFragment` to a poll of a subscription.
 * Messages in one frame pass through untouched; the fragments of others are copied until the last one has come.
 *
 * @hot
 */
import { DATA_HEADER_BEGIN_FLAG, UNFRAGMENTED } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core';
import { beginMessage, continueMessage } from './assembly.ts';
import type { FragmentHandler } from './handlers.ts';
import type { Header } from './header.ts';
import { SessionBuilders } from './session-builders.ts';

/**
 * Puts fragments together: hand its `onFragment` to `poll`, and its delegate gets whole messages.
 *
 * @source aeron-client/FragmentAssembler
 */
export class FragmentAssembler {
  /** The handler that takes whole messages. */
  readonly delegate: FragmentHandler;
  /** The handler to poll with; bound to this assembler. */
  readonly onFragment: FragmentHandler;
  readonly #builders: SessionBuilders;

  /**
   * Hands whole messages of any number of sessions to `delegate`.
   *
   * @param initialBufferLength bytes set aside for each session; grows as messages need it.
   */
  constructor(delegate: FragmentHandler, initialBufferLength = 0) {
    this.delegate = delegate;
    this.#builders = new SessionBuilders(initialBufferLength);
    this.onFragment = (buffer, offset, length, header) => this.#onFragment(buffer, offset, length, header);
  }

  /** Gives up the memory of a session that has ended. @returns whether there was any. */
  freeSessionBuffer(sessionId: number): boolean {
    return this.#builders.remove(sessionId);
  }

  /** Gives up the memory of all sessions, with what they had begun. */
  clear(): void {
    this.#builders.clear();
  }

  #onFragment(buffer: AtomicBuffer, offset: number, length: number, header: Header): void {
    const flags = header.flags;
    if ((flags & UNFRAGMENTED) === UNFRAGMENTED) {
      this.delegate(buffer, offset, length, header);
      return;
    }
    if ((flags & DATA_HEADER_BEGIN_FLAG) !== 0) {
      beginMessage(this.#builders.findOrCreate(header.sessionId), buffer, offset, length, header);
      return;
    }
    const builder = this.#builders.find(header.sessionId);
    if (builder !== undefined && continueMessage(builder, buffer, offset, length, header)) {
      this.delegate(builder.buffer, 0, builder.limit, builder.completeHeader(header));
      builder.reset();
    }
  }
}
