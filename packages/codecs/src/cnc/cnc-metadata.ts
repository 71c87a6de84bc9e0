// SPDX-License-Identifier: Apache-2.0
/**
 * The start of the command-and-control file: its version, where its buffers are, and whether a file as found can be used. Pure
 * arithmetic over a mapped or fresh buffer; every length read is checked before it is used. Used by client, driver and tools.
 */
import {
  AeronError,
  type AtomicBuffer,
  BROADCAST_TRAILER_LENGTH,
  COUNTER_LENGTH,
  COUNTER_METADATA_LENGTH,
  RING_BUFFER_TRAILER_LENGTH,
} from '@aeron/core/internal';
import { isPageSize } from '../logbuffer/log-buffer-descriptor.ts';
import { composeVersion, formatVersion, majorVersion, minorVersion } from '../semantic-version.ts';
import {
  CNC_BLOCK_LENGTH,
  CNC_CLIENT_LIVENESS_TIMEOUT_NS_OFFSET,
  CNC_COUNTERS_METADATA_BUFFER_LENGTH_OFFSET,
  CNC_COUNTERS_VALUES_BUFFER_LENGTH_OFFSET,
  CNC_ERROR_LOG_BUFFER_LENGTH_OFFSET,
  CNC_FILE_PAGE_SIZE_OFFSET,
  CNC_PID_OFFSET,
  CNC_START_TIMESTAMP_MS_OFFSET,
  CNC_TO_CLIENTS_BUFFER_LENGTH_OFFSET,
  CNC_TO_DRIVER_BUFFER_LENGTH_OFFSET,
  CNC_VERSION_OFFSET,
} from './generated/cnc-metadata.ts';

/** Version of the file that this implementation writes and reads. */
export const CNC_VERSION: number = composeVersion(0, 2, 0);
/** What the file page size is in a file that does not say. */
export const DEFAULT_FILE_PAGE_SIZE = 4096;

/** The fields of the metadata but the version. Lengths in bytes. */
export interface CncMetadata {
  /** Ring with its trailer. */
  readonly toDriverBufferLength: number;
  /** Broadcast buffer with its trailer. */
  readonly toClientsBufferLength: number;
  readonly countersMetadataBufferLength: number;
  readonly countersValuesBufferLength: number;
  readonly errorLogBufferLength: number;
  readonly clientLivenessTimeoutNs: number;
  /** Epoch ms. */
  readonly startTimestampMs: number;
  readonly pid: number;
  readonly filePageSize: number;
}

export type CncBufferLengths = Pick<
  CncMetadata,
  | 'toDriverBufferLength'
  | 'toClientsBufferLength'
  | 'countersMetadataBufferLength'
  | 'countersValuesBufferLength'
  | 'errorLogBufferLength'
>;

/** A part of the file, bytes from its start. */
export interface CncSection {
  readonly offset: number;
  readonly length: number;
}

/** Where each buffer is. */
export interface CncSections {
  readonly toDriver: CncSection;
  readonly toClients: CncSection;
  readonly countersMetadata: CncSection;
  readonly countersValues: CncSection;
  readonly errorLog: CncSection;
  /** Bytes that a file must have, before it is rounded up to pages. */
  readonly minFileLength: number;
}

/** The version with acquire order; 0 until the driver is ready. When it is not 0 every other field is valid. */
export function cncVersionVolatile(buffer: AtomicBuffer): number {
  return buffer.getInt32Volatile(CNC_VERSION_OFFSET);
}

/** Tells clients that the file is ready: stored with release order, after everything else. */
export function signalCncReady(buffer: AtomicBuffer): void {
  buffer.putInt32Release(CNC_VERSION_OFFSET, CNC_VERSION);
}

/** Any program may read a file of its own major version. */
export function isCncVersionCompatible(fileVersion: number): boolean {
  return majorVersion(fileVersion) === majorVersion(CNC_VERSION);
}

/** @throws AeronError CNC_VERSION unless the file can be read. */
export function checkCncVersion(fileVersion: number): void {
  if (!isCncVersionCompatible(fileVersion)) {
    const versions = `app=${formatVersion(CNC_VERSION)} file=${formatVersion(fileVersion)}`;
    throw new AeronError('CNC_VERSION', `CnC version not compatible: ${versions}`);
  }
}

/**
 * A client needs a driver that knows all that the client may send.
 *
 * @throws AeronError CNC_VERSION when the file has another major version or an older minor one.
 */
export function checkCncVersionForClient(fileVersion: number): void {
  checkCncVersion(fileVersion);
  if (minorVersion(fileVersion) < minorVersion(CNC_VERSION)) {
    const driver = formatVersion(fileVersion);
    throw new AeronError(
      'CNC_VERSION',
      `driverVersion=${driver} insufficient for clientVersion=${formatVersion(CNC_VERSION)}`,
    );
  }
}

/** Where the buffers are, in the order of the file. */
export function cncSections(lengths: CncBufferLengths): CncSections {
  const toDriver = { offset: CNC_BLOCK_LENGTH, length: lengths.toDriverBufferLength };
  const toClients = following(toDriver, lengths.toClientsBufferLength);
  const countersMetadata = following(toClients, lengths.countersMetadataBufferLength);
  const countersValues = following(countersMetadata, lengths.countersValuesBufferLength);
  const errorLog = following(countersValues, lengths.errorLogBufferLength);
  const minFileLength = errorLog.offset + errorLog.length;
  return { toDriver, toClients, countersMetadata, countersValues, errorLog, minFileLength };
}

