// SPDX-License-Identifier: Apache-2.0
/**
 * Writes the time of reception into the frames of a datagram before they go into the log (`channel-rcv-ts-offset`): ns since
 * 1970, into each frame that begins a message and has room at the offset. Receiver's thread.
 *
 * @hot
 */
import { alignFrame, DATA_HEADER_FRAME_LENGTH_OFFSET } from '@aeron/codecs/internal';
import type { AtomicBuffer, Clock } from '@aeron/core/internal';
import { SendTimestamp } from '../sender/send-timestamp.ts';

/** @source aeron-driver/PublicationImage */
export class ReceiveTimestamp {
  readonly #timestamp: SendTimestamp;

  /** @param offset in the payload, bytes; -8 is the reserved value of the header. */
  constructor(clock: Clock, offset: number) {
    this.#timestamp = new SendTimestamp(clock, offset);
  }

  /** @param length of the datagram at `offset`, whose frames were validated. */
  stamp(buffer: AtomicBuffer, offset: number, length: number): void {
    let at = 0;
    while (at < length) {
      this.#timestamp.stamp(buffer, offset + at, length - at);
      at += alignFrame(buffer.getInt32(offset + at + DATA_HEADER_FRAME_LENGTH_OFFSET));
    }
  }
}
