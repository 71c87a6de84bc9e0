// SPDX-License-Identifier: Apache-2.0
/**
 * What appending to one log needs to know, and the registers through which its steps hand over more than one result. Made
 * once per publication object; used by the one thread that owns that object. Append functions are free functions over it
 * (concurrent-append.ts, exclusive-append.ts, frame-writer.ts), so that a publication only decides and delegates.
 *
 * @hot
 */
import { AeronError, AtomicBuffer } from '@aeron/core/internal';
import {
  DATA_HEADER_BLOCK_LENGTH as DATA_HEADER_LENGTH,
  DATA_HEADER_SESSION_ID_OFFSET,
  DATA_HEADER_STREAM_ID_OFFSET,
  DATA_HEADER_VERSION_OFFSET,
} from '../protocol/generated/data-header.ts';
import { alignFrame, computeFragmentedFrameLength, computeMaxMessageLength } from './frame-descriptor.ts';
import { LOG_METADATA_DEFAULT_FRAME_HEADER_OFFSET as DEFAULT_HEADER_OFFSET } from './generated/log-metadata.ts';
import { PARTITION_COUNT } from './log-buffer-descriptor.ts';
import { initialTermId, isConnected, mtuLength } from './metadata.ts';
import { BACK_PRESSURED, MAX_POSITION_EXCEEDED, NOT_CONNECTED } from './offer-result.ts';
import { computeMaxPossiblePosition } from './position.ts';

/** Beyond this a buffer is worth to be looked at: one that is sent whole goes quicker by one block copy. */
const SHORT_LENGTH = 1024;
const NO_LIMIT = new Int32Array(2);
const NO_MEMORY = AtomicBuffer.allocate(0);

/** The parts of a log that a writer touches; LogBuffers is one. */
export interface LogMemory {
  /** Three buffers of the same length. */
  readonly terms: readonly AtomicBuffer[];
  readonly metadata: AtomicBuffer;
}

// Fields begin as what they will be, see AtomicBuffer.
export class PublicationLog {
  readonly metadata: AtomicBuffer = NO_MEMORY;
  readonly terms: readonly AtomicBuffer[];
  readonly termLength: number = 0;
  readonly initialTermId: number = 0;
  readonly sessionId: number = 0;
  readonly streamId: number = 0;
  /** Bytes of the longest message that goes as one frame; also the limit of a claim. */
  readonly maxPayloadLength: number = 0;
  readonly maxMessageLength: number = 0;
  /** Bytes that the longest message takes up in a term. */
  readonly maxFramedLength: number = 0;
  readonly maxPossiblePosition: number;
  /** Second word of every header: version, flags of an unfragmented frame, type. */
  readonly versionFlagsType: number = 0;
  /** The metadata as int32 words. */
  readonly metadataWords: Int32Array = NO_LIMIT;
  /** Bytes of the longest message that short-message.ts takes. */
  readonly maxShortLength: number = 0;

  /** Register: the term that is appended to. */
  termBuffer: AtomicBuffer = NO_MEMORY;
  /** Register: index of that term. */
  partitionIndex = 0;
  /** Register: id of that term. */
  termId = 0;
  /** Register: how far the term is claimed, as `seekTail` found it; at most the term length. */
  tailOffset = 0;
  /** Register: where the frame begins that was claimed last. */
  frameOffset = 0;
  /** Register: where the claim ends that was made last. */
  endOffset = 0;
  /** Register: in which term. */
  endTermId = 0;
  /** State of an exclusive writer: where its next frame goes. */
  termOffset = 0;
  /** State of an exclusive writer: stream position at which its term begins; a double from the start. */
  termBeginPosition = -0.5;
  /** Where the publisher limit is, see window.ts: memory, index of its low word. */
  limitWords: Int32Array = NO_LIMIT;
  limitWord = 0;
  /** The limit's words when the window was opened. */
  limitLow = 0;
  limitHigh = 0;
  /** Term of the window, and where its tail is in the metadata. */
  windowTermId = 0;
  tailWord = 0;
  /** Term offset before which a message may begin; negative while nothing is known. */
  windowOffset = -1;

