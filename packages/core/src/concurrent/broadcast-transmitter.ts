// SPDX-License-Identifier: Apache-2.0
/**
 * Sends messages to any number of receivers in other processes, without knowing or waiting for them: one that can't keep
 * up is overtaken and notices. One transmitter per buffer.
 *
 * @hot
 */
import type { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { fenceAfterRelease } from '../buffer/fence.ts';
import {
  BROADCAST_TAIL_OFFSET,
  BROADCAST_TRAILER_LENGTH,
  LATEST_OFFSET,
  TAIL_INTENT_OFFSET,
} from './broadcast-descriptor.ts';
import {
  alignRecord,
  checkMessage,
  PADDING_TYPE_ID,
  RECORD_HEADER_LENGTH,
  RECORD_TYPE_OFFSET,
  recordCapacity,
} from './ring-buffer-descriptor.ts';

/** @source agrona/BroadcastTransmitter */
export class BroadcastTransmitter {
  readonly buffer: AtomicBuffer;
  /** Bytes for records. */
  readonly capacity: number;
  /** The longest body, an eighth of the capacity. */
  readonly maxMessageLength: number;
  private readonly tailIntentOffset: number;
  private readonly tailOffset: number;
  private readonly latestOffset: number;

  /**
   * @param buffer a power of two long plus a trailer of 128 bytes.
   * @throws AeronError INVALID_ARGUMENT for another length or memory not aligned to 8.
   */
  constructor(buffer: AtomicBuffer) {
    const capacity = recordCapacity(buffer, BROADCAST_TRAILER_LENGTH);
    this.buffer = buffer;
    this.capacity = capacity;
    this.maxMessageLength = capacity >> 3;
    this.tailIntentOffset = capacity + TAIL_INTENT_OFFSET;
    this.tailOffset = capacity + BROADCAST_TAIL_OFFSET;
    this.latestOffset = capacity + LATEST_OFFSET;
  }

  /** @throws AeronError INVALID_ARGUMENT for a type id below 1 or too long a message. */
  transmit(typeId: number, source: AtomicBuffer, offset: number, length: number): void {
    checkMessage(typeId, length, this.maxMessageLength);
    source.boundsCheck(offset, length);
    const buffer = this.buffer;
    let tail = buffer.getInt64(this.tailOffset);
    let recordIndex = tail & (this.capacity - 1);
    const required = alignRecord(length + RECORD_HEADER_LENGTH);
    const toEnd = this.capacity - recordIndex;
    const padding = required > toEnd ? toEnd : 0;

    buffer.putInt64Release(this.tailIntentOffset, tail + padding + required);
    fenceAfterRelease(); // receivers must be warned before anything of theirs is overwritten
    if (padding > 0) {
      buffer.putInt32(recordIndex, padding);
      buffer.putInt32(recordIndex + RECORD_TYPE_OFFSET, PADDING_TYPE_ID);
      tail += padding;
      recordIndex = 0;
    }
    buffer.putInt32(recordIndex, length + RECORD_HEADER_LENGTH);
    buffer.putInt32(recordIndex + RECORD_TYPE_OFFSET, typeId);
    buffer.putBytes(recordIndex + RECORD_HEADER_LENGTH, source, offset, length);
    buffer.putInt64Release(this.latestOffset, tail);
    buffer.putInt64Release(this.tailOffset, tail + required);
  }
}
