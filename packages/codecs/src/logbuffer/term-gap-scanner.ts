// SPDX-License-Identifier: Apache-2.0
/**
 * Finds the first gap in a term that is rebuilt from received packets, between where reading stands and the highest byte seen.
 * Used by the conductor (loss detection). Bounded by the term, whatever a length says.
 *
 * @hot
 * @source aeron-client/TermGapScanner
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { alignFrame, FRAME_ALIGNMENT } from './frame-descriptor.ts';

export class TermGapScanner {
  /** Out: bytes missing from the returned offset on, a multiple of 32; 0 when there is no gap. */
  gapLength = 0;

  /**
   * @param termOffset where the contiguous part is known to reach.
   * @param limitOffset where the highest byte seen lies, at most the term length.
   * @returns where the contiguous part ends: the offset of the gap, or at or beyond `limitOffset`.
   */
  scan(termBuffer: AtomicBuffer, termOffset: number, limitOffset: number): number {
    const limit = Math.min(limitOffset, termBuffer.capacity);
    const gapOffset = completeOffset(termBuffer, termOffset, limit);
    let offset = gapOffset;
    if (offset < limit) {
      do {
        offset += FRAME_ALIGNMENT;
      } while (offset < limit && termBuffer.getInt32Volatile(offset) === 0);
      this.gapLength = offset - gapOffset;
    } else {
      this.gapLength = 0;
    }
    return gapOffset;
  }
}

/**
 * @param termOffset where a frame starts, or is missing.
 * @param limitOffset at most the length of the term.
 * @returns how far one frame follows the other: where the first one is missing, or at or beyond `limitOffset`.
 */
export function completeOffset(termBuffer: AtomicBuffer, termOffset: number, limitOffset: number): number {
  const { capacity } = termBuffer;
  let offset = termOffset;
  while (offset < limitOffset) {
    const frameLength = termBuffer.getInt32Volatile(offset);
    if (frameLength <= 0) {
      return offset;
    }
    offset = frameLength > capacity - offset ? capacity : offset + alignFrame(frameLength);
  }
  return offset;
}
