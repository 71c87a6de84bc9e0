// SPDX-License-Identifier: Apache-2.0
/**
 * Appending to a log with a single writer: it keeps term, offset and position for itself (`termId`, `termOffset`,
 * `termBeginPosition` of the log) and publishes the tail for observers.
 *
 * Each function returns the stream position behind what it appended, or APPENDED if its name begins with `try`; ADMIN_ACTION
 * when the term was full, which it has then padded and left; or MAX_POSITION_EXCEEDED.
 *
 * @hot
 * @source aeron-client/ExclusivePublication
 */
import { AeronError, type AtomicBuffer } from '@aeron/core/internal';
import {
  DATA_HEADER_BLOCK_LENGTH as DATA_HEADER_LENGTH,
  DATA_HEADER_SESSION_ID_OFFSET,
  DATA_HEADER_STREAM_ID_OFFSET,
  DATA_HEADER_TERM_ID_OFFSET,
  DATA_HEADER_TERM_OFFSET_OFFSET,
  DATA_HEADER_TYPE_OFFSET,
} from '../protocol/generated/data-header.ts';
import { alignFrame, DATA_FRAME_TYPE, FRAME_ALIGNMENT } from './frame-descriptor.ts';
import { type ReservedValueSupplier, writeHeader, writeMessage, writePadding, writeParts } from './frame-writer.ts';
import { LOG_METADATA_TERM_TAIL_COUNTERS_OFFSET } from './generated/log-metadata.ts';
import type { MessagePart } from './message-parts.ts';
import { activeTermCount } from './metadata.ts';
import { ADMIN_ACTION, MAX_POSITION_EXCEEDED } from './offer-result.ts';
import { checkMessageRange, type PayloadSource } from './payload-copy.ts';
import { computeTermBeginPosition, computeTermCount, indexByTermCount } from './position.ts';
import {
  APPENDED,
  checkMessageLength,
  framedLength,
  type PublicationLog,
  positionBehind,
  restoreEnd,
  throwLength,
} from './publication-log.ts';
import { RawTail, rotateLogExclusive } from './tail.ts';
import { insertFrames } from './term-rebuilder.ts';
import { shutWindow } from './window.ts';

const TAILS_WORD = LOG_METADATA_TERM_TAIL_COUNTERS_OFFSET >> 2;

/** Takes the writer's state from the log's metadata, where the driver has put the start. Once, at the start. @cold */
export function openExclusive(log: PublicationLog): void {
  const index = indexByTermCount(activeTermCount(log.metadata));
  const tail = new RawTail().read(log.metadata, index);
  log.partitionIndex = index;
  log.termBuffer = log.terms[index] as AtomicBuffer;
  log.termId = tail.termId;
  log.termOffset = tail.termOffset(log.termLength);
  log.termBeginPosition = computeTermBeginPosition(tail.termId, log.termLength, log.initialTermId);
}

/** Stream position of the writer's next frame. */
export function exclusivePosition(log: PublicationLog): number {
  return log.termBeginPosition + log.termOffset;
}

/**
 * Takes `alignedLength` bytes of the term; `frameOffset` of the log says where.
 *
 * The tail is published before the bytes are written, so that the driver finds what a dead writer left unfinished. One store
 * of the low word does it: the high word stays what it is within a term. The store is plain, which saves a quarter of the time
 * of a short message: who waits for data looks at frame lengths, and the release store that commits the frame carries the tail
 * along. Observers of the tail alone (draining, counters) see it in program order or a moment later.
 */
function takeTail(log: PublicationLog, alignedLength: number): number {
  const termOffset = log.termOffset;
  const resultingOffset = termOffset + alignedLength;
  log.metadata.int32[TAILS_WORD + (log.partitionIndex << 1)] = resultingOffset;
  if (resultingOffset > log.termLength) {
    return handleEndOfTerm(log, termOffset);
  }
  log.frameOffset = termOffset;
  log.termOffset = resultingOffset;
  log.endOffset = resultingOffset;
  log.endTermId = log.termId;
  return APPENDED;
}

