// SPDX-License-Identifier: Apache-2.0
/**
 * What the driver writes into the metadata of a new log, once, before it tells anyone of it. The record is also what a
 * reader of a log gets back: facts about the stream that no longer change.
 */
import { type AtomicBuffer, INT64_MAX_AS_NUMBER } from '@aeron/core/internal';
import {
  DATA_HEADER_FLAGS_OFFSET,
  DATA_HEADER_BLOCK_LENGTH as DATA_HEADER_LENGTH,
  DATA_HEADER_SESSION_ID_OFFSET,
  DATA_HEADER_STREAM_ID_OFFSET,
  DATA_HEADER_TERM_ID_OFFSET,
  DATA_HEADER_TERM_OFFSET_OFFSET,
  DATA_HEADER_TYPE_OFFSET,
} from '../protocol/generated/data-header.ts';
import { DATA_FRAME_TYPE, UNFRAGMENTED } from './frame-descriptor.ts';
import * as offsets from './generated/log-metadata.ts';
import { LogBufferType, type LogBufferTypeCode } from './log-buffer-descriptor.ts';
import { putEndOfStreamPosition } from './metadata.ts';
import { initialiseTails } from './tail.ts';

/** Where and how a log starts, and how its stream is treated. Lengths in bytes, times in ns. */
export interface LogParameters {
  readonly type: LogBufferTypeCode;
  readonly sessionId: number;
  readonly streamId: number;
  /** Registration id of the publication, or correlation id of the image. */
  readonly correlationId: number;
  readonly initialTermId: number;
  /** Term that the log starts in; the initial one unless a position was asked for. */
  readonly termId: number;
  /** Offset in that term. */
  readonly termOffset: number;
  readonly termLength: number;
  readonly mtuLength: number;
  readonly pageSize: number;
  readonly publicationWindowLength: number;
  readonly receiverWindowLength: number;
  readonly socketSndbufLength: number;
  readonly osDefaultSocketSndbufLength: number;
  readonly osMaxSocketSndbufLength: number;
  readonly socketRcvbufLength: number;
  readonly osDefaultSocketRcvbufLength: number;
  readonly osMaxSocketRcvbufLength: number;
  readonly maxResend: number;
  readonly entityTag: bigint;
  readonly responseCorrelationId: number;
  readonly lingerTimeoutNs: number;
  readonly untetheredWindowLimitTimeoutNs: number;
  readonly untetheredLingerTimeoutNs: number;
  readonly untetheredRestingTimeoutNs: number;
  readonly group: boolean;
  readonly isResponse: boolean;
  readonly rejoin: boolean;
  readonly reliable: boolean;
  readonly sparse: boolean;
  readonly signalEos: boolean;
  readonly spiesSimulateConnection: boolean;
  readonly tether: boolean;
}

const INT32_FIELDS = [
  ['initialTermId', offsets.LOG_METADATA_INITIAL_TERM_ID_OFFSET],
  ['termLength', offsets.LOG_METADATA_TERM_LENGTH_OFFSET],
  ['mtuLength', offsets.LOG_METADATA_MTU_LENGTH_OFFSET],
  ['pageSize', offsets.LOG_METADATA_PAGE_SIZE_OFFSET],
  ['publicationWindowLength', offsets.LOG_METADATA_PUBLICATION_WINDOW_LENGTH_OFFSET],
  ['receiverWindowLength', offsets.LOG_METADATA_RECEIVER_WINDOW_LENGTH_OFFSET],
  ['socketSndbufLength', offsets.LOG_METADATA_SOCKET_SNDBUF_LENGTH_OFFSET],
  ['osDefaultSocketSndbufLength', offsets.LOG_METADATA_OS_DEFAULT_SOCKET_SNDBUF_LENGTH_OFFSET],
  ['osMaxSocketSndbufLength', offsets.LOG_METADATA_OS_MAX_SOCKET_SNDBUF_LENGTH_OFFSET],
  ['socketRcvbufLength', offsets.LOG_METADATA_SOCKET_RCVBUF_LENGTH_OFFSET],
  ['osDefaultSocketRcvbufLength', offsets.LOG_METADATA_OS_DEFAULT_SOCKET_RCVBUF_LENGTH_OFFSET],
  ['osMaxSocketRcvbufLength', offsets.LOG_METADATA_OS_MAX_SOCKET_RCVBUF_LENGTH_OFFSET],
  ['maxResend', offsets.LOG_METADATA_MAX_RESEND_OFFSET],
] as const satisfies readonly (readonly [keyof LogParameters, number])[];

const INT64_FIELDS = [
  ['correlationId', offsets.LOG_METADATA_CORRELATION_ID_OFFSET],
  ['responseCorrelationId', offsets.LOG_METADATA_RESPONSE_CORRELATION_ID_OFFSET],
  ['lingerTimeoutNs', offsets.LOG_METADATA_LINGER_TIMEOUT_NS_OFFSET],
  ['untetheredWindowLimitTimeoutNs', offsets.LOG_METADATA_UNTETHERED_WINDOW_LIMIT_TIMEOUT_NS_OFFSET],
  ['untetheredLingerTimeoutNs', offsets.LOG_METADATA_UNTETHERED_LINGER_TIMEOUT_NS_OFFSET],
  ['untetheredRestingTimeoutNs', offsets.LOG_METADATA_UNTETHERED_RESTING_TIMEOUT_NS_OFFSET],
] as const satisfies readonly (readonly [keyof LogParameters, number])[];

