// SPDX-License-Identifier: Apache-2.0
/**
 * Encoded commands from one agent to another of the same process, over a SharedArrayBuffer when they run in different
 * threads: exactly one producer and one consumer, each with an instance of its own (or one for both in one thread).
 * Records are as in the many-to-one ring, but the tail is moved after a record is written and so commits it; nothing needs
 * zeroing.
 *
 * @hot
 */
import type { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import type { MessageHandler } from './message-handler.ts';
import {
  alignRecord,
  checkMessage,
  HEAD_POSITION_OFFSET,
  maxMessageLengthOf,
  PADDING_TYPE_ID,
  RECORD_HEADER_LENGTH,
  RECORD_TYPE_OFFSET,
  RING_BUFFER_TRAILER_LENGTH,
  recordCapacity,
  TAIL_POSITION_OFFSET,
} from './ring-buffer-descriptor.ts';
import { corruptBytes, throwCorruptRecord } from './ring-buffer-repair.ts';

/** @source agrona/OneToOneRingBuffer */
export class OneToOneRingBuffer {
  readonly buffer: AtomicBuffer;
  /** Bytes for records. */
  readonly capacity: number;
  /** The longest body, an eighth of the capacity. */
  readonly maxMessageLength: number;
  private readonly mask: number;
  private readonly tailOffset: number;
  private readonly headOffset: number;
  /** The producer's tail, and the head as it last saw it. */
  private tail: number;
  private headSeen: number;
  /** The consumer's head, and the tail as it last saw it. */
  private head: number;
  private tailSeen: number;

  /**
   * @param buffer zeroed, or a ring in use; a power of two long plus a trailer of 768 bytes.
   * @throws AeronError INVALID_ARGUMENT for another length or memory not aligned to 8.
   */
  constructor(buffer: AtomicBuffer) {
    const capacity = recordCapacity(buffer, RING_BUFFER_TRAILER_LENGTH);
    this.buffer = buffer;
    this.capacity = capacity;
    this.maxMessageLength = maxMessageLengthOf(capacity);
    this.mask = capacity - 1;
    this.tailOffset = capacity + TAIL_POSITION_OFFSET;
    this.headOffset = capacity + HEAD_POSITION_OFFSET;
    this.head = this.headSeen = buffer.getInt64Volatile(this.headOffset);
    this.tail = this.tailSeen = buffer.getInt64Volatile(this.tailOffset);
  }

  /**
   * Copies a message in. Producer only.
   *
   * @returns whether there was room.
   * @throws AeronError INVALID_ARGUMENT for a type id below 1 or too long a message.
   */
  offer(typeId: number, source: AtomicBuffer, offset: number, length: number): boolean {
    checkMessage(typeId, length, this.maxMessageLength);
    if (!this.hasRoomFor(length)) {
      return false;
    }
    const buffer = this.buffer;
    const required = alignRecord(length + RECORD_HEADER_LENGTH);
    const padding = this.paddingBefore(required);
    let tail = this.tail;
    if (padding > 0) {
      buffer.putInt32(tail & this.mask, padding);
      buffer.putInt32((tail & this.mask) + RECORD_TYPE_OFFSET, PADDING_TYPE_ID);
      tail += padding;
    }
    const recordIndex = tail & this.mask;
    buffer.putBytes(recordIndex + RECORD_HEADER_LENGTH, source, offset, length);
    buffer.putInt32(recordIndex, length + RECORD_HEADER_LENGTH);
    buffer.putInt32(recordIndex + RECORD_TYPE_OFFSET, typeId);
    this.tail = tail + required;
    buffer.putInt64Release(this.tailOffset, this.tail);
    return true;
  }

  /** Whether a message of this length would be taken now. Producer only. */
  hasRoomFor(length: number): boolean {
    const required = alignRecord(length + RECORD_HEADER_LENGTH);
    const newTail = this.tail + this.paddingBefore(required) + required;
    if (newTail - this.headSeen > this.capacity) {
      this.headSeen = this.buffer.getInt64Volatile(this.headOffset);
    }
    return newTail - this.headSeen <= this.capacity;
  }

  /**
   * Delivers at most `limit` messages. A message whose handler throws is consumed. Consumer only.
   *
   * @returns messages delivered.
   * @throws AeronError RING_BUFFER_CORRUPT after a record that can't be.
   */
  drain(handler: MessageHandler, limit: number): number {
    const buffer = this.buffer;
    let messages = 0;
    let corruptIndex = -1;
    let length = 0;
    let typeId = 0;
    const headBefore = this.head;
    try {
      while (messages < limit) {
        const head = this.head;
        if (head >= this.tailSeen) {
          this.tailSeen = buffer.getInt64Volatile(this.tailOffset);
          if (head >= this.tailSeen) {
            break;
          }
        }
        const recordIndex = head & this.mask;
        length = buffer.getInt32(recordIndex);
        typeId = buffer.getInt32(recordIndex + RECORD_TYPE_OFFSET);
        const isFramed = length >= RECORD_HEADER_LENGTH && length <= corruptBytes(this.capacity, head, this.tailSeen);
        if (!isFramed || (typeId < 1 && typeId !== PADDING_TYPE_ID)) {
          corruptIndex = recordIndex;
          this.head = head + (isFramed ? alignRecord(length) : corruptBytes(this.capacity, head, this.tailSeen));
          break;
        }
        this.head = head + alignRecord(length);
        if (typeId !== PADDING_TYPE_ID) {
          messages++;
          handler(typeId, buffer, recordIndex + RECORD_HEADER_LENGTH, length - RECORD_HEADER_LENGTH);
        }
      }
    } finally {
      if (this.head !== headBefore) {
        buffer.putInt64Release(this.headOffset, this.head);
      }
    }
    if (corruptIndex >= 0) {
      throwCorruptRecord(corruptIndex, length, typeId, this.tailSeen);
    }
    return messages;
  }

  /** Bytes offered and not yet drained, as of a moment during the call. */
  get size(): number {
    const head = this.buffer.getInt64Volatile(this.headOffset);
    return Math.min(Math.max(this.buffer.getInt64Volatile(this.tailOffset) - head, 0), this.capacity);
  }

  private paddingBefore(required: number): number {
    const toEnd = this.capacity - (this.tail & this.mask);
    return required > toEnd ? toEnd : 0;
  }
}
