// SPDX-License-Identifier: Apache-2.0
/**
 * Puts fragmented messages together for a handler that reads one image: no look-up by session.
 * Messages in one frame pass through untouched; the fragments of others are copied until the last one has come.
 *
 * @hot
 */
import { DATA_HEADER_BEGIN_FLAG, UNFRAGMENTED } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core';
import { beginMessage, continueMessage } from './assembly.ts';
import { BufferBuilder } from './buffer-builder.ts';
import type { FragmentHandler } from './handlers.ts';
import type { Header } from './header.ts';

/** As {@link FragmentAssembler}, for the fragments of one image. @source aeron-client/ImageFragmentAssembler */
export class ImageFragmentAssembler {
  /** The handler that takes whole messages. */
  readonly delegate: FragmentHandler;
  /** The handler to poll with; bound to this assembler. */
  readonly onFragment: FragmentHandler;
  readonly #builder: BufferBuilder;

  /**
   * Hands whole messages of one image to `delegate`.
   *
   * @param initialBufferLength bytes set aside at once; grows as messages need it.
   */
  constructor(delegate: FragmentHandler, initialBufferLength = 0) {
    this.delegate = delegate;
    this.#builder = new BufferBuilder(initialBufferLength);
    this.onFragment = (buffer, offset, length, header) => this.#onFragment(buffer, offset, length, header);
  }

  /** Drops a message that was begun, and the memory that it took. */
  clear(): void {
    this.#builder.reset();
    this.#builder.compact();
  }

  #onFragment(buffer: AtomicBuffer, offset: number, length: number, header: Header): void {
    const flags = header.flags;
    if ((flags & UNFRAGMENTED) === UNFRAGMENTED) {
      this.delegate(buffer, offset, length, header);
      return;
    }
    if ((flags & DATA_HEADER_BEGIN_FLAG) !== 0) {
      beginMessage(this.#builder, buffer, offset, length, header);
      return;
    }
    const builder = this.#builder;
    if (continueMessage(builder, buffer, offset, length, header)) {
      this.delegate(builder.buffer, 0, builder.limit, builder.completeHeader(header));
      builder.reset();
    }
  }
}
