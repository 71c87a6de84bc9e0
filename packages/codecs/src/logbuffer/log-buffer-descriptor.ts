// SPDX-License-Identifier: Apache-2.0
/**
 * Shape of a log buffer file: three terms, then at the very end of the file 4096 bytes of metadata (offsets in it:
 * generated/log-metadata.ts). With pages over 4 KiB there is a gap between the last term and the metadata.
 */
import { AeronError } from '@aeron/core/internal';
import { LOG_METADATA_BLOCK_LENGTH } from './generated/log-metadata.ts';

/** Terms in a log; the stream rotates through them. */
export const PARTITION_COUNT = 3;

/** Smallest term, bytes. */
export const TERM_MIN_LENGTH = 64 * 1024;

/** Largest term, bytes. */
export const TERM_MAX_LENGTH = 1024 * 1024 * 1024;

/** Smallest page that a log may be aligned to, bytes. */
export const PAGE_MIN_SIZE = 4 * 1024;

/** Largest page that a log may be aligned to, bytes. */
export const PAGE_MAX_SIZE = 1024 * 1024 * 1024;

/** Bytes of metadata at the end of the file. */
export const LOG_META_DATA_LENGTH: number = LOG_METADATA_BLOCK_LENGTH;

/** Kinds of log, as stored in the metadata. */
export const LogBufferType = { CONCURRENT_PUBLICATION: 0, EXCLUSIVE_PUBLICATION: 1, PUBLICATION_IMAGE: 2 } as const;

/** One of the values of {@link LogBufferType}. */
export type LogBufferTypeCode = (typeof LogBufferType)[keyof typeof LogBufferType];

/** Whether `value` is a power of two within the bounds of a term length. */
export function isTermLength(value: number): boolean {
  return value >= TERM_MIN_LENGTH && value <= TERM_MAX_LENGTH && isPowerOfTwo(value);
}

/** Whether `value` is a power of two within the bounds of a page size. */
export function isPageSize(value: number): boolean {
  return value >= PAGE_MIN_SIZE && value <= PAGE_MAX_SIZE && isPowerOfTwo(value);
}

/** @throws AeronError INVALID_ARGUMENT unless `termLength` is a power of two from 64 KiB to 1 GiB. */
export function checkTermLength(termLength: number): void {
  if (!isTermLength(termLength)) {
    throw new AeronError(
      'INVALID_ARGUMENT',
      `term length must be a power of two from ${TERM_MIN_LENGTH} to ${TERM_MAX_LENGTH}: termLength=${termLength}`,
    );
  }
}

/** @throws AeronError INVALID_ARGUMENT unless `pageSize` is a power of two from 4 KiB to 1 GiB. */
export function checkPageSize(pageSize: number): void {
  if (!isPageSize(pageSize)) {
    throw new AeronError(
      'INVALID_ARGUMENT',
      `page size must be a power of two from ${PAGE_MIN_SIZE} to ${PAGE_MAX_SIZE}: pageSize=${pageSize}`,
    );
  }
}

/** Bytes of the file of a log with these terms: a number, for it may be over 3 GiB. */
export function computeLogLength(termLength: number, filePageSize: number): number {
  return Math.ceil((PARTITION_COUNT * termLength + LOG_META_DATA_LENGTH) / filePageSize) * filePageSize;
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && (value & (value - 1)) === 0;
}
