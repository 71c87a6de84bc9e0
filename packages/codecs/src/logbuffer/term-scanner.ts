// SPDX-License-Identifier: Apache-2.0
/**
 * Finds how much of a term is ready to be sent in one datagram: whole committed frames, up to a limit. Used by the sender
 * thread, which never waits for a writer and never reads past the term, whatever a length says.
 *
 * @hot
 * @source aeron-client/TermScanner
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { DATA_HEADER_BLOCK_LENGTH as DATA_HEADER_LENGTH } from '../protocol/generated/data-header.ts';
import { alignFrame, isPaddingFrame } from './frame-descriptor.ts';

export class TermScanner {
  /**
   * Out: bytes behind the available ones that are padding and need not be sent; the stream position skips them. Padding counts
   * with its header only as available, and ends the scan.
   */
  padding = 0;

  /**
   * @param offset of the first frame not yet sent.
   * @param maxLength bytes that may be sent, at least one header.
   * @returns bytes available; 0 when nothing is committed; negative when the first frame, of so many bytes, exceeds `maxLength`.
   */
  scan(termBuffer: AtomicBuffer, offset: number, maxLength: number): number {
    const capacity = termBuffer.capacity;
    const limit = Math.min(maxLength, capacity - offset);
    if (limit <= 0 || termBuffer.getInt32(offset) <= 0) {
      this.padding = 0;
      return 0; // as most scans find it; an ordered load is for what is read behind it
    }
    let available = 0;
    let padding = 0;
    while (padding === 0 && available < limit) {
      const frameOffset = offset + available;
      const frameLength = termBuffer.getInt32Volatile(frameOffset);
      if (frameLength <= 0 || frameLength > capacity - frameOffset) {
        break; // nothing there, or a length that no writer can have meant
      }
      let length = alignFrame(frameLength);
      if (isPaddingFrame(termBuffer, frameOffset)) {
        padding = Math.max(length, DATA_HEADER_LENGTH) - DATA_HEADER_LENGTH;
        length = DATA_HEADER_LENGTH;
      }
      if (available + length > limit) {
        padding = 0;
        available = available === 0 ? -length : available;
        break;
      }
      available += length;
    }
    this.padding = padding;
    return available;
  }
}
