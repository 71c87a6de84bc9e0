// SPDX-License-Identifier: Apache-2.0
/**
 * Walks the committed frames of a term. Readers that keep a position of their own build on `readableFrameLength`; tools and
 * others that only look use a TermReader.
 *
 * @hot
 * @source aeron-client/TermReader
 */
import { AeronError, type AtomicBuffer } from '@aeron/core/internal';
import { DATA_HEADER_BLOCK_LENGTH as DATA_HEADER_LENGTH } from '../protocol/generated/data-header.ts';
import { alignFrame, isPaddingFrame } from './frame-descriptor.ts';

/** Called for each data frame, with the frame's place in the term; the payload starts 32 bytes on. */
export type FrameHandler = (termBuffer: AtomicBuffer, frameOffset: number, frameLength: number) => void;

/**
 * Length of the frame at `offset`, or 0 when none is committed there.
 *
 * @throws AeronError LOG_BUFFER_CORRUPT for a length that is shorter than a header or reaches past the term.
 */
export function readableFrameLength(termBuffer: AtomicBuffer, offset: number): number {
  const frameLength = termBuffer.getInt32Volatile(offset);
  if (frameLength <= 0) {
    return 0;
  }
  if (frameLength < DATA_HEADER_LENGTH || frameLength > termBuffer.capacity - offset) {
    throwCorruptFrame(offset, frameLength, termBuffer.capacity);
  }
  return frameLength;
}

export class TermReader {
  /** Out: where the next read goes on; behind the failing frame when the handler threw. */
  offset = 0;

  /**
   * Presents up to `fragmentLimit` data frames from `termOffset` on; padding is skipped and does not count.
   *
   * @returns how many were presented.
   * @throws AeronError LOG_BUFFER_CORRUPT, and what the handler throws.
   */
  read(termBuffer: AtomicBuffer, termOffset: number, fragmentLimit: number, handler: FrameHandler): number {
    const capacity = termBuffer.capacity;
    let fragmentsRead = 0;
    let offset = termOffset;
    this.offset = offset;
    while (fragmentsRead < fragmentLimit && offset < capacity) {
      const frameLength = readableFrameLength(termBuffer, offset);
      if (frameLength === 0) {
        break;
      }
      const frameOffset = offset;
      offset += alignFrame(frameLength);
      this.offset = offset;
      if (!isPaddingFrame(termBuffer, frameOffset)) {
        fragmentsRead++;
        handler(termBuffer, frameOffset, frameLength);
      }
    }
    return fragmentsRead;
  }
}

function throwCorruptFrame(offset: number, frameLength: number, capacity: number): never {
  throw new AeronError(
    'LOG_BUFFER_CORRUPT',
    `frame length out of bounds: frameLength=${frameLength} termOffset=${offset} termLength=${capacity}`,
  );
}
