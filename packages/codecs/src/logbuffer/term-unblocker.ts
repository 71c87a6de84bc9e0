// SPDX-License-Identifier: Apache-2.0
/**
 * Gets a log going again after a writer died between claiming and committing. Driver only, once nothing has moved for the
 * unblock timeout, which is longer than any live writer takes.
 *
 * What the dead writer left at the blocked offset, and what becomes of it:
 *
 * ```
 *   length < 0   header begun                      ──► padding of that length
 *   length = 0   claimed only, frames follow       ──► padding up to the next frame
 *   length = 0   claimed only, up to the term end  ──► padding to the end, and the log rotates
 *   length = 0   nothing follows before the tail   ──► nothing yet: another claim may begin anywhere in there
 *   offset = 0   of a term that nobody rotated to  ──► the log rotates
 * ```
 *
 * In a log that nobody will ever write to again no claim can begin any more: there the fourth is padded as well.
 *
 * In a log that nobody will ever write to again, no other claim can begin either: there the fourth case is padded as well.
 *
 * @source aeron-client/TermUnblocker, aeron-client/LogBufferUnblocker
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { DATA_HEADER_BLOCK_LENGTH as DATA_HEADER_LENGTH } from '../protocol/generated/data-header.ts';
import { FRAME_ALIGNMENT, frameLengthVolatile } from './frame-descriptor.ts';
import { activeTermCount, initialTermId } from './metadata.ts';
import {
  computeMaxPossiblePosition,
  computeTermCount,
  computeTermOffsetFromPosition,
  indexByTermCount,
} from './position.ts';
import { RawTail, rotateLog } from './tail.ts';
import { putPadding } from './term-gap-filler.ts';

/** What `unblockTerm` did. */
export const UnblockStatus = { NO_ACTION: 0, UNBLOCKED: 1, UNBLOCKED_TO_END: 2 } as const;

const MAX_TERM_COUNT = 0x7fffffff;

/**
 * Steps over one abandoned claim.
 *
 * @param blockedOffset where readers are stuck.
 * @param tailOffset up to where the term is claimed, at most its length.
 * @returns one of UnblockStatus.
 */
export function unblockTerm(
  metadata: AtomicBuffer,
  termBuffer: AtomicBuffer,
  blockedOffset: number,
  tailOffset: number,
  termId: number,
): number {
  const frameLength = frameLengthVolatile(termBuffer, blockedOffset);
  if (frameLength < 0) {
    // The tail was moved before the header was written, so a length that passes it was never written by a sound writer.
    const claimedLength = tailOffset - blockedOffset;
    const isSound = frameLength <= -DATA_HEADER_LENGTH && -frameLength <= claimedLength;
    const length = isSound ? -frameLength : claimedLength;
    if (length < DATA_HEADER_LENGTH) {
      return UnblockStatus.NO_ACTION;
    }
    putPadding(metadata, termBuffer, termId, blockedOffset, length);
    return UnblockStatus.UNBLOCKED;
  }
  return frameLength === 0
    ? unblockClaimOnly(metadata, termBuffer, blockedOffset, tailOffset, termId)
    : UnblockStatus.NO_ACTION;
}

function unblockClaimOnly(
  metadata: AtomicBuffer,
  termBuffer: AtomicBuffer,
  blockedOffset: number,
  tailOffset: number,
  termId: number,
): number {
  let offset = blockedOffset + FRAME_ALIGNMENT;
  if (offset > tailOffset) {
    return UnblockStatus.NO_ACTION; // nobody has claimed anything here
  }
  while (offset < tailOffset && frameLengthVolatile(termBuffer, offset) === 0) {
    offset += FRAME_ALIGNMENT;
  }
  const isToEnd = offset === termBuffer.capacity;
  if (offset === tailOffset && !isToEnd) {
    return UnblockStatus.NO_ACTION;
  }
  // Looked at again from the far end: a frame that was committed behind our back while we scanned must not be covered.
  for (let back = offset - FRAME_ALIGNMENT; back >= blockedOffset; back -= FRAME_ALIGNMENT) {
    if (frameLengthVolatile(termBuffer, back) !== 0) {
      return UnblockStatus.NO_ACTION;
    }
  }
  putPadding(metadata, termBuffer, termId, blockedOffset, offset - blockedOffset);
  return isToEnd ? UnblockStatus.UNBLOCKED_TO_END : UnblockStatus.UNBLOCKED;
}

const tail = new RawTail();

/**
 * Unblocks a log whose readers are stuck at `blockedPosition`.
 *
 * @returns whether something was done; there may be more to do at the next position.
 */
export function unblockLog(
  terms: readonly AtomicBuffer[],
  metadata: AtomicBuffer,
  blockedPosition: number,
  termLength: number,
): boolean {
  if (!isPossible(blockedPosition, termLength)) {
    return false;
  }
  const blockedTermCount = Math.floor(blockedPosition / termLength);
  const blockedOffset = computeTermOffsetFromPosition(blockedPosition, termLength);
  const termCount = activeTermCount(metadata);
  if (termCount === blockedTermCount - 1 && blockedOffset === 0) {
    rotateFrom(metadata, termCount, tail.read(metadata, indexByTermCount(termCount)).termId);
    return true;
  }
  const index = indexByTermCount(blockedTermCount);
  const { termId } = tail.read(metadata, index);
  if (computeTermCount(termId, initialTermId(metadata)) !== blockedTermCount) {
    return false; // the partition holds another term by now, or does not hold this one yet
  }
  const term = terms[index] as AtomicBuffer;
  const status = unblockTerm(metadata, term, blockedOffset, tail.termOffset(termLength), termId);
  if (status === UnblockStatus.UNBLOCKED_TO_END) {
    rotateFrom(metadata, blockedTermCount, termId);
  }
  return status !== UnblockStatus.NO_ACTION;
}

/**
 * As `unblockLog`, for a log that nobody will ever write to again: what was claimed and never begun is padded up to the tail,
 * also where nothing follows it.
 */
export function unblockAbandonedLog(
  terms: readonly AtomicBuffer[],
  metadata: AtomicBuffer,
  blockedPosition: number,
  termLength: number,
): boolean {
  if (unblockLog(terms, metadata, blockedPosition, termLength)) {
    return true;
  }
  if (!isPossible(blockedPosition, termLength)) {
    return false;
  }
  const termCount = Math.floor(blockedPosition / termLength);
  const index = indexByTermCount(termCount);
  const { termId } = tail.read(metadata, index);
  if (computeTermCount(termId, initialTermId(metadata)) !== termCount) {
    return false;
  }
  const term = terms[index] as AtomicBuffer;
  const tailOffset = tail.termOffset(termLength);
  const blockedOffset = computeTermOffsetFromPosition(blockedPosition, termLength);
  for (let offset = blockedOffset; offset < tailOffset; offset += FRAME_ALIGNMENT) {
    if (frameLengthVolatile(term, offset) !== 0) {
      return false;
    }
  }
  if (tailOffset - blockedOffset < DATA_HEADER_LENGTH) {
    return false;
  }
  putPadding(metadata, term, termId, blockedOffset, tailOffset - blockedOffset);
  return true;
}

// Positions come from counters that other processes write.
function isPossible(position: number, termLength: number): boolean {
  return position >= 0 && position < computeMaxPossiblePosition(termLength) && position % FRAME_ALIGNMENT === 0;
}

// From the last possible term there is nowhere to go: the stream has used up its positions.
function rotateFrom(metadata: AtomicBuffer, termCount: number, termId: number): void {
  if (termCount < MAX_TERM_COUNT) {
    rotateLog(metadata, termCount, termId);
  }
}