function following(section: CncSection, length: number): CncSection {
  return { offset: section.offset + section.length, length };
}

/** Bytes of a file with these buffers, rounded up to pages. */
export function computeCncFileLength(lengths: CncBufferLengths, filePageSize: number): number {
  return Math.ceil(cncSections(lengths).minFileLength / filePageSize) * filePageSize;
}

/** Writes every field but the version: see {@link signalCncReady}. */
export function writeCncMetadata(buffer: AtomicBuffer, metadata: CncMetadata): void {
  buffer.putInt32(CNC_TO_DRIVER_BUFFER_LENGTH_OFFSET, metadata.toDriverBufferLength);
  buffer.putInt32(CNC_TO_CLIENTS_BUFFER_LENGTH_OFFSET, metadata.toClientsBufferLength);
  buffer.putInt32(CNC_COUNTERS_METADATA_BUFFER_LENGTH_OFFSET, metadata.countersMetadataBufferLength);
  buffer.putInt32(CNC_COUNTERS_VALUES_BUFFER_LENGTH_OFFSET, metadata.countersValuesBufferLength);
  buffer.putInt32(CNC_ERROR_LOG_BUFFER_LENGTH_OFFSET, metadata.errorLogBufferLength);
  buffer.putInt64(CNC_CLIENT_LIVENESS_TIMEOUT_NS_OFFSET, metadata.clientLivenessTimeoutNs);
  buffer.putInt64(CNC_START_TIMESTAMP_MS_OFFSET, metadata.startTimestampMs);
  buffer.putInt64(CNC_PID_OFFSET, metadata.pid);
  buffer.putInt32(CNC_FILE_PAGE_SIZE_OFFSET, metadata.filePageSize);
}

/**
 * Reads the fields and checks that the lengths can be true. Whether the mapping is long enough for them is a question of its
 * own, because a driver may still be growing the file: compare `cncSections(metadata).minFileLength`.
 *
 * @throws AeronError CNC_CORRUPT when a length is not positive, an alignment is impossible, or the buffer ends before the fields do.
 */
export function readCncMetadata(buffer: AtomicBuffer): CncMetadata {
  if (buffer.capacity < CNC_BLOCK_LENGTH) {
    throw new AeronError('CNC_CORRUPT', `CnC file too short: length=${buffer.capacity} required=${CNC_BLOCK_LENGTH}`);
  }
  const pageSize = buffer.getInt32(CNC_FILE_PAGE_SIZE_OFFSET);
  const metadata: CncMetadata = {
    toDriverBufferLength: buffer.getInt32(CNC_TO_DRIVER_BUFFER_LENGTH_OFFSET),
    toClientsBufferLength: buffer.getInt32(CNC_TO_CLIENTS_BUFFER_LENGTH_OFFSET),
    countersMetadataBufferLength: buffer.getInt32(CNC_COUNTERS_METADATA_BUFFER_LENGTH_OFFSET),
    countersValuesBufferLength: buffer.getInt32(CNC_COUNTERS_VALUES_BUFFER_LENGTH_OFFSET),
    errorLogBufferLength: buffer.getInt32(CNC_ERROR_LOG_BUFFER_LENGTH_OFFSET),
    clientLivenessTimeoutNs: buffer.getInt64(CNC_CLIENT_LIVENESS_TIMEOUT_NS_OFFSET),
    startTimestampMs: buffer.getInt64(CNC_START_TIMESTAMP_MS_OFFSET),
    pid: buffer.getInt64(CNC_PID_OFFSET),
    filePageSize: pageSize === 0 ? DEFAULT_FILE_PAGE_SIZE : pageSize,
  };
  checkMetadata(metadata);
  return metadata;
}

const METADATA_PER_VALUE = COUNTER_METADATA_LENGTH / COUNTER_LENGTH;

function checkMetadata(metadata: CncMetadata): void {
  const ringCapacity = metadata.toDriverBufferLength - RING_BUFFER_TRAILER_LENGTH;
  const broadcastCapacity = metadata.toClientsBufferLength - BROADCAST_TRAILER_LENGTH;
  const valuesLength = metadata.countersValuesBufferLength;
  check(isPowerOfTwo(ringCapacity), 'toDriverBufferLength', metadata.toDriverBufferLength);
  check(isPowerOfTwo(broadcastCapacity), 'toClientsBufferLength', metadata.toClientsBufferLength);
  check(valuesLength > 0 && valuesLength % COUNTER_LENGTH === 0, 'countersValuesBufferLength', valuesLength);
  const metadataLength = metadata.countersMetadataBufferLength;
  check(metadataLength >= valuesLength * METADATA_PER_VALUE, 'countersMetadataBufferLength', metadataLength);
  check(metadata.errorLogBufferLength > 0, 'errorLogBufferLength', metadata.errorLogBufferLength);
  check(isPageSize(metadata.filePageSize), 'filePageSize', metadata.filePageSize);
  check(metadata.clientLivenessTimeoutNs > 0, 'clientLivenessTimeoutNs', metadata.clientLivenessTimeoutNs);
}

function isPowerOfTwo(value: number): boolean {
  return value > 0 && (value & (value - 1)) === 0;
}

function check(condition: boolean, name: string, value: number): void {
  if (!condition) {
    throw new AeronError('CNC_CORRUPT', `CnC file has an impossible field: ${name}=${value}`);
  }
}
