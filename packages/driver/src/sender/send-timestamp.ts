// SPDX-License-Identifier: Apache-2.0
/**
 * Writes the time of sending into a datagram that is about to leave (`channel-snd-ts-offset`): ns since 1970, into the first
 * frame, when it begins a message and has room at the offset. It is written into the mapped term itself, as in the reference.
 *
 * The wall clock has ms; the ns between come from the monotonic clock.
 *
 * @hot
 */
import {
  DATA_HEADER_BEGIN_FLAG,
  DATA_HEADER_BLOCK_LENGTH,
  DATA_HEADER_FLAGS_OFFSET,
  DATA_HEADER_FRAME_LENGTH_OFFSET,
  DATA_HEADER_TYPE_OFFSET,
  FrameType,
} from '@aeron/codecs/internal';
import type { AtomicBuffer, Clock } from '@aeron/core/internal';

// By name: a lookup of a global costs microseconds where tests run in a context of their own.
const { floor, min } = Math;

const TIMESTAMP_LENGTH = 8;
const NS_PER_MS = 1_000_000;
const TWO_POW_16 = 65536;
const TWO_POW_32 = 4294967296;

/** @source aeron-driver/SendChannelEndpoint */
export class SendTimestamp {
  readonly #clock: Clock;
  /** From the start of the frame. */
  readonly #frameOffset: number;
  #anchorMs = 0;
  #anchorNs = 0;

  /** @param offset in the payload, bytes; -8 is the reserved value of the header. */
  constructor(clock: Clock, offset: number) {
    this.#clock = clock;
    this.#frameOffset = DATA_HEADER_BLOCK_LENGTH + offset;
  }

  /** @param length of the datagram at `offset`. */
  stamp(buffer: AtomicBuffer, offset: number, length: number): void {
    if (length < DATA_HEADER_BLOCK_LENGTH || buffer.getUint16(offset + DATA_HEADER_TYPE_OFFSET) !== FrameType.DATA) {
      return;
    }
    const frameLength = buffer.getInt32(offset + DATA_HEADER_FRAME_LENGTH_OFFSET); // 0 in a heartbeat
    const isBegin = (buffer.getUint8(offset + DATA_HEADER_FLAGS_OFFSET) & DATA_HEADER_BEGIN_FLAG) !== 0;
    if (isBegin && this.#frameOffset + TIMESTAMP_LENGTH <= min(frameLength, length)) {
      this.#putEpochNs(buffer, offset + this.#frameOffset);
    }
  }

  /** The product of ms and 10^6 has more bits than a number holds, so it is made in parts of 16 and 32 bits. */
  #putEpochNs(buffer: AtomicBuffer, offset: number): void {
    const epochMs = this.#clock.epochMs();
    const nanoTime = this.#clock.nanoTime();
    let ns = nanoTime - this.#anchorNs - (epochMs - this.#anchorMs) * NS_PER_MS;
    if (!(ns >= 0 && ns < NS_PER_MS)) {
      // The first time, or the clocks have moved apart: a little late stays at the end of the ms, so as not to go back.
      ns = ns >= NS_PER_MS && ns < 2 * NS_PER_MS ? NS_PER_MS - 1 : 0;
      this.#anchorMs = epochMs;
      this.#anchorNs = nanoTime - ns;
    }
    const msHigh = floor(epochMs / TWO_POW_16);
    const upper = msHigh * NS_PER_MS;
    const upperHigh = floor(upper / TWO_POW_16);
    const lower =
      (upper - upperHigh * TWO_POW_16) * TWO_POW_16 + (epochMs - msHigh * TWO_POW_16) * NS_PER_MS + floor(ns);
    const carry = floor(lower / TWO_POW_32);
    buffer.putInt32(offset, (lower - carry * TWO_POW_32) | 0);
    buffer.putInt32(offset + 4, (upperHigh + carry) | 0);
  }
}
