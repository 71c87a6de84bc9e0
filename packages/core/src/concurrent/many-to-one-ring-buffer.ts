// SPDX-License-Identifier: Apache-2.0
/**
 * Commands from many producers, of any process, to one consumer: the client-to-driver ring of the CnC file.
 * Producers claim by moving the tail, write, and commit by turning the record's length positive; the consumer delivers
 * committed records in order, zeroes them and only then moves the head, so that a claim always finds zeroed memory.
 * Nothing read from the memory is trusted: a record that can't be is dropped and reported, and the ring goes on.
 *
 * @hot
 */
import type { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { fenceAfterRelease } from '../buffer/fence.ts';
import { AeronError } from '../errors/aeron-error.ts';
import { ControlledAction, type ControlledMessageHandler, type MessageHandler } from './message-handler.ts';
import {
  alignRecord,
  CONSUMER_HEARTBEAT_OFFSET,
  CORRELATION_COUNTER_OFFSET,
  checkMessage,
  HEAD_CACHE_POSITION_OFFSET,
  HEAD_POSITION_OFFSET,
  INSUFFICIENT_CAPACITY,
  maxMessageLengthOf,
  PADDING_TYPE_ID,
  RECORD_HEADER_LENGTH,
  RECORD_TYPE_OFFSET,
  RING_BUFFER_TRAILER_LENGTH,
  recordCapacity,
  TAIL_POSITION_OFFSET,
} from './ring-buffer-descriptor.ts';
import { corruptBytes, throwCorruptPosition, throwCorruptRecord, unblockRing } from './ring-buffer-repair.ts';

/** @source agrona/ManyToOneRingBuffer */
export class ManyToOneRingBuffer {
  readonly buffer: AtomicBuffer;
  /** Bytes for records. */
  readonly capacity: number;
  /** The longest body, an eighth of the capacity. */
  readonly maxMessageLength: number;
  private readonly mask: number;
  private readonly tailOffset: number;
  private readonly headCacheOffset: number;
  private readonly headOffset: number;

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
    this.headCacheOffset = capacity + HEAD_CACHE_POSITION_OFFSET;
    this.headOffset = capacity + HEAD_POSITION_OFFSET;
  }

  /**
   * Copies a message in.
   *
   * @returns whether there was room.
   * @throws AeronError INVALID_ARGUMENT for a type id below 1 or too long a message; AERON when the consumer gave up on
   *   the record while it was written.
   */
  write(typeId: number, source: AtomicBuffer, offset: number, length: number): boolean {
    source.boundsCheck(offset, length); // before the claim: a throw behind it would leave the ring blocked
    const bodyOffset = this.tryClaim(typeId, length);
    if (bodyOffset < 0) {
      return false;
    }
    this.buffer.putBytes(bodyOffset, source, offset, length);
    this.commit(bodyOffset);
    return true;
  }

  /**
   * Claims room to write a message in place. Every claim must be committed or aborted soon: the consumer waits for it.
   *
   * @returns the offset of the zeroed body in `buffer`, or INSUFFICIENT_CAPACITY.
   * @throws AeronError INVALID_ARGUMENT for a type id below 1 or too long a message.
   */
  tryClaim(typeId: number, length: number): number {
    checkMessage(typeId, length, this.maxMessageLength);
    const recordLength = length + RECORD_HEADER_LENGTH;
    const recordOffset = this.claim(alignRecord(recordLength));
    if (recordOffset < 0) {
      return INSUFFICIENT_CAPACITY;
    }
    // The negative length goes first: from here on the consumer can tell how much a producer that died has claimed.
    this.buffer.putInt32Release(recordOffset, -recordLength);
    fenceAfterRelease();
    this.buffer.putInt32(recordOffset + RECORD_TYPE_OFFSET, typeId);
    return recordOffset + RECORD_HEADER_LENGTH;
  }

  /**
   * Hands a claimed message over to the consumer.
   *
   * @throws AeronError AERON when this is no claim, or no longer one.
   */
  commit(bodyOffset: number): void {
    const recordOffset = this.recordOffsetOf(bodyOffset);
    this.release(recordOffset, this.claimedLength(recordOffset));
  }

  /**
   * Gives a claim up; the consumer skips it.
   *
   * @throws AeronError AERON when this is no claim, or no longer one.
   */
  abort(bodyOffset: number): void {
    const recordOffset = this.recordOffsetOf(bodyOffset);
    const length = this.claimedLength(recordOffset);
    this.buffer.putInt32(recordOffset + RECORD_TYPE_OFFSET, PADDING_TYPE_ID);
    this.release(recordOffset, length);
  }

  /**
   * Delivers at most `limit` messages, up to the end of the block at most. A message whose handler throws is consumed.
   *
   * @returns messages delivered.
   * @throws AeronError RING_BUFFER_CORRUPT after a record that can't be; what stood before it has been delivered.
   */
  read(handler: MessageHandler, limit: number): number {
    return this.consume(handler, limit, false);
  }

  /** As `read`, and the handler's answer decides how to go on. An aborted message counts as not delivered. */
  controlledRead(handler: ControlledMessageHandler, limit: number): number {
    return this.consume(handler, limit, true);
  }

  /** A new id, unique among all that use this ring. */
  nextCorrelationId(): number {
    return this.buffer.getAndAddInt64(this.capacity + CORRELATION_COUNTER_OFFSET, 1);
  }

  /** When the consumer last showed that it lives, epoch ms; 0 before the first time, -1 after it ended. */
  get consumerHeartbeatTimeMs(): number {
    return this.buffer.getInt64Volatile(this.capacity + CONSUMER_HEARTBEAT_OFFSET);
  }

  putConsumerHeartbeatTimeMs(timeMs: number): void {
    this.buffer.putInt64Release(this.capacity + CONSUMER_HEARTBEAT_OFFSET, timeMs);
  }

  /** Bytes ever claimed. */
  get producerPosition(): number {
    return this.buffer.getInt64Volatile(this.tailOffset);
  }

  /** Bytes ever consumed. */
  get consumerPosition(): number {
    return this.buffer.getInt64Volatile(this.headOffset);
  }

  /** Bytes claimed and not yet consumed, as of a moment during the call. */
  get size(): number {
    let head = this.consumerPosition;
    for (;;) {
      const tail = this.producerPosition;
      const headAfter = this.consumerPosition;
      if (headAfter === head) {
        return Math.min(Math.max(tail - head, 0), this.capacity);
      }
      head = headAfter;
    }
  }

  /**
   * Frees the consumer from a claim whose producer died: it becomes padding. To be called by the consumer, when its
   * position has not moved for longer than any live producer needs.
   *
   * @returns whether something was unblocked.
   * @throws AeronError RING_BUFFER_CORRUPT when the claim can't be; the ring is unblocked all the same.
   */
  unblock(): boolean {
    return unblockRing(this.buffer, this.capacity, this.consumerPosition, this.producerPosition);
  }

  private consume(handler: MessageHandler | ControlledMessageHandler, limit: number, isControlled: boolean): number {
    const buffer = this.buffer;
    const capacity = this.capacity;
    let head = buffer.getInt64(this.headOffset);
    if (!(head >= 0 && (head & 7) === 0)) {
      throwCorruptPosition('head', head);
    }
    let headIndex = head & this.mask;
    let tail = 0;
    let consumed = 0;
    let messages = 0;
    let corruptIndex = -1;
    let length = 0;
    let typeId = 0;
    try {
      while (messages < limit && headIndex + consumed < capacity) {
        const recordIndex = headIndex + consumed;
        length = buffer.getInt32Volatile(recordIndex);
        if (length <= 0) {
          break;
        }
        typeId = buffer.getInt32(recordIndex + RECORD_TYPE_OFFSET);
        const recordEnd = head + consumed + length;
        if (recordEnd > tail) {
          tail = buffer.getInt64Volatile(this.tailOffset);
        }
        const isFramed = length >= RECORD_HEADER_LENGTH && length <= capacity - recordIndex && recordEnd <= tail;
        if (!isFramed || (typeId < 1 && typeId !== PADDING_TYPE_ID)) {
          corruptIndex = recordIndex;
          consumed += isFramed ? alignRecord(length) : corruptBytes(capacity, head + consumed, tail);
          break;
        }
        consumed += alignRecord(length);
        if (typeId === PADDING_TYPE_ID) {
          continue;
        }
        const action = handler(typeId, buffer, recordIndex + RECORD_HEADER_LENGTH, length - RECORD_HEADER_LENGTH);
        if (isControlled) {
          if (action === ControlledAction.ABORT) {
            consumed -= alignRecord(length);
            break;
          }
          if (action === ControlledAction.COMMIT) {
            this.releaseHead(headIndex, head, consumed);
            headIndex += consumed;
            head += consumed;
            consumed = 0;
          }
        }
        messages++;
        if (isControlled && action === ControlledAction.BREAK) {
          break;
        }
      }
    } finally {
      if (consumed > 0) {
        this.releaseHead(headIndex, head, consumed);
      }
    }
    if (corruptIndex >= 0) {
      throwCorruptRecord(corruptIndex, length, typeId, tail);
    }
    return messages;
  }

  private releaseHead(headIndex: number, head: number, consumed: number): void {
    this.buffer.setMemory(headIndex, consumed, 0);
    this.buffer.putInt64Release(this.headOffset, head + consumed);
  }

  /** Moves the tail by `required` bytes, with padding to the end of the block where they do not fit before it. */
  private claim(required: number): number {
    const buffer = this.buffer;
    const capacity = this.capacity;
    let head = buffer.getInt64Volatile(this.headCacheOffset);
    for (;;) {
      const tail = buffer.getInt64Volatile(this.tailOffset);
      const tailIndex = tail & this.mask;
      const toEnd = capacity - tailIndex;
      const padding = required > toEnd ? toEnd : 0;
      // A record at the start of the block must end at or before the head's index, which the padding has brought us to.
      if (tail + padding + required - head > capacity) {
        head = buffer.getInt64Volatile(this.headOffset);
        if (tail + padding + required - head > capacity) {
          return INSUFFICIENT_CAPACITY;
        }
        buffer.putInt64Volatile(this.headCacheOffset, head); // other producers may be writing it too
      }
      if (!(tail >= 0 && (tail & 7) === 0)) {
        throwCorruptPosition('tail', tail);
      }
      // The head may have passed the tail as it was read above, but not the tail as it is.
      if (head > tail && buffer.getInt64Volatile(this.tailOffset) === tail) {
        throwCorruptPosition('head', head);
      }
      if (buffer.compareAndSetInt64(this.tailOffset, tail, tail + padding + required)) {
        if (padding === 0) {
          return tailIndex;
        }
        buffer.putInt32Release(tailIndex, -padding);
        fenceAfterRelease();
        buffer.putInt32(tailIndex + RECORD_TYPE_OFFSET, PADDING_TYPE_ID);
        buffer.putInt32Release(tailIndex, padding);
        return 0;
      }
    }
  }

  private recordOffsetOf(bodyOffset: number): number {
    const recordOffset = bodyOffset - RECORD_HEADER_LENGTH;
    if (!(recordOffset >= 0 && recordOffset <= this.capacity - RECORD_HEADER_LENGTH)) {
      throwNoClaim(bodyOffset, 0);
    }
    return recordOffset;
  }

  private claimedLength(recordOffset: number): number {
    const length = this.buffer.getInt32(recordOffset);
    if (length >= 0) {
      throwNoClaim(recordOffset + RECORD_HEADER_LENGTH, length);
    }
    return -length;
  }

  // By exchange and not by store: a producer that was held up until the consumer gave up on it must learn of it.
  private release(recordOffset: number, length: number): void {
    if (!this.buffer.compareAndSetInt32(recordOffset, -length, length)) {
      throwNoClaim(recordOffset + RECORD_HEADER_LENGTH, this.buffer.getInt32(recordOffset));
    }
  }
}

function throwNoClaim(bodyOffset: number, length: number): never {
  throw new AeronError(
    'AERON',
    `no claim here: it was committed, aborted or unblocked: offset=${bodyOffset} recordLength=${length}`,
  );
}
