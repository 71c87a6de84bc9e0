// SPDX-License-Identifier: Apache-2.0
/**
 * The three tail counters and the count of active terms: where the next frame of a log goes, and how the log moves on to the
 * next term. A tail is one int64, term id in the high word, offset in the low; the low word may run past the term length, by
 * one message per producer that found the term full.
 *
 * Claiming is in concurrent-append.ts and exclusive-append.ts; here is what happens once per term, and what observers read.
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { LOG_METADATA_TERM_TAIL_COUNTERS_OFFSET, LOG_METADATA_TYPE_OFFSET } from './generated/log-metadata.ts';
import { LogBufferType, PARTITION_COUNT } from './log-buffer-descriptor.ts';
import { activeTermCount, casActiveTermCount, putActiveTermCountRelease } from './metadata.ts';
import { computePosition, computeTermCount, indexByTerm, indexByTermCount, nextPartitionIndex } from './position.ts';

const TAIL_LENGTH = 8;
const HIGH_WORD = 4;

/** Offset of a partition's tail in the metadata. */
export function tailOffset(partitionIndex: number): number {
  return LOG_METADATA_TERM_TAIL_COUNTERS_OFFSET + partitionIndex * TAIL_LENGTH;
}

/** Term id that a partition's tail stands in. */
export function tailTermId(metadata: AtomicBuffer, partitionIndex: number): number {
  return metadata.getInt32Volatile(tailOffset(partitionIndex) + HIGH_WORD);
}

/**
 * Whether the log is one that a receiver fills: nobody appends to it, and its tails stay zero. Drivers before 1.50 do not store
 * the type, so the tails have to tell: those of a publication are never all zero, as they begin with different term ids.
 */
export function isImageLog(metadata: AtomicBuffer): boolean {
  if (metadata.getUint8(LOG_METADATA_TYPE_OFFSET) === LogBufferType.PUBLICATION_IMAGE) {
    return true;
  }
  for (let index = 0; index < PARTITION_COUNT; index++) {
    if (tailTermId(metadata, index) !== 0) {
      return false;
    }
  }
  return true;
}

/** A consistent look at one tail, taken by observers; not for the hot path, which needs only parts of it. */
export class RawTail {
  termId = 0;
  /** Bytes claimed in the term; beyond the term length when producers have found it full. */
  claimedLength = 0;

  /**
   * Reads both halves of a tail as they were at one moment: the low word between two equal readings of the high word. The
   * high word moves once per three terms, so the loop ends.
   */
  read(metadata: AtomicBuffer, partitionIndex: number): this {
    const offset = tailOffset(partitionIndex);
    let termId = metadata.getInt32Volatile(offset + HIGH_WORD);
    for (;;) {
      const low = metadata.getInt32Volatile(offset) >>> 0;
      const after = metadata.getInt32Volatile(offset + HIGH_WORD);
      if (after === termId) {
        this.termId = termId;
        this.claimedLength = low;
        return this;
      }
      termId = after;
    }
  }

  /** Reads the tail of the partition that is appended to now. */
  readActive(metadata: AtomicBuffer): this {
    return this.read(metadata, indexByTermCount(activeTermCount(metadata)));
  }

  /** Offset of the next frame, at most the term length. */
  termOffset(termLength: number): number {
    return Math.min(this.claimedLength, termLength);
  }
}

const scratchTail = new RawTail();

/** Stream position up to which producers have claimed. */
export function producerPosition(metadata: AtomicBuffer, termLength: number, initialTermId: number): number {
  const tail = scratchTail.readActive(metadata);
  return computePosition(tail.termId, tail.termOffset(termLength), termLength, initialTermId);
}

/** Both halves of a tail as one int64. */
export function packTail(termId: number, termOffset: number): bigint {
  return (BigInt(termId) << 32n) | BigInt(termOffset);
}

/** Sets a tail outright. For the writer of an exclusive publication, and before a log is shared. */
export function putTail(metadata: AtomicBuffer, partitionIndex: number, termId: number, termOffset: number): void {
  metadata.putBigInt64Release(tailOffset(partitionIndex), packTail(termId, termOffset));
}

/**
 * Sets the tails of a new log so that it starts at `termOffset` of `termId`. The other two partitions get the ids of the
 * terms that would have come before, which is what a rotation expects to find.
 */
export function initialiseTails(
  metadata: AtomicBuffer,
  initialTermId: number,
  termId: number,
  termOffset: number,
): void {
  let index = indexByTerm(initialTermId, termId);
  putTail(metadata, index, termId, termOffset);
  for (let i = 1; i < PARTITION_COUNT; i++) {
    index = nextPartitionIndex(index);
    putTail(metadata, index, (termId + i - PARTITION_COUNT) | 0, 0);
  }
  putActiveTermCountRelease(metadata, computeTermCount(termId, initialTermId));
}

/**
 * Moves the log on from a full term. Any number of threads and processes may call it for the same term: one sets the next
 * tail, one counts the term, the rest find it done.
 *
 * @returns whether this call counted the term.
 * @source aeron-client/LogBufferDescriptor
 */
export function rotateLog(metadata: AtomicBuffer, termCount: number, termId: number): boolean {
  const nextTermId = (termId + 1) | 0;
  const nextTermCount = (termCount + 1) | 0;
  const offset = tailOffset(indexByTermCount(nextTermCount));
  const expectedTermId = (nextTermId - PARTITION_COUNT) | 0;
  const nextTail = packTail(nextTermId, 0);
  for (;;) {
    const rawTail = metadata.getBigInt64Volatile(offset);
    const isDone = Number(rawTail >> 32n) !== expectedTermId;
    if (isDone || metadata.compareAndSetBigInt64(offset, rawTail, nextTail)) {
      break;
    }
  }
  return casActiveTermCount(metadata, termCount, nextTermCount);
}

/** Moves an exclusive publication's log on to the term `nextTermId`. Its single writer only. */
export function rotateLogExclusive(metadata: AtomicBuffer, nextTermCount: number, nextTermId: number): void {
  putTail(metadata, indexByTermCount(nextTermCount), nextTermId, 0);
  putActiveTermCountRelease(metadata, nextTermCount);
}