const BOOLEAN_FIELDS = [
  ['group', offsets.LOG_METADATA_GROUP_OFFSET],
  ['isResponse', offsets.LOG_METADATA_IS_RESPONSE_OFFSET],
  ['rejoin', offsets.LOG_METADATA_REJOIN_OFFSET],
  ['reliable', offsets.LOG_METADATA_RELIABLE_OFFSET],
  ['sparse', offsets.LOG_METADATA_SPARSE_OFFSET],
  ['signalEos', offsets.LOG_METADATA_SIGNAL_EOS_OFFSET],
  ['spiesSimulateConnection', offsets.LOG_METADATA_SPIES_SIMULATE_CONNECTION_OFFSET],
  ['tether', offsets.LOG_METADATA_TETHER_OFFSET],
] as const satisfies readonly (readonly [keyof LogParameters, number])[];

/**
 * Fills the metadata of a zeroed log: fields, default frame header, and the tails unless it is an image,
 * which nobody appends to. The end-of-stream position comes last, with release
 * order: who reads it as not zero sees all the rest.
 */
export function initialiseLog(metadata: AtomicBuffer, parameters: LogParameters): void {
  for (const [field, offset] of INT32_FIELDS) {
    metadata.putInt32(offset, parameters[field]);
  }
  for (const [field, offset] of INT64_FIELDS) {
    metadata.putInt64Unaligned(offset, parameters[field]);
  }
  for (const [field, offset] of BOOLEAN_FIELDS) {
    metadata.putUint8(offset, parameters[field] ? 1 : 0);
  }
  metadata.putBigInt64(offsets.LOG_METADATA_ENTITY_TAG_OFFSET, parameters.entityTag);
  metadata.putUint8(offsets.LOG_METADATA_IS_PUBLICATION_REVOKED_OFFSET, 0);
  metadata.putUint8(offsets.LOG_METADATA_TYPE_OFFSET, parameters.type);
  putDefaultFrameHeader(metadata, parameters);
  if (parameters.type !== LogBufferType.PUBLICATION_IMAGE) {
    initialiseTails(metadata, parameters.initialTermId, parameters.termId, parameters.termOffset);
  }
  putEndOfStreamPosition(metadata, INT64_MAX_AS_NUMBER);
}

/** Reads back what `initialiseLog` wrote. `termId` and `termOffset` are those of the default header. */
export function readLogParameters(metadata: AtomicBuffer): LogParameters {
  const header = offsets.LOG_METADATA_DEFAULT_FRAME_HEADER_OFFSET;
  const fields: Record<string, number | boolean> = {};
  for (const [field, offset] of INT32_FIELDS) {
    fields[field] = metadata.getInt32(offset);
  }
  for (const [field, offset] of INT64_FIELDS) {
    fields[field] = metadata.getInt64Unaligned(offset);
  }
  for (const [field, offset] of BOOLEAN_FIELDS) {
    fields[field] = metadata.getUint8(offset) === 1;
  }
  return {
    ...(fields as unknown as LogParameters),
    type: metadata.getUint8(offsets.LOG_METADATA_TYPE_OFFSET) as LogBufferTypeCode,
    entityTag: metadata.getBigInt64(offsets.LOG_METADATA_ENTITY_TAG_OFFSET),
    sessionId: metadata.getInt32(header + DATA_HEADER_SESSION_ID_OFFSET),
    streamId: metadata.getInt32(header + DATA_HEADER_STREAM_ID_OFFSET),
    termId: metadata.getInt32(header + DATA_HEADER_TERM_ID_OFFSET),
    termOffset: metadata.getInt32(header + DATA_HEADER_TERM_OFFSET_OFFSET),
  };
}

// As in the reference the header carries the initial term id beside the start offset; writers replace both in each frame.
function putDefaultFrameHeader(metadata: AtomicBuffer, parameters: LogParameters): void {
  const header = offsets.LOG_METADATA_DEFAULT_FRAME_HEADER_OFFSET;
  metadata.putInt32(offsets.LOG_METADATA_DEFAULT_FRAME_HEADER_LENGTH_OFFSET, DATA_HEADER_LENGTH);
  metadata.setMemory(header, DATA_HEADER_LENGTH, 0);
  metadata.putUint8(header + DATA_HEADER_FLAGS_OFFSET, UNFRAGMENTED);
  metadata.putUint16(header + DATA_HEADER_TYPE_OFFSET, DATA_FRAME_TYPE);
  metadata.putInt32(header + DATA_HEADER_TERM_OFFSET_OFFSET, parameters.termOffset);
  metadata.putInt32(header + DATA_HEADER_SESSION_ID_OFFSET, parameters.sessionId);
  metadata.putInt32(header + DATA_HEADER_STREAM_ID_OFFSET, parameters.streamId);
  metadata.putInt32(header + DATA_HEADER_TERM_ID_OFFSET, parameters.initialTermId);
}

/** Copies the log's default frame header to `offset` of a term: for frames that the driver makes up. */
export function applyDefaultHeader(metadata: AtomicBuffer, termBuffer: AtomicBuffer, offset: number): void {
  termBuffer.putBytes(offset, metadata, offsets.LOG_METADATA_DEFAULT_FRAME_HEADER_OFFSET, DATA_HEADER_LENGTH);
}
