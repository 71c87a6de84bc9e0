// SPDX-License-Identifier: Apache-2.0
/**
 * One piece of a message that is offered in pieces. Reusable: `reset` points it at other bytes.
 *
 * @hot
 */
import { checkedPartsLength } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core';

const NO_BYTES = new Uint8Array(0);

/** A part of a message: a range of bytes. @source aeron-client/DirectBufferVector */
export class DirectBufferVector {
  buffer: AtomicBuffer | Uint8Array;
  /** Bytes from the start of `buffer`. */
  offset = 0;
  /** Bytes. */
  length = 0;

  /**
   * Points at a range of bytes, which is looked at when it is offered and not before.
   *
   * @param length bytes; all that follow `offset` when left out.
   */
  constructor(buffer: AtomicBuffer | Uint8Array = NO_BYTES, offset = 0, length?: number) {
    this.buffer = buffer;
    this.offset = offset;
    this.length = length ?? (buffer instanceof Uint8Array ? buffer.length : buffer.capacity) - offset;
  }

  /** Points it at another range: bytes from the start of `buffer`, checked when it is offered. */
  reset(buffer: AtomicBuffer | Uint8Array, offset: number, length: number): this {
    this.buffer = buffer;
    this.offset = offset;
    this.length = length;
    return this;
  }

  /** Validates every vector. @returns the bytes of all. @throws AeronError INVALID_ARGUMENT for one that is invalid, or too many. */
  static validateAndComputeLength(vectors: readonly DirectBufferVector[]): number {
    return checkedPartsLength(vectors);
  }
}
