// SPDX-License-Identifier: Apache-2.0
/**
 * Zeroes what all have consumed, before the term is written again. Driver only.
 *
 * The order differs by who looks at the memory meanwhile. A publication's writers may come round to the start of the cleaned
 * range first, and readers must not find a zero length there before all behind it is zero: so its first word goes last. An
 * image is scanned for gaps towards its end: so there the last word goes last.
 *
 * ```
 *   publication:  [ 2 ][ 1 ················· ]        image:  [ 1 ················· ][ 2 ]
 * ```
 *
 * @hot
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { FRAME_ALIGNMENT } from './frame-descriptor.ts';
import { computeTermOffsetFromPosition, indexByPosition } from './position.ts';

const WORD_LENGTH = 8;

/**
 * Zeroes from `cleanPosition` to `position`, but no further than the end of the term.
 *
 * @returns up to where it is clean now: the `cleanPosition` of the next call.
 * @source aeron-driver/IpcPublication, aeron-driver/NetworkPublication
 */
export function cleanPublication(
  terms: readonly AtomicBuffer[],
  termLength: number,
  cleanPosition: number,
  position: number,
): number {
  const length = cleanableLength(termLength, cleanPosition, position);
  if (length > 0) {
    const term = terms[indexByPosition(cleanPosition, termLength)] as AtomicBuffer;
    const offset = computeTermOffsetFromPosition(cleanPosition, termLength);
    term.setMemory(offset + WORD_LENGTH, length - WORD_LENGTH, 0);
    term.putInt64Release(offset, 0);
  }
  return cleanPosition + length;
}

/** As `cleanPublication`, in the order that an image needs. @source aeron-driver/PublicationImage */
export function cleanImage(
  terms: readonly AtomicBuffer[],
  termLength: number,
  cleanPosition: number,
  position: number,
): number {
  const length = cleanableLength(termLength, cleanPosition, position);
  if (length > 0) {
    const term = terms[indexByPosition(cleanPosition, termLength)] as AtomicBuffer;
    const offset = computeTermOffsetFromPosition(cleanPosition, termLength);
    term.setMemory(offset, length - WORD_LENGTH, 0);
    term.putInt64Release(offset + length - WORD_LENGTH, 0);
  }
  return cleanPosition + length;
}

// Positions come from counters that other processes write: only whole frame slots are cleaned, and never backwards.
function cleanableLength(termLength: number, cleanPosition: number, position: number): number {
  const offset = computeTermOffsetFromPosition(cleanPosition, termLength);
  const length = Math.min(position - cleanPosition, termLength - offset);
  return length > 0 ? length & ~(FRAME_ALIGNMENT - 1) : 0;
}
