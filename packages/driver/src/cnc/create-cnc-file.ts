// SPDX-License-Identifier: Apache-2.0
/**
 * Creates and ends the driver's command-and-control file. Runs in the thread of the conductor, since mappings belong to a
 * thread. Between `createCncFile` and `signalReady` the file's version is 0 and every client waits.
 *
 * @source aeron-driver/MediaDriver.Context
 */
import { CncFile, cncFilePath } from '@aeron/codecs/internal';
import {
  AeronError,
  type Clock,
  type FileMapper,
  isAeronError,
  type ManyToOneRingBuffer,
  type MappedFile,
  type Platform,
} from '@aeron/core/internal';
import { cncFileLength, cncLengths, type DriverConfig } from '../config/driver-config.ts';

/** The heartbeat of a driver that has shut down. */
const NO_HEARTBEAT = -1;

/**
 * Creates the file at its full length with all its metadata but the version. Its disk space is reserved, because a disk that
 * fills up later would end the process at an access to the mapping.
 *
 * @throws AeronError STORAGE_SPACE when there is not enough room; FILE_ACCESS when it may not be created.
 */
export function createCncFile(
  { mapper, clock, host }: Pick<Platform, 'mapper' | 'clock' | 'host'>,
  config: DriverConfig,
): CncFile {
  const mapped = reserve(mapper, cncFilePath(config.aeronDirectoryName), cncFileLength(config));
  return CncFile.create(mapped, {
    ...cncLengths(config),
    clientLivenessTimeoutNs: config.clientLivenessTimeoutNs,
    startTimestampMs: clock.epochMs(),
    pid: host.pid,
    filePageSize: config.filePageSize,
  });
}

function reserve(mapper: FileMapper, path: string, length: number): MappedFile {
  try {
    return mapper.create(path, length, { sparse: false });
  } catch (error) {
    if (isAeronError(error, 'STORAGE_SPACE')) {
      const advice = 'make that file system larger, or choose another for aeron.dir';
      throw new AeronError('STORAGE_SPACE', `${error.message}: ${advice}`, { cause: error });
    }
    throw error;
  }
}

/**
 * Opens the driver to clients: takes the first correlation id, shows the first heartbeat, and only then stores the version,
 * which clients and a second driver wait for.
 */
export function signalReady(cnc: CncFile, toDriver: ManyToOneRingBuffer, clock: Clock): void {
  toDriver.nextCorrelationId();
  toDriver.putConsumerHeartbeatTimeMs(clock.epochMs());
  cnc.publishVersion();
  cnc.sync();
}

/** Tells clients that the driver has ended, and gives the file up. */
export function signalShutdown(cnc: CncFile, toDriver: ManyToOneRingBuffer): void {
  toDriver.putConsumerHeartbeatTimeMs(NO_HEARTBEAT);
  cnc.sync();
  cnc.close();
}
