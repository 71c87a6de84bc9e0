// SPDX-License-Identifier: Apache-2.0
/**
 * Fills gaps and abandoned claims with one padding frame, so that readers get past them. Driver only.
 *
 * @source aeron-client/TermGapFiller
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { DATA_HEADER_TERM_ID_OFFSET, DATA_HEADER_TERM_OFFSET_OFFSET } from '../protocol/generated/data-header.ts';
import { FRAME_ALIGNMENT, PADDING_FRAME_TYPE, putFrameType } from './frame-descriptor.ts';
import { applyDefaultHeader } from './log-parameters.ts';

/**
 * Fills a gap of a stream that does without retransmission.
 *
 * @param gapLength a multiple of 32.
 * @returns false, and nothing is touched, when part of the gap has been received meanwhile.
 */
export function tryFillGap(
  metadata: AtomicBuffer,
  termBuffer: AtomicBuffer,
  termId: number,
  gapOffset: number,
  gapLength: number,
): boolean {
  for (let offset = gapOffset + gapLength - FRAME_ALIGNMENT; offset >= gapOffset; offset -= FRAME_ALIGNMENT) {
    if (termBuffer.getInt32(offset) !== 0) {
      return false;
    }
  }
  putPadding(metadata, termBuffer, termId, gapOffset, gapLength);
  return true;
}

/** Writes a padding frame made from the log's default header; its length becomes visible last. */
export function putPadding(
  metadata: AtomicBuffer,
  termBuffer: AtomicBuffer,
  termId: number,
  offset: number,
  frameLength: number,
): void {
  applyDefaultHeader(metadata, termBuffer, offset);
  putFrameType(termBuffer, offset, PADDING_FRAME_TYPE);
  termBuffer.putInt32(offset + DATA_HEADER_TERM_OFFSET_OFFSET, offset);
  termBuffer.putInt32(offset + DATA_HEADER_TERM_ID_OFFSET, termId);
  termBuffer.putInt32Release(offset, frameLength);
}
