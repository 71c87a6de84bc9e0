// SPDX-License-Identifier: Apache-2.0
/**
 * Appending to a log that several threads and processes append to at once. Space is claimed by one atomic addition to the low
 * word of the active term's tail; the claimant then owns those bytes until it commits them.
 *
 * Why the low word suffices: the high word, the term id, changes only when the partition is reused three terms on. That can't
 * happen while someone holds an uncommitted claim in the term, for subscribers stop there and the publisher limit stops half
 * a term further. So a claimant reads the right term id after its addition. Only one who found the term full may see the
 * partition reused before it reads; it then holds no claim and must not rotate.
 *
 * ```
 *   seekTail ────► limit check by the caller ──► append… ──► position
 *        │                                          ├──► ADMIN_ACTION (term full: padded, rotated)
 *        └──► ADMIN_ACTION (tail and term count differ)   └──► MAX_POSITION_EXCEEDED
 * ```
 *
 * @hot
 * @source aeron-client/ConcurrentPublication
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { DATA_HEADER_BLOCK_LENGTH as DATA_HEADER_LENGTH } from '../protocol/generated/data-header.ts';
import { alignFrame } from './frame-descriptor.ts';
import { type ReservedValueSupplier, writeHeader, writeMessage, writePadding, writeParts } from './frame-writer.ts';
import {
  LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET,
  LOG_METADATA_TERM_TAIL_COUNTERS_OFFSET,
} from './generated/log-metadata.ts';
import type { MessagePart } from './message-parts.ts';
import { ADMIN_ACTION, MAX_POSITION_EXCEEDED } from './offer-result.ts';
import { checkMessageRange, type PayloadSource } from './payload-copy.ts';
import { indexByTermCount } from './position.ts';
import {
  APPENDED,
  checkMessageLength,
  framedLength,
  type PublicationLog,
  positionBehind,
  restoreEnd,
} from './publication-log.ts';
import { rotateLog } from './tail.ts';

const ACTIVE_TERM_COUNT_WORD = LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET >> 2;
const TAILS_WORD = LOG_METADATA_TERM_TAIL_COUNTERS_OFFSET >> 2;

/**
 * Finds where the next message would go, and leaves the active term and `tailOffset` in the log's registers.
 *
 * Plain loads: what they find is advice. A stale look costs an ADMIN_ACTION, or lets a message pass the limit that fitted a
 * moment ago, just as if the caller had been held up between look and claim. What counts is decided by the addition.
 *
 * @returns 0, or ADMIN_ACTION while the log is changing terms.
 */
export function seekTail(log: PublicationLog): number {
  const words = log.metadata.int32;
  const termCount = words[ACTIVE_TERM_COUNT_WORD] as number;
  const index = indexByTermCount(termCount);
  const word = TAILS_WORD + (index << 1);
  const low = (words[word] as number) >>> 0;
  const termId = words[word + 1] as number;
  if (((termId - log.initialTermId) | 0) !== termCount) {
    return ADMIN_ACTION;
  }
  log.partitionIndex = index;
  log.termBuffer = log.terms[index] as AtomicBuffer;
  log.termId = termId;
  log.tailOffset = Math.min(low, log.termLength);
  return 0;
}

/** Stream position of the tail that `seekTail` found: what is to be compared with the publisher limit. */
export function tailPosition(log: PublicationLog): number {
  return ((log.termId - log.initialTermId) | 0) * log.termLength + log.tailOffset;
}

/** `seekTail` and `tailPosition` in one. @returns the stream position, or ADMIN_ACTION while the log is changing terms. */
export function locateTail(log: PublicationLog): number {
  return seekTail(log) === 0 ? tailPosition(log) : ADMIN_ACTION;
}

/**
 * Claims `alignedLength` bytes in the term that `seekTail` found. On success the registers of the log say where.
 *
 * @returns APPENDED, or ADMIN_ACTION or MAX_POSITION_EXCEEDED after dealing with the full term.
 */
function tryClaimTail(log: PublicationLog, alignedLength: number): number {
  const words = log.metadata.int32;
  const word = TAILS_WORD + (log.partitionIndex << 1);
  const low = Atomics.add(words, word, alignedLength) >>> 0;
  const termId = words[word + 1] as number; // not before the addition, which is a full barrier
  const resultingOffset = low + alignedLength;
  if (resultingOffset > log.termLength) {
    return handleEndOfTerm(log, low, termId, alignedLength);
  }
  log.termId = termId;
  log.frameOffset = low;
  log.endOffset = resultingOffset;
  log.endTermId = termId;
  return APPENDED;
}

