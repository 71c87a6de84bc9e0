// SPDX-License-Identifier: Apache-2.0
/**
 * Finds gaps of a term whose other end can be built on. While the conductor looks, the receiver's thread may be writing a packet:
 * its payload is there first and the length of its first frame last. What is not zero is therefore no frame yet. Who looks at one gap
 * again and again, as the reference does, is put right by the next look; who goes on from behind the gap is not. So here a gap ends
 * where a frame says of itself that it lies there. Conductor's thread.
 *
 * @hot
 */
import {
  completeOffset,
  DATA_HEADER_TERM_ID_OFFSET,
  DATA_HEADER_TERM_OFFSET_OFFSET,
  FRAME_ALIGNMENT,
} from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';

export class FrameGapScanner {
  /** Out: bytes missing from the returned offset on, a multiple of 32; 0 when there is no gap. */
  gapLength = 0;

  /**
   * @param termOffset where a frame starts, or is missing.
   * @returns where the gap starts, or at or beyond `limitOffset` when there is none.
   */
  scan(term: AtomicBuffer, termId: number, termOffset: number, limitOffset: number): number {
    const gapOffset = completeOffset(term, termOffset, limitOffset);
    let offset = gapOffset;
    if (offset < limitOffset) {
      do {
        offset += FRAME_ALIGNMENT;
      } while (offset < limitOffset && !isFrame(term, termId, offset));
    }
    this.gapLength = offset - gapOffset;
    return gapOffset;
  }
}

function isFrame(term: AtomicBuffer, termId: number, offset: number): boolean {
  return (
    term.getInt32Volatile(offset) > 0 &&
    term.getInt32(offset + DATA_HEADER_TERM_OFFSET_OFFSET) === offset &&
    term.getInt32(offset + DATA_HEADER_TERM_ID_OFFSET) === termId
  );
}
