// SPDX-License-Identifier: Apache-2.0
/**
 * Puts fragmented messages together for a handler that steers the poll of one image: no look-up by session.
 * Messages in one frame pass through untouched; the fragments of others are copied until the last one has come.
 *
 * @hot
 */
import { DATA_HEADER_BEGIN_FLAG, UNFRAGMENTED } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core';
import { beginMessage, continueMessage } from './assembly.ts';
import { BufferBuilder } from './buffer-builder.ts';
import { ControlledAction } from './controlled-action.ts';
import type { ControlledFragmentHandler } from './handlers.ts';
import type { Header } from './header.ts';

/**
 * As {@link ControlledFragmentAssembler}, for the fragments of one image.
 *
 * @source aeron-client/ImageControlledFragmentAssembler
 */
export class ImageControlledFragmentAssembler {
  /** The handler that takes whole messages. */
  readonly delegate: ControlledFragmentHandler;
  /** The handler to poll with; bound to this assembler. */
  readonly onFragment: ControlledFragmentHandler;
  readonly #builder: BufferBuilder;

  /**
   * Hands whole messages of one image to `delegate`.
   *
   * @param initialBufferLength bytes set aside at once; grows as messages need it.
   */
  constructor(delegate: ControlledFragmentHandler, initialBufferLength = 0) {
    this.delegate = delegate;
    this.#builder = new BufferBuilder(initialBufferLength);
    this.onFragment = (buffer, offset, length, header) => this.#onFragment(buffer, offset, length, header);
  }

  /** Drops a message that was begun, and the memory that it took. */
  clear(): void {
    this.#builder.reset();
    this.#builder.compact();
  }

  #onFragment(buffer: AtomicBuffer, offset: number, length: number, header: Header): ControlledAction {
    const flags = header.flags;
    if ((flags & UNFRAGMENTED) === UNFRAGMENTED) {
      return this.delegate(buffer, offset, length, header);
    }
    if ((flags & DATA_HEADER_BEGIN_FLAG) !== 0) {
      beginMessage(this.#builder, buffer, offset, length, header);
      return ControlledAction.CONTINUE;
    }
    const builder = this.#builder;
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
