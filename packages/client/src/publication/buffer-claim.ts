// SPDX-License-Identifier: Apache-2.0
/**
 * Claimed space of one message in a term buffer, to be filled in place. Reusable: one claim object serves any number of
 * messages, one after the other. It must be committed or aborted soon: until then no subscriber gets past it.
 *
 * @hot
 */
import { AeronError, AtomicBuffer } from '@aeron/core';
import { storeInt32Release } from '@aeron/core/internal';

const HEADER_LENGTH = 32;
const FLAGS_OFFSET = 5;
const TYPE_OFFSET = 6;
const RESERVED_VALUE_OFFSET = 24;
const PADDING_TYPE = 0;

const NO_CLAIM = AtomicBuffer.allocate(0);

/**
 * `buffer` is the whole term, so that claiming allocates nothing: write from `offset` on, `length` bytes and not one more.
 * `putBytes` checks that.
 *
 * @source aeron-client/BufferClaim
 */
export class BufferClaim {
  /** The term buffer; an empty buffer when nothing is claimed. */
  buffer: AtomicBuffer = NO_CLAIM;
  /** Where the payload begins in `buffer`. */
  offset = 0;
  /** Bytes of payload. */
  length = 0;

  /** Points the claim at a frame. For publications. */
  wrap(buffer: AtomicBuffer, frameOffset: number, frameLength: number): void {
    this.buffer = buffer;
    this.offset = frameOffset + HEADER_LENGTH;
    this.length = frameLength - HEADER_LENGTH;
  }

  /** Whether there is a claim that is neither committed nor aborted. */
  get isActive(): boolean {
    return this.buffer !== NO_CLAIM;
  }

  /** 0x80 begins a message, 0x40 ends it; both for an unfragmented one. */
  get flags(): number {
    return this.buffer.getUint8(this.offset - HEADER_LENGTH + FLAGS_OFFSET);
  }

  /** Overwrites the flags that the claim began with, 0xC0. */
  set flags(value: number) {
    this.buffer.putUint8(this.offset - HEADER_LENGTH + FLAGS_OFFSET, value);
  }

  /** Frame type: 1 for data. */
  get headerType(): number {
    return this.buffer.getUint16(this.offset - HEADER_LENGTH + TYPE_OFFSET);
  }

  /** Overwrites the frame type; 0 makes it padding, which subscribers skip. */
  set headerType(value: number) {
    this.buffer.putUint16(this.offset - HEADER_LENGTH + TYPE_OFFSET, value);
  }

  /** 64 bits that travel with the frame. */
  get reservedValue(): bigint {
    return this.buffer.getBigInt64(this.offset - HEADER_LENGTH + RESERVED_VALUE_OFFSET);
  }

  /** Sets them; 0 until then. */
  set reservedValue(value: bigint) {
    this.buffer.putBigInt64(this.offset - HEADER_LENGTH + RESERVED_VALUE_OFFSET, value);
  }

  /** Copies bytes to the start of the payload. @throws RangeError when they do not fit the claim. */
  putBytes(source: AtomicBuffer | Uint8Array, sourceOffset: number, length: number): this {
    if (!(length <= this.length)) {
      throwTooLong(length, this.length);
    }
    if (source instanceof AtomicBuffer) {
      source.boundsCheck(sourceOffset, length);
      this.buffer.putBytes(this.offset, source, sourceOffset, length);
    } else {
      this.buffer.putUint8Array(this.offset, source, sourceOffset, length);
    }
    return this;
  }

  /** Makes the message visible. The claim is over. */
  commit(): void {
    this.#finish();
  }

  /** Gives the message up: subscribers skip it. Its bytes of the stream are used up all the same. The claim is over. */
  abort(): void {
    if (this.isActive) {
      this.headerType = PADDING_TYPE;
    }
    this.#finish();
  }

  /** Text for logs, without the bytes. @cold */
  toString(): string {
    return `BufferClaim{isActive=${this.isActive} offset=${this.offset} length=${this.length}}`;
  }

  /** @cold What `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  #finish(): void {
    if (!this.isActive) {
      throwNotActive();
    }
    storeInt32Release(this.buffer.int32, (this.offset - HEADER_LENGTH) >> 2, this.length + HEADER_LENGTH);
    this.buffer = NO_CLAIM;
    this.offset = 0;
    this.length = 0;
  }
}

function throwTooLong(length: number, claimed: number): never {
  throw new RangeError(`more bytes than were claimed: length=${length} claimed=${claimed}`);
}

function throwNotActive(): never {
  throw new AeronError('INVALID_ARGUMENT', 'the buffer claim holds no claim: it was committed, aborted or never made');
}
