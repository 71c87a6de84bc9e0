// SPDX-License-Identifier: Apache-2.0
/**
 * The short way of a message: from an aligned place of an AtomicBuffer, short, with no reserved value to be supplied, into a term
 * whose window is known (window.ts). Nearly all messages of a busy publication are of this kind; whatever is not, or is wrong in
 * any way, is answered with TRY_OTHERWISE, before anything has been touched, and the long way deals with it.
 *
 * Each function is one straight piece that calls only what the compiler takes in, and stores what the long way stores, in the same
 * order: see frame-writer.ts and concurrent-append.ts for the reasons.
 *
 * @hot
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { copyLongs } from '@aeron/core/internal';
import { DATA_HEADER_BLOCK_LENGTH as DATA_HEADER_LENGTH } from '../protocol/generated/data-header.ts';
import { handleEndOfTerm } from './concurrent-append.ts';
import { alignFrame } from './frame-descriptor.ts';
import { LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET } from './generated/log-metadata.ts';
import { APPENDED, type PublicationLog } from './publication-log.ts';
import { isLimitSame } from './window.ts';

const ACTIVE_TERM_COUNT_WORD = LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET >> 2;

/** Nothing was done: the message has to go the long way. */
export const TRY_OTHERWISE = 0;

/** Appends a message to a log with several writers. @returns APPENDED, TRY_OTHERWISE, or a negative result. */
export function tryAppendShort(log: PublicationLog, source: AtomicBuffer, offset: number, length: number): number {
  if (!isShort(log, source, offset, length)) {
    return TRY_OTHERWISE;
  }
  const result = tryClaimShort(log, length);
  if (result > 0) {
    writeShort(log, source, offset, length);
  }
  return result;
}

/** Appends a message to a log with a single writer. @returns APPENDED or TRY_OTHERWISE. */
export function tryAppendShortExclusive(
  log: PublicationLog,
  source: AtomicBuffer,
  offset: number,
  length: number,
): number {
  if (!isShort(log, source, offset, length)) {
    return TRY_OTHERWISE;
  }
  const result = tryClaimShortExclusive(log, length);
  if (result > 0) {
    writeShort(log, source, offset, length);
  }
  return result;
}

/**
 * Claims a frame for `length` bytes of payload and writes its header, in a log with several writers.
 *
 * @param length between 0 and `maxPayloadLength`.
 * @returns APPENDED, TRY_OTHERWISE, or a negative result.
 */
export function tryClaimShort(log: PublicationLog, length: number): number {
  const words = log.metadataWords;
  const { tailWord } = log;
  if (
    words[ACTIVE_TERM_COUNT_WORD] !== log.windowTermCount ||
    (((words[tailWord + 1] as number) - log.initialTermId) | 0) !== log.windowTermCount ||
    (words[tailWord] as number) >>> 0 >= log.windowOffset ||
    !isLimitSame(log)
  ) {
    return TRY_OTHERWISE;
  }
  const frameLength = length + DATA_HEADER_LENGTH;
  const alignedLength = alignFrame(frameLength);
  const low = Atomics.add(words, tailWord, alignedLength) >>> 0;
  const termId = words[tailWord + 1] as number; // not before the addition, which is a full barrier
  const resultingOffset = low + alignedLength;
  if (resultingOffset > log.termLength) {
    return handleEndOfTerm(log, low, termId, alignedLength);
  }
  log.termId = termId;
  log.frameOffset = low;
  log.endOffset = resultingOffset;
  log.endTermId = termId;
  writeShortHeader(log, termId, low, frameLength);
  return APPENDED;
}

/** As `tryClaimShort`, in a log with a single writer. @returns APPENDED or TRY_OTHERWISE. */
export function tryClaimShortExclusive(log: PublicationLog, length: number): number {
  const { termOffset, termId } = log;
  const frameLength = length + DATA_HEADER_LENGTH;
  const resultingOffset = termOffset + alignFrame(frameLength);
  if (termOffset >= log.windowOffset || resultingOffset > log.termLength || !isLimitSame(log)) {
    return TRY_OTHERWISE;
  }
  log.metadataWords[log.tailWord] = resultingOffset;
  log.frameOffset = termOffset;
  log.termOffset = resultingOffset;
  log.endOffset = resultingOffset;
  log.endTermId = termId;
  writeShortHeader(log, termId, termOffset, frameLength);
  return APPENDED;
}

function isShort(log: PublicationLog, source: AtomicBuffer, offset: number, length: number): boolean {
  // `length | 0` refuses fractions and NaN, `& 7` they and places between words. A source that is not aligned has no long words.
  return (
    (length | 0) === length &&
    (offset | 0) === offset &&
    (offset & 7) === 0 &&
    offset >= 0 &&
    length >= 0 &&
    length <= log.maxShortLength &&
    offset + length <= source.capacity &&
    source.bigInt64.length > 0
  );
}

function writeShortHeader(log: PublicationLog, termId: number, frameOffset: number, frameLength: number): void {
  const words = log.termBuffer.int32;
  const index = frameOffset >> 2;
  words[index] = -frameLength;
  words[index + 1] = log.versionFlagsType;
  words[index + 2] = frameOffset;
  words[index + 3] = log.sessionId;
  words[index + 4] = log.streamId;
  words[index + 5] = termId;
}

function writeShort(log: PublicationLog, source: AtomicBuffer, offset: number, length: number): void {
  const { termBuffer, frameOffset } = log;
  copyLongs(termBuffer, frameOffset + DATA_HEADER_LENGTH, source, offset, length);
  Atomics.store(termBuffer.int32, frameOffset >> 2, length + DATA_HEADER_LENGTH);
}
