// SPDX-License-Identifier: Apache-2.0
/**
 * One message as an async iterator yields it: the bytes and what the frame header said about them, which stays true after the
 * header has moved on.
 */
import { DATA_HEADER_RESERVED_VALUE_OFFSET } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core';
import type { Header } from '../subscription/header.ts';
import type { Image } from '../subscription/image.ts';

/** A message as an iteration yields it. */
export class Message {
  /**
   * The payload. A view of the log or of the assembly buffer, valid until the next message is asked for; a copy of the
   * application's own if `copy` was asked for.
   */
  readonly data: Buffer;
  /** The stream that it came from. */
  readonly image: Image;
  readonly sessionId: number;
  readonly streamId: number;
  /** Stream position of its end. */
  readonly position: number;
  readonly #reservedLow: number;
  readonly #reservedHigh: number;

  /** For the iteration. @param header of the frame, of which what is asked for later is kept. */
  constructor(data: Buffer, header: Header) {
    this.data = data;
    this.image = header.context as Image;
    this.sessionId = header.sessionId;
    this.streamId = header.streamId;
    this.position = header.position;
    const { buffer, offset } = header;
    this.#reservedLow = buffer.getInt32(offset + DATA_HEADER_RESERVED_VALUE_OFFSET);
    this.#reservedHigh = buffer.getInt32(offset + DATA_HEADER_RESERVED_VALUE_OFFSET + 4);
  }

  /** The 64 bits of the publisher's reserved value supplier; 0 without one. */
  get reservedValue(): bigint {
    return (BigInt(this.#reservedHigh) << 32n) | BigInt(this.#reservedLow >>> 0);
  }

  /** The payload as UTF-8. */
  text(): string {
    return this.data.toString('utf8');
  }

  /** What it is and where it stands, without its text. */
  toString(): string {
    const { sessionId, streamId, position, data } = this;
    return `Message{length=${data.length} sessionId=${sessionId} streamId=${streamId} position=${position}}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** A view of `length` bytes at `offset`. */
export function viewOf(buffer: AtomicBuffer, offset: number, length: number): Buffer {
  const { bytes } = buffer;
  buffer.boundsCheck(offset, length);
  return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset + offset, length);
}

/** A copy of `length` bytes at `offset`. */
export function copyOf(buffer: AtomicBuffer, offset: number, length: number): Buffer {
  const copy = Buffer.allocUnsafe(length);
  buffer.getBytes(offset, copy, 0, length);
  return copy;
}
