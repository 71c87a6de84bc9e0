// SPDX-License-Identifier: Apache-2.0
/**
 * Arithmetic between stream positions, term ids and places in the three terms. Pure functions.
 *
 * A position is a number. All positions are multiples of 32, so they stay exact up to 2^58, beyond the 2^53 of odd numbers.
 * Term ids wrap around as int32: the number of terms since the first is always taken as an int32 difference.
 *
 * @hot
 */
import { PARTITION_COUNT } from './log-buffer-descriptor.ts';

const TWO_POW_31 = 2147483648;

/** log2 of a valid term length: how far a position is shifted to count terms. */
export function positionBitsToShift(termLength: number): number {
  return 31 - Math.clz32(termLength);
}

/** Terms from the first one to `termId`, coping with term ids that have wrapped around. */
export function computeTermCount(termId: number, initialTermId: number): number {
  return (termId - initialTermId) | 0;
}

/** Stream position of `termOffset` in the term `termId`. */
export function computePosition(termId: number, termOffset: number, termLength: number, initialTermId: number): number {
  return ((termId - initialTermId) | 0) * termLength + termOffset;
}

/** Stream position at which the term `termId` begins. */
export function computeTermBeginPosition(termId: number, termLength: number, initialTermId: number): number {
  return ((termId - initialTermId) | 0) * termLength;
}

/** Id of the term that holds `position`, wrapping around as int32. */
export function computeTermIdFromPosition(position: number, termLength: number, initialTermId: number): number {
  return (Math.floor(position / termLength) + initialTermId) | 0;
}

/** Offset of `position` within its term. */
export function computeTermOffsetFromPosition(position: number, termLength: number): number {
  return position & (termLength - 1); // & takes the number modulo 2^32, and a term is never longer than that
}

/** First position that a log with this term length can never reach: term ids would repeat. */
export function computeMaxPossiblePosition(termLength: number): number {
  return termLength * TWO_POW_31;
}

/** Index (0 to 2) of the partition that holds the term. */
export function indexByTerm(initialTermId: number, termId: number): number {
  return ((termId - initialTermId) | 0) % PARTITION_COUNT;
}

export function indexByTermCount(termCount: number): number {
  return termCount % PARTITION_COUNT;
}

export function indexByPosition(position: number, termLength: number): number {
  return (Math.floor(position / termLength) | 0) % PARTITION_COUNT;
}

/** Index of the partition that follows in the rotation. */
export function nextPartitionIndex(index: number): number {
  return index === PARTITION_COUNT - 1 ? 0 : index + 1;
}
