// SPDX-License-Identifier: Apache-2.0
/**
 * Puts fragmented messages together for a handler that steers the poll, for any number of sessions: give `onFragment` to a
 * controlled poll of a subscription.
 * Messages in one frame pass through untouched; the fragments of others are copied until the last one has come.
 *
 * @hot
 */
import { DATA_HEADER_BEGIN_FLAG, UNFRAGMENTED } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core';
import { beginMessage, continueMessage } from './assembly.ts';
import { ControlledAction } from './controlled-action.ts';
import type { ControlledFragmentHandler } from './handlers.ts';
import type { Header } from './header.ts';
import { SessionBuilders } from './session-builders.ts';

/** As {@link FragmentAssembler}, for `controlledPoll`. @source aeron-client/ControlledFragmentAssembler */
export class ControlledFragmentAssembler {
  /** The handler that takes whole messages. */
  readonly delegate: ControlledFragmentHandler;
  /** The handler to poll with; bound to this assembler. */
  readonly onFragment: ControlledFragmentHandler;
  readonly #builders: SessionBuilders;

  /**
   * Hands whole messages of any number of sessions to `delegate`.
   *
   * @param initialBufferLength bytes set aside for each session; grows as messages need it.
   */
  constructor(delegate: ControlledFragmentHandler, initialBufferLength = 0) {
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

  #onFragment(buffer: AtomicBuffer, offset: number, length: number, header: Header): ControlledAction {
    const flags = header.flags;
    if ((flags & UNFRAGMENTED) === UNFRAGMENTED) {
      return this.delegate(buffer, offset, length, header);
    }
    if ((flags & DATA_HEADER_BEGIN_FLAG) !== 0) {
      beginMessage(this.#builders.findOrCreate(header.sessionId), buffer, offset, length, header);
      return ControlledAction.CONTINUE;
    }
    const builder = this.#builders.find(header.sessionId);
    if (builder === undefined) {
      return ControlledAction.CONTINUE;
    }
    const limit = builder.limit;
    if (!continueMessage(builder, buffer, offset, length, header)) {
      return ControlledAction.CONTINUE;
    }
    const action = this.delegate(builder.buffer, 0, builder.limit, builder.completeHeader(header));
    if (action === ControlledAction.ABORT) {
      builder.limit = limit;
    } else {
      builder.reset();
    }
    return action;
  }
}
