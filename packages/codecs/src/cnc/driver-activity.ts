// SPDX-License-Identifier: Apache-2.0
/**
 * Whether a driver is alive in a directory, and asking it to end: for a second driver, for tools and for applications.
 * Looks at the heartbeat in the CnC file only, as the reference does; a process id could have been given to another process.
 */
import { AeronError, AtomicBuffer, isAeronError, ManyToOneRingBuffer, type Platform } from '@aeron/core/internal';
import { CommandId } from '../command/commands.ts';
import { TerminateDriverFlyweight } from '../command/generated/terminate-driver.ts';
import { cncFilePath } from './aeron-directory.ts';
import { type CncFile, mapCncFile } from './cnc-file.ts';
import { CNC_BLOCK_LENGTH } from './generated/cnc-metadata.ts';

/** How long a driver that is just starting is given between looks at its file. */
const POLL_INTERVAL_MS = 1;

/** The correlation id of a command that is never answered. */
const NO_ANSWER = -1;

/** The ports that looking for a driver takes. */
export type DriverActivityPorts = Pick<Platform, 'clock' | 'files' | 'mapper' | 'scheduler'>;

/** How to look for a driver. */
export interface DriverLookOptions {
  /** Told what was found, in the reference's words. */
  readonly log?: ((text: string) => void) | undefined;
  /** Ends the wait for a driver that is just starting. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Whether a driver serves the directory: its heartbeat is at most `driverTimeoutMs` old. A missing file, or one that holds
 * nothing but the start, means no.
 *
 * @throws AeronError DRIVER_TIMEOUT when a driver has created its file and not finished it within `driverTimeoutMs`; CNC_VERSION;
 * CNC_CORRUPT; the signal's reason.
 * @source aeron-client/CommonContext
 */
export async function isDriverActive(
  ports: DriverActivityPorts,
  aeronDirectory: string,
  driverTimeoutMs: number,
  options: DriverLookOptions = {},
): Promise<boolean> {
  const cnc = await mapExistingCncFile(ports, aeronDirectory, driverTimeoutMs, options);
  try {
    return cnc !== undefined && isHeartbeatFresh(ports, cnc, driverTimeoutMs, options.log);
  } finally {
    cnc?.close();
  }
}

/**
 * Maps the CnC file of a directory, waiting for a driver that is just creating it.
 *
 * @returns undefined when there is no file, or one too short to hold anything. The caller closes it.
 * @throws AeronError as `isDriverActive`.
 */
export async function mapExistingCncFile(
  ports: DriverActivityPorts,
  aeronDirectory: string,
  driverTimeoutMs: number,
  { log, signal }: DriverLookOptions = {},
): Promise<CncFile | undefined> {
  const path = cncFilePath(aeronDirectory);
  const deadlineMs = ports.clock.epochMs() + driverTimeoutMs;
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    if (ports.files.kind(path) !== 'file' || ports.files.length(path) <= CNC_BLOCK_LENGTH) {
      return undefined;
    }
    if (attempt === 0) {
      log?.(`INFO: Aeron CnC file exists: ${path}`);
    }
    try {
      return mapCncFile(ports, path, { acceptOlder: true });
    } catch (error) {
      if (!isAeronError(error, 'CNC_NOT_READY')) {
        throw error;
      }
    }
    if (ports.clock.epochMs() > deadlineMs) {
      const text = `CnC file is created but not initialised: path=${path} driverTimeoutMs=${driverTimeoutMs}`;
      throw new AeronError('DRIVER_TIMEOUT', text);
    }
    await new Promise<void>((resolve) => ports.scheduler.after(POLL_INTERVAL_MS, resolve, true));
  }
}

/** Whether the driver that owns `cnc` has shown within `driverTimeoutMs` that it lives. */
export function isHeartbeatFresh(
  ports: Pick<Platform, 'clock'>,
  cnc: CncFile,
  driverTimeoutMs: number,
  log?: (text: string) => void,
): boolean {
  const ageMs = ports.clock.epochMs() - new ManyToOneRingBuffer(cnc.toDriver).consumerHeartbeatTimeMs;
  log?.(`INFO: Aeron toDriver consumer heartbeat age is (ms): ${ageMs}`);
  return ageMs <= driverTimeoutMs;
}

/**
 * Asks the driver of a directory to end. Whether it does is for its termination validator to say; there is no answer.
 *
 * @param token for the validator.
 * @returns false when there is no driver's file, or no room for the request.
 * @throws AeronError CNC_VERSION; CNC_CORRUPT.
 * @source aeron-client/CommonContext
 */
export function requestDriverTermination(
  ports: Pick<Platform, 'files' | 'mapper'>,
  aeronDirectory: string,
  token: Uint8Array = new Uint8Array(),
): boolean {
  let cnc: CncFile;
  try {
    cnc = mapCncFile(ports, cncFilePath(aeronDirectory), { acceptOlder: true });
  } catch (error) {
    if (isAeronError(error, 'CNC_NOT_READY')) {
      return false;
    }
    throw error;
  }
  try {
    const ring = new ManyToOneRingBuffer(cnc.toDriver);
    const length = TerminateDriverFlyweight.computeLength(token.length);
    const request = new TerminateDriverFlyweight().wrap(AtomicBuffer.allocate(length), 0);
    request.clientId = ring.nextCorrelationId();
    request.correlationId = NO_ANSWER;
    request.token = token;
    return ring.write(CommandId.TERMINATE_DRIVER, request.buffer, 0, length);
  } finally {
    cnc.close();
  }
}