function handleEndOfTerm(log: PublicationLog, termOffset: number): number {
  const termLength = log.termLength;
  if (termOffset < termLength) {
    writePadding(log, termOffset, termLength - termOffset);
    log.termOffset = termLength;
  }
  if (log.termBeginPosition + termLength >= log.maxPossiblePosition) {
    return MAX_POSITION_EXCEEDED;
  }
  rotateExclusive(log);
  return ADMIN_ACTION;
}

/** Leaves the term for the next one. */
function rotateExclusive(log: PublicationLog): void {
  const nextTermId = (log.termId + 1) | 0;
  const nextTermCount = computeTermCount(nextTermId, log.initialTermId);
  const index = indexByTermCount(nextTermCount);
  log.partitionIndex = index;
  log.termBuffer = log.terms[index] as AtomicBuffer;
  log.termId = nextTermId;
  log.termOffset = 0;
  log.termBeginPosition += log.termLength;
  shutWindow(log); // it was that of the term before
  rotateLogExclusive(log.metadata, nextTermCount, nextTermId);
}

/**
 * Appends one message of `length` bytes.
 *
 * @returns APPENDED, or a negative result.
 * @throws AeronError INVALID_ARGUMENT before anything is claimed.
 */
export function tryAppendMessageExclusive(
  log: PublicationLog,
  source: PayloadSource,
  offset: number,
  length: number,
  supplier: ReservedValueSupplier | undefined,
): number {
  checkMessageRange(source, offset, length);
  checkMessageLength(log, length);
  const result = takeTail(log, framedLength(log, length));
  if (result > 0) {
    const { endTermId, endOffset } = log;
    writeMessage(log, source, offset, length, supplier);
    return supplier === undefined ? result : restoreEnd(log, endTermId, endOffset);
  }
  return result;
}

/** As `tryAppendMessageExclusive`. @returns the stream position behind the message, or a negative result. */
export function appendMessageExclusive(
  log: PublicationLog,
  source: PayloadSource,
  offset: number,
  length: number,
  supplier: ReservedValueSupplier | undefined,
): number {
  const result = tryAppendMessageExclusive(log, source, offset, length, supplier);
  return result < 0 ? result : positionBehind(log);
}

/** As `tryAppendMessageExclusive`, for a message in parts, `length` bytes together; see `checkedPartsLength`. */
export function tryAppendPartsExclusive(
  log: PublicationLog,
  parts: readonly MessagePart[],
  length: number,
  supplier: ReservedValueSupplier | undefined,
): number {
  checkMessageLength(log, length);
  const result = takeTail(log, framedLength(log, length));
  if (result > 0) {
    const { endTermId, endOffset } = log;
    writeParts(log, parts, length, supplier);
    return supplier === undefined ? result : restoreEnd(log, endTermId, endOffset);
  }
  return result;
}

/** As `tryAppendPartsExclusive`. @returns the stream position behind the message, or a negative result. */
export function appendPartsExclusive(
  log: PublicationLog,
  parts: readonly MessagePart[],
  length: number,
  supplier: ReservedValueSupplier | undefined,
): number {
  const result = tryAppendPartsExclusive(log, parts, length, supplier);
  return result < 0 ? result : positionBehind(log);
}

/** Claims one frame to be written in place; see `tryClaimFrame`. @returns APPENDED, or a negative result. */
export function tryClaimFrameExclusive(log: PublicationLog, length: number): number {
  const frameLength = length + DATA_HEADER_LENGTH;
  const result = takeTail(log, alignFrame(frameLength));
  if (result > 0) {
    writeHeader(log, log.termBuffer, log.termId, log.frameOffset, frameLength);
  }
  return result;
}

