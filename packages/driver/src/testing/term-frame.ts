// SPDX-License-Identifier: Apache-2.0
/** Frames in a term, as a receiver leaves them: what tests of loss detection need of them. */
import { DATA_HEADER_TERM_ID_OFFSET, DATA_HEADER_TERM_OFFSET_OFFSET } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';

/** @param length 0 to take the frame away. */
export function putFrame(term: AtomicBuffer, termId: number, offset: number, length: number): void {
  beginFrame(term, termId, offset);
  term.putInt32Release(offset, length);
}

/** All but the length, which comes last. */
export function beginFrame(term: AtomicBuffer, termId: number, offset: number): void {
  term.putInt32(offset + DATA_HEADER_TERM_OFFSET_OFFSET, offset);
  term.putInt32(offset + DATA_HEADER_TERM_ID_OFFSET, termId);
}
