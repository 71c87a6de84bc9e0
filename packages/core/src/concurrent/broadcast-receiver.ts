// SPDX-License-Identifier: Apache-2.0
/**
 * Reads a broadcast buffer in place. What it shows may be overwritten at any moment: use what was read only after
 * `validate` has said that it was still whole. CopyBroadcastReceiver does that for you.
 *
 * @hot
 */
import type { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { fullFence } from '../buffer/fence.ts';
import { AeronError } from '../errors/aeron-error.ts';
import {
  BROADCAST_TAIL_OFFSET,
  BROADCAST_TRAILER_LENGTH,
  LATEST_OFFSET,
  TAIL_INTENT_OFFSET,
} from './broadcast-descriptor.ts';
import {
  alignRecord,
  PADDING_TYPE_ID,
  RECORD_HEADER_LENGTH,
  RECORD_TYPE_OFFSET,
  recordCapacity,
} from './ring-buffer-descriptor.ts';

/** @source agrona/BroadcastReceiver */
export class BroadcastReceiver {
  readonly buffer: AtomicBuffer;
  /** Bytes for records. */
  readonly capacity: number;
  /** The record at the cursor: valid after `receiveNext` returned true. */
  typeId = 0;
  /** Of the body in `buffer`. */
  offset = 0;
  /** Of the body, in bytes. */
  length = 0;
  /** How often the transmitter was a whole buffer ahead, and messages were lost. */
  lappedCount = 0;
  private readonly tailIntentOffset: number;
  private readonly tailOffset: number;
  private readonly latestOffset: number;
  private cursor: number;
  private nextRecord: number;

  /**
   * Starts at the newest record, which may be one that was sent before; nothing follows from a stale message.
   *
   * @throws AeronError INVALID_ARGUMENT unless the buffer is a power of two long plus a trailer of 128 bytes, aligned to 8.
   */
  constructor(buffer: AtomicBuffer) {
    const capacity = recordCapacity(buffer, BROADCAST_TRAILER_LENGTH);
    this.buffer = buffer;
    this.capacity = capacity;
    this.tailIntentOffset = capacity + TAIL_INTENT_OFFSET;
    this.tailOffset = capacity + BROADCAST_TAIL_OFFSET;
    this.latestOffset = capacity + LATEST_OFFSET;
    this.cursor = this.nextRecord = buffer.getInt64Volatile(this.latestOffset);
  }

  /**
   * Moves to the next record.
   *
   * @returns whether there is one.
   * @throws AeronError BROADCAST_CORRUPT for a record that can't be and was not overwritten; reading goes on behind the newest.
   */
  receiveNext(): boolean {
    const tail = this.buffer.getInt64Volatile(this.tailOffset);
    let position = this.nextRecord;
    if (!(tail > position)) {
      return false;
    }
    if (!this.isWhole(position)) {
      this.lappedCount++;
      position = this.buffer.getInt64Volatile(this.latestOffset);
    }
    let recordLength = this.recordLengthAt(position);
    if (recordLength > 0 && this.typeId === PADDING_TYPE_ID) {
      position += alignRecord(recordLength);
      recordLength = position < tail ? this.recordLengthAt(position) : 0;
    }
    this.cursor = position;
    if (recordLength === 0) {
      return this.onInvalidRecord(tail);
    }
    this.nextRecord = position + alignRecord(recordLength);
    return true;
  }

  /** Whether all that was read of the current record since `receiveNext` was whole. */
  validate(): boolean {
    fullFence(); // the bytes were read before the transmitter's intent is
    return this.isWhole(this.cursor);
  }

  /** Sets type, offset and length. @returns the record's length, 0 where none can start. */
  private recordLengthAt(position: number): number {
    const index = position & (this.capacity - 1) & ~7;
    const recordLength = this.buffer.getInt32Volatile(index);
    this.typeId = this.buffer.getInt32(index + RECORD_TYPE_OFFSET);
    this.offset = index + RECORD_HEADER_LENGTH;
    this.length = recordLength - RECORD_HEADER_LENGTH;
    const isValid =
      (position & 7) === 0 &&
      recordLength >= RECORD_HEADER_LENGTH &&
      recordLength <= this.capacity - index &&
      (this.typeId >= 1 || (this.typeId === PADDING_TYPE_ID && recordLength === this.capacity - index));
    return isValid ? recordLength : 0;
  }

  // An overwritten header looks corrupt; that is a lap like any other. Its record is shown empty, and fails `validate`.
  private onInvalidRecord(tail: number): boolean {
    const recordLength = this.length + RECORD_HEADER_LENGTH;
    this.nextRecord = tail;
    this.length = 0;
    if (this.validate()) {
      throwCorrupt(this.offset - RECORD_HEADER_LENGTH, recordLength, this.typeId);
    }
    return true;
  }

  private isWhole(position: number): boolean {
    return position + this.capacity > this.buffer.getInt64Volatile(this.tailIntentOffset);
  }
}

function throwCorrupt(offset: number, length: number, typeId: number): never {
  throw new AeronError(
    'BROADCAST_CORRUPT',
    `invalid broadcast record: offset=${offset} length=${length} typeId=${typeId}`,
  );
}
