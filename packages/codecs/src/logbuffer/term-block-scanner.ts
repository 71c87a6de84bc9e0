// SPDX-License-Identifier: Apache-2.0
/**
 * Finds the end of a block of committed frames: for subscribers that take bytes by the block. Bounded by the limit, whatever a
 * length says.
 *
 * @hot
 * @source aeron-client/TermBlockScanner
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { alignFrame, isPaddingFrame } from './frame-descriptor.ts';

/**
 * A block ends before padding; padding comes alone, when it is the first frame, and is then returned whole even beyond the limit.
 *
 * @param limitOffset at most the term length.
 * @returns where the block ends; `termOffset` when the first frame is not there or exceeds the limit.
 */
export function scanTermBlock(termBuffer: AtomicBuffer, termOffset: number, limitOffset: number): number {
  const capacity = termBuffer.capacity;
  const limit = Math.min(limitOffset, capacity);
  let offset = termOffset;
  while (offset < limit) {
    const frameLength = termBuffer.getInt32Volatile(offset);
    if (frameLength <= 0 || frameLength > capacity - offset) {
      break;
    }
    const end = offset + alignFrame(frameLength);
    if (isPaddingFrame(termBuffer, offset)) {
      return offset === termOffset ? end : offset;
    }
    if (end > limit) {
      break;
    }
    offset = end;
  }
  return offset;
}