/** As `tryClaimTail`. @returns the stream position behind the claim, or a negative result. */
export function claimTail(log: PublicationLog, alignedLength: number): number {
  const result = tryClaimTail(log, alignedLength);
  return result < 0 ? result : positionBehind(log);
}

/**
 * Deals with a claim that began at `low` and reached beyond the term.
 *
 * @returns ADMIN_ACTION or MAX_POSITION_EXCEEDED.
 */
export function handleEndOfTerm(log: PublicationLog, low: number, termId: number, alignedLength: number): number {
  const termLength = log.termLength;
  const termOffset = Math.min(low, termLength);
  if (termOffset < termLength) {
    log.termId = termId;
    writePadding(log, termOffset, termLength - termOffset);
  } else if (termId !== log.termId) {
    return ADMIN_ACTION; // the partition is in use again: the term that was full is long gone
  }
  const termCount = (termId - log.initialTermId) | 0;
  if (termCount * termLength + termOffset + alignedLength >= log.maxPossiblePosition) {
    return MAX_POSITION_EXCEEDED;
  }
  rotateLog(log.metadata, termCount, termId);
  return ADMIN_ACTION;
}

/**
 * Appends one message of `length` bytes, as one frame or fragmented, to the term that `seekTail` found.
 *
 * @param supplier of the reserved value of each frame, or undefined.
 * @returns APPENDED, or a negative result.
 * @throws AeronError INVALID_ARGUMENT before anything is claimed.
 */
export function tryAppendMessage(
  log: PublicationLog,
  source: PayloadSource,
  offset: number,
  length: number,
  supplier: ReservedValueSupplier | undefined,
): number {
  checkMessageRange(source, offset, length);
  checkMessageLength(log, length);
  const result = tryClaimTail(log, framedLength(log, length));
  if (result > 0) {
    const { endTermId, endOffset } = log;
    writeMessage(log, source, offset, length, supplier);
    return supplier === undefined ? result : restoreEnd(log, endTermId, endOffset);
  }
  return result;
}

/** As `tryAppendMessage`. @returns the stream position behind the message, or a negative result. */
export function appendMessage(
  log: PublicationLog,
  source: PayloadSource,
  offset: number,
  length: number,
  supplier: ReservedValueSupplier | undefined,
): number {
  const result = tryAppendMessage(log, source, offset, length, supplier);
  return result < 0 ? result : positionBehind(log);
}

/**
 * As `tryAppendMessage`, for a message in parts.
 *
 * @param length of all parts together; see `checkedPartsLength`.
 */
export function tryAppendParts(
  log: PublicationLog,
  parts: readonly MessagePart[],
  length: number,
  supplier: ReservedValueSupplier | undefined,
): number {
  checkMessageLength(log, length);
  const result = tryClaimTail(log, framedLength(log, length));
  if (result > 0) {
    const { endTermId, endOffset } = log;
    writeParts(log, parts, length, supplier);
    return supplier === undefined ? result : restoreEnd(log, endTermId, endOffset);
  }
  return result;
}

/** As `tryAppendParts`. @returns the stream position behind the message, or a negative result. */
export function appendParts(
  log: PublicationLog,
  parts: readonly MessagePart[],
  length: number,
  supplier: ReservedValueSupplier | undefined,
): number {
  const result = tryAppendParts(log, parts, length, supplier);
  return result < 0 ? result : positionBehind(log);
}

/**
 * Claims one frame for a payload of `length` bytes, which `checkPayloadLength` has passed, to be written in place at
 * `termBuffer` and `frameOffset` of the log, and committed by storing the frame length with release order.
 *
 * @returns APPENDED, or a negative result.
 */
export function tryClaimFrame(log: PublicationLog, length: number): number {
  const frameLength = length + DATA_HEADER_LENGTH;
  const result = tryClaimTail(log, alignFrame(frameLength));
  if (result > 0) {
    writeHeader(log, log.termBuffer, log.termId, log.frameOffset, frameLength);
  }
  return result;
}

/** As `tryClaimFrame`. @returns the stream position behind the frame, or a negative result. */
export function claimFrame(log: PublicationLog, length: number): number {
  const result = tryClaimFrame(log, length);
  return result < 0 ? result : positionBehind(log);
}