  /** @throws AeronError LOG_BUFFER_CORRUPT when the log's MTU leaves no room for a payload. */
  constructor({ terms, metadata }: LogMemory) {
    const termBuffer = terms[0];
    const mtu = mtuLength(metadata);
    if (termBuffer === undefined || terms.length !== PARTITION_COUNT || mtu <= DATA_HEADER_LENGTH) {
      throw new AeronError('LOG_BUFFER_CORRUPT', `log cannot be appended to: terms=${terms.length} mtuLength=${mtu}`);
    }
    this.metadata = metadata;
    this.terms = terms;
    this.termLength = termBuffer.capacity;
    this.initialTermId = initialTermId(metadata);
    this.sessionId = metadata.getInt32(DEFAULT_HEADER_OFFSET + DATA_HEADER_SESSION_ID_OFFSET);
    this.streamId = metadata.getInt32(DEFAULT_HEADER_OFFSET + DATA_HEADER_STREAM_ID_OFFSET);
    this.maxPayloadLength = mtu - DATA_HEADER_LENGTH;
    this.maxMessageLength = computeMaxMessageLength(this.termLength);
    this.maxFramedLength = computeFragmentedFrameLength(this.maxMessageLength, this.maxPayloadLength);
    this.maxPossiblePosition = computeMaxPossiblePosition(this.termLength);
    this.versionFlagsType = metadata.getInt32(DEFAULT_HEADER_OFFSET + DATA_HEADER_VERSION_OFFSET);
    this.termBuffer = termBuffer;
    this.metadataWords = metadata.int32;
    this.maxShortLength = Math.min(this.maxPayloadLength, SHORT_LENGTH);
  }
}

/** What the `try…` functions answer when they have appended; `positionBehind` then tells how far the stream reaches. */
export const APPENDED = 1;

/**
 * Stream position behind the claim that was made last. Positions are kept out of the results of the functions that append: a
 * number above 2^31 that crosses a call which is not inlined is allocated, integers are not.
 */
export function positionBehind(log: PublicationLog): number {
  return ((log.endTermId - log.initialTermId) | 0) * log.termLength + log.endOffset;
}

/** Tells again where a claim ends, after a supplier has run, which may have appended to the same log. @returns APPENDED. */
export function restoreEnd(log: PublicationLog, endTermId: number, endOffset: number): number {
  log.endTermId = endTermId;
  log.endOffset = endOffset;
  return APPENDED;
}

/** Bytes of a term that a message of `length` takes up, as one frame or as fragments. */
export function framedLength(log: PublicationLog, length: number): number {
  return length <= log.maxPayloadLength
    ? alignFrame(length + DATA_HEADER_LENGTH)
    : computeFragmentedFrameLength(length, log.maxPayloadLength);
}

/**
 * What an offer answers that finds `position` at or beyond the publication's limit.
 *
 * @param length of the message, bytes.
 * @source aeron-client/Publication
 */
export function backPressureStatus(log: PublicationLog, position: number, length: number): number {
  if (position + alignFrame(length + DATA_HEADER_LENGTH) >= log.maxPossiblePosition) {
    return MAX_POSITION_EXCEEDED;
  }
  return isConnected(log.metadata) ? BACK_PRESSURED : NOT_CONNECTED;
}

/** @throws AeronError INVALID_ARGUMENT when a message is longer than the log allows. */
export function checkMessageLength(log: PublicationLog, length: number): void {
  if (length > log.maxMessageLength) {
    throwLength('message exceeds maxMessageLength', length, log.maxMessageLength);
  }
}

/** @throws AeronError INVALID_ARGUMENT unless `length` is a payload that fits one frame. */
export function checkPayloadLength(log: PublicationLog, length: number): void {
  if (!(length >= 0 && length <= log.maxPayloadLength && (length | 0) === length)) {
    throwLength('claim is negative or exceeds maxPayloadLength', length, log.maxPayloadLength);
  }
}

/** Refuses a length. */
export function throwLength(problem: string, length: number, limit: number): never {
  throw new AeronError('INVALID_ARGUMENT', `${problem}: length=${length} limit=${limit}`);
}
