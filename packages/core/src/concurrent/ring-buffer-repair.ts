// SPDX-License-Identifier: Apache-2.0
/**
 * What the consumer of a ring does about memory that can't be: a claim whose producer died, a record that fits nowhere.
 * Consumer thread only. Whatever it finds, the ring can be consumed afterwards.
 */
import type { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { AeronError } from '../errors/aeron-error.ts';
import {
  PADDING_TYPE_ID,
  RECORD_ALIGNMENT,
  RECORD_HEADER_LENGTH,
  RECORD_TYPE_OFFSET,
} from './ring-buffer-descriptor.ts';

/**
 * How much to drop where a record's length is of no use. Where the next one starts can't be known, so all that is claimed
 * up to the end of the block goes; their producers get no answer and time out.
 */
export function corruptBytes(capacity: number, recordPosition: number, tail: number): number {
  const toEnd = capacity - (recordPosition & (capacity - 1));
  const claimed = tail - recordPosition;
  return claimed > 0 && claimed < toEnd ? claimed : toEnd;
}

export function throwCorruptRecord(offset: number, length: number, typeId: number, tail: number): never {
  throw new AeronError(
    'RING_BUFFER_CORRUPT',
    `invalid record dropped: offset=${offset} length=${length} typeId=${typeId} producerPosition=${tail}`,
  );
}

export function throwCorruptPosition(name: string, position: number): never {
  throw new AeronError('RING_BUFFER_CORRUPT', `invalid position: ${name}=${position}`);
}

/**
 * Turns the claim that the consumer stands at into padding.
 *
 *     head ↓                       ↓ tail
 *          [-length  type  ...    ]          claimed, not committed: its own length tells how much
 *          [0  0  0  0 ][length ...]         claimed, not even marked: up to the next record
 *
 * @returns whether there was one.
 * @throws AeronError RING_BUFFER_CORRUPT when its length can't be; all up to the tail has become padding then.
 */
export function unblockRing(buffer: AtomicBuffer, capacity: number, head: number, tail: number): boolean {
  if (head === tail) {
    return false;
  }
  if (!(head >= 0 && (head & 7) === 0)) {
    throwCorruptPosition('head', head);
  }
  const mask = capacity - 1;
  const headIndex = head & mask;
  const tailIndex = tail & mask & ~(RECORD_ALIGNMENT - 1);
  const limit = tailIndex > headIndex ? tailIndex : capacity;
  const length = buffer.getInt32Volatile(headIndex);
  if (length > 0) {
    return false;
  }
  if (length === 0) {
    return unblockUnmarked(buffer, headIndex, limit, tailIndex > 0 && tailIndex <= headIndex);
  }
  const isPossible = -length >= RECORD_HEADER_LENGTH && -length <= limit - headIndex;
  pad(buffer, headIndex, isPossible ? -length : limit - headIndex);
  if (!isPossible) {
    throwCorruptRecord(headIndex, length, PADDING_TYPE_ID, tail);
  }
  return true;
}

/** @param hasWrapped whether there are claims at the start of the block too; the gap may reach up to its end then. */
function unblockUnmarked(buffer: AtomicBuffer, headIndex: number, limit: number, hasWrapped: boolean): boolean {
  let next = headIndex + RECORD_ALIGNMENT;
  while (next < limit && buffer.getInt32Volatile(next) === 0) {
    next += RECORD_ALIGNMENT;
  }
  if (next >= limit && !(hasWrapped && buffer.getInt32Volatile(0) !== 0)) {
    return false; // nothing behind it yet: as soon as another producer claims, its record will end the gap
  }
  // The producer may have come alive meanwhile and marked its claim; then `next` may lie inside its message.
  for (let i = next - RECORD_ALIGNMENT; i >= headIndex; i -= RECORD_ALIGNMENT) {
    if (buffer.getInt32Volatile(i) !== 0) {
      return false;
    }
  }
  pad(buffer, headIndex, next - headIndex);
  return true;
}

function pad(buffer: AtomicBuffer, index: number, length: number): void {
  buffer.putInt32(index + RECORD_TYPE_OFFSET, PADDING_TYPE_ID);
  buffer.putInt32Release(index, length);
}
