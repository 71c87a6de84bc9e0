// SPDX-License-Identifier: Apache-2.0
/**
 * The fields of a log's metadata that change or are asked for while the log is in use. The driver writes them, each with one
 * writer; clients read. What is written once, when the log is made, is in log-parameters.ts.
 *
 * @hot
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import {
  LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET,
  LOG_METADATA_ACTIVE_TRANSPORT_COUNT_OFFSET,
  LOG_METADATA_CORRELATION_ID_OFFSET,
  LOG_METADATA_END_OF_STREAM_POSITION_OFFSET,
  LOG_METADATA_INITIAL_TERM_ID_OFFSET,
  LOG_METADATA_IS_CONNECTED_OFFSET,
  LOG_METADATA_IS_PUBLICATION_REVOKED_OFFSET,
  LOG_METADATA_MTU_LENGTH_OFFSET,
  LOG_METADATA_PAGE_SIZE_OFFSET,
  LOG_METADATA_TERM_LENGTH_OFFSET,
} from './generated/log-metadata.ts';

/** Whether the publication has someone to send to. */
export function isConnected(metadata: AtomicBuffer): boolean {
  return metadata.getInt32Volatile(LOG_METADATA_IS_CONNECTED_OFFSET) === 1;
}

export function putIsConnected(metadata: AtomicBuffer, value: boolean): void {
  metadata.putInt32Release(LOG_METADATA_IS_CONNECTED_OFFSET, value ? 1 : 0);
}

/** Transports that carry an image now. */
export function activeTransportCount(metadata: AtomicBuffer): number {
  return metadata.getInt32Volatile(LOG_METADATA_ACTIVE_TRANSPORT_COUNT_OFFSET);
}

export function putActiveTransportCount(metadata: AtomicBuffer, count: number): void {
  metadata.putInt32Release(LOG_METADATA_ACTIVE_TRANSPORT_COUNT_OFFSET, count);
}

/** Stream position at which the stream ends; 2^63 until that is known. */
export function endOfStreamPosition(metadata: AtomicBuffer): number {
  return metadata.getInt64Volatile(LOG_METADATA_END_OF_STREAM_POSITION_OFFSET);
}

export function putEndOfStreamPosition(metadata: AtomicBuffer, position: number): void {
  metadata.putInt64Release(LOG_METADATA_END_OF_STREAM_POSITION_OFFSET, position);
}

/** Whether the publisher withdrew the stream without waiting for it to be read. */
export function isPublicationRevoked(metadata: AtomicBuffer): boolean {
  return metadata.getUint8(LOG_METADATA_IS_PUBLICATION_REVOKED_OFFSET) === 1;
}

export function putIsPublicationRevoked(metadata: AtomicBuffer, value: boolean): void {
  metadata.putUint8(LOG_METADATA_IS_PUBLICATION_REVOKED_OFFSET, value ? 1 : 0);
}

/** Terms that the log has left behind; selects the partition that is appended to. */
export function activeTermCount(metadata: AtomicBuffer): number {
  return metadata.getInt32Volatile(LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET);
}

export function putActiveTermCountRelease(metadata: AtomicBuffer, termCount: number): void {
  metadata.putInt32Release(LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET, termCount);
}

export function casActiveTermCount(metadata: AtomicBuffer, expected: number, termCount: number): boolean {
  return metadata.compareAndSetInt32(LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET, expected, termCount);
}

export function initialTermId(metadata: AtomicBuffer): number {
  return metadata.getInt32(LOG_METADATA_INITIAL_TERM_ID_OFFSET);
}

export function termLength(metadata: AtomicBuffer): number {
  return metadata.getInt32(LOG_METADATA_TERM_LENGTH_OFFSET);
}

export function mtuLength(metadata: AtomicBuffer): number {
  return metadata.getInt32(LOG_METADATA_MTU_LENGTH_OFFSET);
}

export function pageSize(metadata: AtomicBuffer): number {
  return metadata.getInt32(LOG_METADATA_PAGE_SIZE_OFFSET);
}

/** Registration id of the publication, or correlation id of the image. */
export function logCorrelationId(metadata: AtomicBuffer): number {
  return metadata.getInt64(LOG_METADATA_CORRELATION_ID_OFFSET);
}
