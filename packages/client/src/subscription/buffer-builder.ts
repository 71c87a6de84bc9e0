// SPDX-License-Identifier: Apache-2.0
/**
 * Collects the fragments of one message and the header that the whole message is presented with.
 * Grows as needed and keeps its memory for the next message.
 *
 * @hot
 */
import { DATA_HEADER_BLOCK_LENGTH, DATA_HEADER_FLAGS_OFFSET } from '@aeron/codecs/internal';
import { AeronError, AtomicBuffer } from '@aeron/core';
import { Header } from './header.ts';

const MAX_CAPACITY = 2147483639;
const MIN_ALLOCATED_CAPACITY = 4096;
const NO_TERM_OFFSET = -1;
const NO_LENGTH = -1;
const NO_CAPACITY = AtomicBuffer.allocate(0);

/** Grows as fragments are appended. @source aeron-client/BufferBuilder */
export class BufferBuilder {
  /** Where in its term the next fragment must begin to belong to this message; -1 when none may follow. */
  nextTermOffset = NO_TERM_OFFSET;
  #buffer: AtomicBuffer;
  #limit = 0;
  readonly #headerBuffer = AtomicBuffer.allocate(DATA_HEADER_BLOCK_LENGTH);
  readonly #completeHeader = new Header(0, 0);

  /**
   * @param initialCapacity bytes, 0 to 2^31 - 9.
   * @throws AeronError INVALID_ARGUMENT when it is outside that range.
   */
  constructor(initialCapacity = 0) {
    if (!(initialCapacity >= 0 && initialCapacity <= MAX_CAPACITY)) {
      throw new AeronError(
        'INVALID_ARGUMENT',
        `initial capacity out of range: initialCapacity=${initialCapacity} maxCapacity=${MAX_CAPACITY}`,
      );
    }
    this.#buffer = initialCapacity === 0 ? NO_CAPACITY : AtomicBuffer.allocate(initialCapacity);
  }

  /** Bytes that fit without growing. */
  get capacity(): number {
    return this.#buffer.capacity;
  }

  /** The memory; replaced when it grows. */
  get buffer(): AtomicBuffer {
    return this.#buffer;
  }

  /** Bytes collected so far. */
  get limit(): number {
    return this.#limit;
  }

  /**
   * Cuts what was collected, or counts in bytes put there otherwise.
   *
   * @throws AeronError INVALID_ARGUMENT beyond the capacity.
   */
  set limit(limit: number) {
    if (!(limit >= 0 && limit <= this.#buffer.capacity)) {
      throwLimitOutOfRange(limit, this.#buffer.capacity);
    }
    this.#limit = limit;
  }

  /** Forgets what was collected; the memory stays. */
  reset(): void {
    this.#limit = 0;
    this.nextTermOffset = NO_TERM_OFFSET;
    this.#completeHeader.context = undefined;
    this.#completeHeader.fragmentedFrameLength = NO_LENGTH;
  }

  /** Gives back memory beyond what is collected. */
  compact(): void {
    const capacity = Math.max(MIN_ALLOCATED_CAPACITY, this.#limit);
    if (capacity < this.#buffer.capacity) {
      this.#resize(capacity);
    }
  }

  /** @throws AeronError INSUFFICIENT_CAPACITY beyond 2^31 - 9 bytes. */
  append(source: AtomicBuffer, sourceOffset: number, length: number): void {
    const requiredCapacity = this.#limit + length;
    if (requiredCapacity > this.#buffer.capacity) {
      if (requiredCapacity > MAX_CAPACITY) {
        throwTooLong(this.#limit, length);
      }
      this.#resize(suitableCapacity(this.#buffer.capacity, requiredCapacity));
    }
    this.#buffer.putBytes(this.#limit, source, sourceOffset, length);
    this.#limit = requiredCapacity;
  }

  /** Keeps a copy of the first fragment's header. */
  captureHeader(header: Header): void {
    const completeHeader = this.#completeHeader;
    completeHeader.initialTermId = header.initialTermId;
    completeHeader.positionBitsToShift = header.positionBitsToShift;
    completeHeader.offset = 0;
    completeHeader.buffer = this.#headerBuffer;
    this.#headerBuffer.putBytes(0, header.buffer, header.offset, DATA_HEADER_BLOCK_LENGTH);
  }

  /**
   * The header of the whole message: that of the first fragment with the length of all and the flags of both ends. Its
   * position is the end of the last fragment.
   *
   * @param header of the last fragment, whose context it takes over.
   */
  completeHeader(header: Header): Header {
    const completeHeader = this.#completeHeader;
    const headerBuffer = this.#headerBuffer;
    completeHeader.context = header.context;
    completeHeader.fragmentedFrameLength = header.nextTermOffset - completeHeader.termOffset;
    headerBuffer.putInt32(0, DATA_HEADER_BLOCK_LENGTH + this.#limit);
    headerBuffer.putUint8(DATA_HEADER_FLAGS_OFFSET, headerBuffer.getUint8(DATA_HEADER_FLAGS_OFFSET) | header.flags);
    return completeHeader;
  }

  /** @cold */
  #resize(capacity: number): void {
    const grown = AtomicBuffer.allocate(capacity);
    grown.putBytes(0, this.#buffer, 0, this.#limit);
    this.#buffer = grown;
  }
}

/** Half as much again until it fits, at least 4096 and at most 2^31 - 9 bytes. */
export function suitableCapacity(capacity: number, requiredCapacity: number): number {
  let suitable = Math.max(capacity, MIN_ALLOCATED_CAPACITY);
  while (suitable < requiredCapacity) {
    suitable = Math.min(suitable + Math.floor(suitable / 2), MAX_CAPACITY);
  }
  return suitable;
}

function throwLimitOutOfRange(limit: number, capacity: number): never {
  throw new AeronError('INVALID_ARGUMENT', `limit out of range: limit=${limit} capacity=${capacity}`);
}

function throwTooLong(limit: number, length: number): never {
  throw new AeronError(
    'INSUFFICIENT_CAPACITY',
    `message too long to assemble: limit=${limit} additionalLength=${length} maxCapacity=${MAX_CAPACITY}`,
  );
}
