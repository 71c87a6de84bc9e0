// SPDX-License-Identifier: Apache-2.0
/**
 * The layout shared by the rings: records in a power-of-two block, positions in a trailer behind it.
 *
 *     record  +0  i32 length with this header; negative while claimed, 0 while empty, positive once committed
 *             +4  i32 message type id, at least 1; -1 for padding
 *             +8  body; the next record starts at a multiple of 8
 *
 * @source agrona/RingBufferDescriptor, agrona/RecordDescriptor
 */
import type { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { AeronError } from '../errors/aeron-error.ts';

export const RECORD_HEADER_LENGTH = 8;
export const RECORD_ALIGNMENT = 8;
export const RECORD_TYPE_OFFSET = 4;
export const PADDING_TYPE_ID = -1;

/** Offsets from the end of the records. Two cache lines lie between fields, so that neighbours do not share one. */
export const TAIL_POSITION_OFFSET = 128;
export const HEAD_CACHE_POSITION_OFFSET = 256;
export const HEAD_POSITION_OFFSET = 384;
export const CORRELATION_COUNTER_OFFSET = 512;
export const CONSUMER_HEARTBEAT_OFFSET = 640;
export const RING_BUFFER_TRAILER_LENGTH = 768;

/** Returned by a claim that found no room. */
export const INSUFFICIENT_CAPACITY = -2;

export function alignRecord(length: number): number {
  return (length + 7) & ~7;
}

/**
 * Bytes for records in a buffer.
 *
 * @throws AeronError INVALID_ARGUMENT unless that is a power of two of at least one record header, plus a trailer of
 *   `trailerLength`.
 */
export function recordCapacity(buffer: AtomicBuffer, trailerLength: number): number {
  const capacity = buffer.capacity - trailerLength;
  if (capacity < RECORD_HEADER_LENGTH || (capacity & (capacity - 1)) !== 0) {
    throw new AeronError(
      'INVALID_ARGUMENT',
      `length must be a power of two plus a trailer: length=${buffer.capacity} trailerLength=${trailerLength}`,
    );
  }
  if (buffer.int32.length === 0) {
    throw new AeronError('INVALID_ARGUMENT', `memory must start at a multiple of 8: length=${buffer.capacity}`);
  }
  return capacity;
}

/** The longest message that fits in a ring or broadcast buffer of this capacity. */
export function maxMessageLengthOf(capacity: number): number {
  return capacity === RECORD_HEADER_LENGTH ? 0 : Math.max(RECORD_HEADER_LENGTH, capacity >> 3);
}

/** @throws AeronError INVALID_ARGUMENT unless both are within their bounds. */
export function checkMessage(typeId: number, length: number, maxMessageLength: number): void {
  if (!(typeId >= 1)) {
    throw new AeronError('INVALID_ARGUMENT', `message type id must be positive: typeId=${typeId}`);
  }
  if (!(length >= 0 && length <= maxMessageLength)) {
    throw new AeronError(
      'INVALID_ARGUMENT',
      `message length out of bounds: length=${length} maxMessageLength=${maxMessageLength}`,
    );
  }
}
