// SPDX-License-Identifier: Apache-2.0
/**
 * The short way of a message: one frame, with no reserved value to be supplied, into a term whose window is known (window.ts).
 * Nearly all messages of a busy publication are of this kind; whatever is not, or is wrong in any way, is answered with
 * TRY_OTHERWISE, before anything has been touched, and the long way deals with it.
 *
 * Each function is one straight piece that calls only what the compiler takes in, and stores what the long way stores, in the same
 * order: see frame-writer.ts and concurrent-append.ts for the reasons.
 *
 * @hot
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { copyLongs, storeInt32Release } from '@aeron/core/internal';
import { DATA_HEADER_BLOCK_LENGTH as DATA_HEADER_LENGTH } from '../protocol/generated/data-header.ts';
import { handleEndOfTerm } from './concurrent-append.ts';
import { alignFrame } from './frame-descriptor.ts';
import { copyParts, type MessagePart } from './message-parts.ts';
import { copyPayload, isInside, type PayloadSource } from './payload-copy.ts';
import { APPENDED, type PublicationLog } from './publication-log.ts';
import { isLimitSame } from './window.ts';

/** Nothing was done: the message has to go the long way. */
export const TRY_OTHERWISE = 0;

/**
 * Appends a message from an aligned place of a buffer, of at most `maxShortLength` bytes, to a log with several writers.
 *
 * One piece, so that the compiler takes all of it into the loop that offers: what it takes in together is limited, and each call
 * that remains costs as much as the copy.
 *
 * @returns APPENDED, TRY_OTHERWISE, or a negative result.
 */
export function tryAppendShort(log: PublicationLog, source: AtomicBuffer, offset: number, length: number): number {
  const words = log.metadataWords;
  const { tailWord, termBuffer } = log;
  const tail = words[tailWord] as number;
  // As long as the tail is inside the window, the term is not full, and so still the active one.
  if (
    !isShort(log, source, offset, length) ||
    tail < 0 ||
    tail >= log.windowOffset ||
    words[tailWord + 1] !== log.windowTermId ||
    !isLimitSame(log)
  ) {
    return TRY_OTHERWISE;
  }
  const headerLength = DATA_HEADER_LENGTH;
  const frameLength = length + headerLength;
  const alignedLength = alignFrame(frameLength);
  const frameOffset = Atomics.add(words, tailWord, alignedLength) | 0;
  const termId = words[tailWord + 1] as number; // not before the addition, which is a full barrier
  if (frameOffset < 0 || frameOffset > log.termLength - alignedLength) {
    return handleEndOfTerm(log, frameOffset >>> 0, termId, alignedLength);
  }
  log.endOffset = frameOffset + alignedLength;
  log.endTermId = termId;
  writeShortHeader(log, termId, frameOffset, frameLength);
  copyLongs(termBuffer, frameOffset + headerLength, source, offset, length);
  storeInt32Release(termBuffer.int32, frameOffset >> 2, frameLength);
  return APPENDED;
}

/** As `tryAppendShort`, to a log with a single writer. @returns APPENDED or TRY_OTHERWISE. */
export function tryAppendShortExclusive(
  log: PublicationLog,
  source: AtomicBuffer,
  offset: number,
  length: number,
): number {
  const { termBuffer, termId } = log;
  const headerLength = DATA_HEADER_LENGTH;
  const frameLength = length + headerLength;
  const frameOffset = log.termOffset;
  const resultingOffset = frameOffset + alignFrame(frameLength);
  if (
    !isShort(log, source, offset, length) ||
    frameOffset >= log.windowOffset ||
    resultingOffset > log.termLength ||
    !isLimitSame(log)
  ) {
    return TRY_OTHERWISE;
  }
  log.metadataWords[log.tailWord] = resultingOffset;
  log.termOffset = resultingOffset;
  log.endOffset = resultingOffset;
  log.endTermId = termId;
  writeShortHeader(log, termId, frameOffset, frameLength);
  copyLongs(termBuffer, frameOffset + headerLength, source, offset, length);
  storeInt32Release(termBuffer.int32, frameOffset >> 2, frameLength);
  return APPENDED;
}

/** Appends a message from anywhere that fits one frame, to a log with several writers. @returns as `tryAppendShort`. */
export function tryAppendFrame(log: PublicationLog, source: PayloadSource, offset: number, length: number): number {
  if (!(length <= log.maxPayloadLength) || !isInside(source, offset, length)) {
    return TRY_OTHERWISE;
  }
  const result = tryClaimShort(log, length);
  if (result > 0) {
    copyPayload(log.termBuffer, log.frameOffset + DATA_HEADER_LENGTH, source, offset, length);
    commitShort(log, length);
  }
  return result;
}

/** As `tryAppendFrame`, to a log with a single writer. @returns APPENDED or TRY_OTHERWISE. */
export function tryAppendFrameExclusive(
  log: PublicationLog,
  source: PayloadSource,
  offset: number,
  length: number,
): number {
  if (!(length <= log.maxPayloadLength) || !isInside(source, offset, length)) {
    return TRY_OTHERWISE;
  }
  const result = tryClaimShortExclusive(log, length);
  if (result > 0) {
    copyPayload(log.termBuffer, log.frameOffset + DATA_HEADER_LENGTH, source, offset, length);
    commitShort(log, length);
  }
  return result;
}

/** Appends a message in parts, `length` bytes that were checked, to a log with several writers. @returns as `tryAppendShort`. */
export function tryAppendShortParts(log: PublicationLog, parts: readonly MessagePart[], length: number): number {
  const result = length <= log.maxPayloadLength ? tryClaimShort(log, length) : TRY_OTHERWISE;
  if (result > 0) {
    copyParts(log.termBuffer, log.frameOffset + DATA_HEADER_LENGTH, parts);
    commitShort(log, length);
  }
  return result;
}

/** As `tryAppendShortParts`, to a log with a single writer. @returns APPENDED or TRY_OTHERWISE. */
export function tryAppendShortPartsExclusive(
  log: PublicationLog,
  parts: readonly MessagePart[],
  length: number,
): number {
  const result = length <= log.maxPayloadLength ? tryClaimShortExclusive(log, length) : TRY_OTHERWISE;
  if (result > 0) {
    copyParts(log.termBuffer, log.frameOffset + DATA_HEADER_LENGTH, parts);
    commitShort(log, length);
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
  const tail = words[tailWord] as number;
  // As long as the tail is inside the window, the term is not full, and so still the active one.
  if (tail < 0 || tail >= log.windowOffset || words[tailWord + 1] !== log.windowTermId || !isLimitSame(log)) {
    return TRY_OTHERWISE;
  }
  const frameLength = length + DATA_HEADER_LENGTH;
  const alignedLength = alignFrame(frameLength);
  const low = Atomics.add(words, tailWord, alignedLength) | 0;
  const termId = words[tailWord + 1] as number; // not before the addition, which is a full barrier
  if (low < 0 || low > log.termLength - alignedLength) {
    return handleEndOfTerm(log, low >>> 0, termId, alignedLength);
  }
  log.termId = termId;
  log.frameOffset = low;
  log.endOffset = low + alignedLength;
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
  // `| 0` refuses fractions and NaN, `& 7` places between words.
  return (
    (length | 0) === length &&
    (offset | 0) === offset &&
    (offset & 7) === 0 &&
    offset >= 0 &&
    length >= 0 &&
    length <= log.maxShortLength &&
    offset + length <= source.wordCapacity
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

function commitShort(log: PublicationLog, length: number): void {
  storeInt32Release(log.termBuffer.int32, log.frameOffset >> 2, length + DATA_HEADER_LENGTH);
}
