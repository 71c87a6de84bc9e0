// SPDX-License-Identifier: Apache-2.0
/**
 * Takes the driver's directory over: makes sure that no other driver is active in it, saves the errors that the last one
 * recorded, deletes it, and creates it anew. Runs before any thread of the driver, on the event loop of the caller.
 *
 * @source aeron-driver/MediaDriver
 */
import {
  type CncFile,
  cncFilePath,
  type DriverActivityPorts,
  type DriverLookOptions,
  formatErrorLog,
  isHeartbeatFresh,
  mapExistingCncFile,
  savedErrorsPath,
} from '@aeron/codecs/internal';
import { AeronError, type AeronErrorCode, formatDurationNs, isAeronError, type Platform } from '@aeron/core/internal';
import type { DriverConfig } from '../config/driver-config.ts';

type DirectoryPorts = DriverActivityPorts & Pick<Platform, 'host'>;

/** What a driver puts in its directory. */
const OWN_ENTRIES: ReadonlySet<string> = new Set(['cnc.dat', 'loss-report.dat', 'publications', 'images']);

const HINT = 'delete the directory, or set aeron.dir.delete.on.start=true';

const ACTIVE_HINT = 'end it (driver-tool terminate), or give this one a directory of its own (aeron.dir)';

/** A process id means nothing across containers, so the heartbeat decides all the same. */
function killedHint(driverTimeoutMs: number): string {
  const wait = `try again in ${formatDurationNs(driverTimeoutMs * 1e6)}, when its last heartbeat is old enough`;
  return `that process does not run any more: ${wait}, or set aeron.dir.delete.on.start=true`;
}

/** Told what people should know; where it goes is the caller's business. */
export type Notice = (text: string) => void;

/** For whom the directory is prepared. */
export interface Preparation {
  readonly notice: Notice;
  /** Ends the wait for another driver that is just starting. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * @throws AeronError ACTIVE_DRIVER, DRIVER_TIMEOUT (another driver is just starting), CNC_VERSION or CNC_CORRUPT (the directory is of
 * another version or damaged), FILE_ACCESS, STORAGE_SPACE; the signal's reason.
 */
export async function prepareDirectory(
  ports: DirectoryPorts,
  config: DriverConfig,
  preparation: Preparation,
): Promise<void> {
  const directory = config.aeronDirectoryName;
  const kind = ports.files.kind(directory);
  if (kind === 'directory') {
    if (config.dirWarnIfExists) {
      preparation.notice(`WARNING: ${directory} exists`);
    }
    if (!config.dirDeleteOnStart) {
      await refuseIfActive(ports, config, preparation);
    }
    deleteDirectory(ports, directory);
  } else if (kind !== 'none') {
    throw new AeronError('FILE_ACCESS', `not a directory: aeron.dir=${directory}`);
  }
  onFiles(directory, 'create', () => ports.files.createDirectories(directory));
}

/**
 * Deletes the directory with what a driver has put in it; a missing one is fine.
 *
 * @throws AeronError FILE_ACCESS when it may not be deleted, or holds what no driver has made.
 */
export function deleteDirectory(ports: Pick<DriverActivityPorts, 'files'>, directory: string): void {
  onFiles(directory, 'delete', () => {
    if (ports.files.kind(directory) === 'none') {
      return;
    }
    const strangers = ports.files.list(directory).filter((name) => !OWN_ENTRIES.has(name));
    // A mistyped aeron.dir must not cost anyone their home directory.
    if (strangers.length > 0 && ports.files.kind(cncFilePath(directory)) === 'none') {
      const text = `refusing to delete a directory that is no Aeron directory: aeron.dir=${directory} holds ${strangers[0]}`;
      throw new AeronError('FILE_ACCESS', text);
    }
    ports.files.deleteTree(directory);
  });
}

async function refuseIfActive(
  ports: DirectoryPorts,
  config: DriverConfig,
  { notice, signal }: Preparation,
): Promise<void> {
  const log = config.dirWarnIfExists ? notice : undefined;
  const cnc = await mapOldCncFile(ports, config, { log, signal });
  if (cnc === undefined) {
    return;
  }
  try {
    if (isHeartbeatFresh(ports, cnc, config.driverTimeoutMs, log)) {
      const hint = ports.host.isProcessAlive(cnc.pid) ? ACTIVE_HINT : killedHint(config.driverTimeoutMs);
      throw new AeronError('ACTIVE_DRIVER', `active media driver detected: pid=${cnc.pid} path=${cnc.path}: ${hint}`);
    }
    saveErrors(ports, config.aeronDirectoryName, cnc, notice);
  } finally {
    cnc.close();
  }
}

async function mapOldCncFile(
  ports: DirectoryPorts,
  config: DriverConfig,
  options: DriverLookOptions,
): Promise<CncFile | undefined> {
  try {
    return await mapExistingCncFile(ports, config.aeronDirectoryName, config.driverTimeoutMs, options);
  } catch (error) {
    if (isAeronError(error, 'CNC_CORRUPT') || isAeronError(error, 'CNC_VERSION')) {
      throw new AeronError(error.code, `${error.message}: ${HINT}`, { cause: error });
    }
    throw error;
  }
}

/** Writes the errors that a previous driver has recorded to a file beside the directory. */
function saveErrors(ports: DriverActivityPorts, directory: string, cnc: CncFile, notice: Notice): void {
  const report = formatErrorLog(cnc.errorLog);
  if (report.distinctErrorCount > 0) {
    const path = savedErrorsPath(directory, ports.clock.epochMs());
    notice(`WARNING: Existing errors saved to: ${path}`);
    onFiles(path, 'write', () => ports.files.write(path, Buffer.from(report.text)));
  }
}

const SPACE_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

function onFiles<T>(path: string, action: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isAeronError(error)) {
      throw error;
    }
    const reason = (error as { code?: unknown }).code;
    const code: AeronErrorCode = SPACE_CODES.has(reason) ? 'STORAGE_SPACE' : 'FILE_ACCESS';
    throw new AeronError(code, `can't ${action}: ${String(reason ?? error)} path=${path}`, { cause: error });
  }
}