/** As `tryClaimFrameExclusive`. @returns the stream position behind the frame, or a negative result. */
export function claimFrameExclusive(log: PublicationLog, length: number): number {
  const result = tryClaimFrameExclusive(log, length);
  return result < 0 ? result : positionBehind(log);
}

/** Appends a padding frame with `length` bytes of nothing. @throws AeronError INVALID_ARGUMENT for a length out of bounds. */
export function appendPaddingExclusive(log: PublicationLog, length: number): number {
  if (!(length >= 0 && length <= log.maxFramedLength && (length | 0) === length)) {
    throwLength('padding is negative or exceeds maxFramedLength', length, log.maxFramedLength);
  }
  const frameLength = length + DATA_HEADER_LENGTH;
  const result = takeTail(log, alignFrame(frameLength));
  if (result < 0) {
    return result;
  }
  writePadding(log, log.frameOffset, frameLength);
  return positionBehind(log);
}

/** Goes on to the next term if this one is exactly full, which a block, unlike a message, can't do by itself. */
export function prepareBlockExclusive(log: PublicationLog): void {
  if (log.termOffset >= log.termLength && log.termBeginPosition + log.termLength < log.maxPossiblePosition) {
    rotateExclusive(log);
  }
}

/**
 * Appends frames that are complete already, with their headers, as a block of `length` bytes. `prepareBlockExclusive` comes
 * first.
 *
 * @throws AeronError INVALID_ARGUMENT when the block does not fit the rest of the term, is not made of whole frames, or does
 * not start with the data frame that belongs here.
 */
export function appendBlockExclusive(
  log: PublicationLog,
  source: AtomicBuffer,
  offset: number,
  length: number,
): number {
  checkMessageRange(source, offset, length);
  checkBlock(log, source, offset, length);
  takeTail(log, length); // fits: it was checked
  insertFrames(log.termBuffer, log.frameOffset, source, offset, length);
  return positionBehind(log);
}

function checkBlock(log: PublicationLog, source: AtomicBuffer, offset: number, length: number): void {
  const remaining = log.termLength - log.termOffset;
  if (length > remaining) {
    throwLength('block exceeds the rest of the term', length, remaining);
  }
  if (length < DATA_HEADER_LENGTH || (length & (FRAME_ALIGNMENT - 1)) !== 0) {
    throwLength('block is not made of whole frames', length, remaining);
  }
  if (
    source.getInt32(offset + DATA_HEADER_TERM_OFFSET_OFFSET) !== log.termOffset ||
    source.getInt32(offset + DATA_HEADER_SESSION_ID_OFFSET) !== log.sessionId ||
    source.getInt32(offset + DATA_HEADER_STREAM_ID_OFFSET) !== log.streamId ||
    source.getInt32(offset + DATA_HEADER_TERM_ID_OFFSET) !== log.termId ||
    source.getUint16(offset + DATA_HEADER_TYPE_OFFSET) !== DATA_FRAME_TYPE
  ) {
    throwMisplacedBlock(log, source, offset);
  }
}

function throwMisplacedBlock(log: PublicationLog, source: AtomicBuffer, offset: number): never {
  throw new AeronError(
    'INVALID_ARGUMENT',
    'block does not start with the frame that belongs here: ' +
      `termOffset=${source.getInt32(offset + DATA_HEADER_TERM_OFFSET_OFFSET)} (expected=${log.termOffset}) ` +
      `sessionId=${source.getInt32(offset + DATA_HEADER_SESSION_ID_OFFSET)} (expected=${log.sessionId}) ` +
      `streamId=${source.getInt32(offset + DATA_HEADER_STREAM_ID_OFFSET)} (expected=${log.streamId}) ` +
      `termId=${source.getInt32(offset + DATA_HEADER_TERM_ID_OFFSET)} (expected=${log.termId}) ` +
      `frameType=${source.getUint16(offset + DATA_HEADER_TYPE_OFFSET)} (expected=${DATA_FRAME_TYPE})`,
  );
}
