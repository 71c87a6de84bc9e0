// SPDX-License-Identifier: Apache-2.0
/**
 * Finds a living driver in a directory: waits for its file, maps it, checks it, and looks whether its heartbeat is fresh.
 * Everything that may pass by waiting is tried again until the deadline; only a version that will never fit fails at once.
 *
 * ```text
 *   no file, no access, not initialised, still growing, no heartbeat yet ── 16 ms ──┐
 *   heartbeat too old ──────────────────────────────────────────────────── 100 ms ──┴─► again, until the driver time-out
 * ```
 */
import { type CncFile, cncFilePath, driverDirectoriesNearby, mapCncFile } from '@aeron/codecs/internal';
import { AeronError, isAeronError } from '@aeron/core';
import { ManyToOneRingBuffer } from '@aeron/core/internal';
import type { ClientConfig } from '../config/client-options.ts';
import { DriverTimeoutError } from '../errors/client-errors.ts';

const FILE_POLL_MS = 16;
const STALE_POLL_MS = 100;

/** A driver that was found alive. */
export interface DriverConnection {
  readonly cnc: CncFile;
  readonly toDriver: ManyToOneRingBuffer;
}

/** Why there is no connection yet, and when to look again. */
interface Refusal {
  readonly delayMs: number;
  readonly reason: AeronError;
}

/**
 * Waits for a driver.
 *
 * @throws DriverTimeoutError when none was there within `driverTimeoutMs`; AeronError CNC_VERSION, CNC_CORRUPT; the signal's
 * reason.
 * @source aeron-client/Aeron.Context
 */
export async function connectToDriver(config: ClientConfig): Promise<DriverConnection> {
  const { platform, settings, wiring } = config;
  const deadlineMs = platform.clock.epochMs() + settings.driverTimeoutMs;
  for (;;) {
    wiring.signal?.throwIfAborted();
    const found = tryConnect(config);
    if (!('reason' in found)) {
      return found;
    }
    if (platform.clock.epochMs() > deadlineMs) {
      throw finalError(found.reason, config);
    }
    await delay(config, found.delayMs);
  }
}

/**
 * Connects to a driver that is there already, without waiting.
 *
 * @throws AeronError saying why not.
 */
export function connectNow(config: ClientConfig): DriverConnection {
  const found = tryConnect(config);
  if ('reason' in found) {
    throw finalError(found.reason, config);
  }
  return found;
}

function tryConnect(config: ClientConfig): DriverConnection | Refusal {
  let cnc: CncFile;
  try {
    cnc = mapCncFile(config.platform, cncFilePath(config.aeronDirectory));
  } catch (error) {
    return refusal(error);
  }
  try {
    const toDriver = new ManyToOneRingBuffer(cnc.toDriver);
    const refused = checkHeartbeat(toDriver, config);
    if (refused === undefined) {
      return { cnc, toDriver };
    }
    cnc.close();
    return refused;
  } catch (error) {
    cnc.close();
    throw error;
  }
}

function refusal(error: unknown): Refusal {
  if (isAeronError(error, 'CNC_VERSION') || !(error instanceof Error)) {
    throw error;
  }
  const reason = isAeronError(error) ? error : new AeronError('FILE_ACCESS', error.message, { cause: error });
  return { reason, delayMs: FILE_POLL_MS };
}

function checkHeartbeat(toDriver: ManyToOneRingBuffer, config: ClientConfig): Refusal | undefined {
  const heartbeatMs = toDriver.consumerHeartbeatTimeMs;
  const { driverTimeoutMs } = config.settings;
  if (heartbeatMs === 0) {
    return { reason: new DriverTimeoutError('no driver heartbeat detected'), delayMs: FILE_POLL_MS };
  }
  const ageMs = config.platform.clock.epochMs() - heartbeatMs;
  if (ageMs > driverTimeoutMs) {
    const text =
      heartbeatMs < 0
        ? 'the driver has been shut down'
        : `no driver heartbeat detected: ageMs=${ageMs} driverTimeoutMs=${driverTimeoutMs}`;
    return { reason: new DriverTimeoutError(text), delayMs: STALE_POLL_MS };
  }
  return undefined;
}

/** A file that stayed corrupt is said to be so; everything else means that no driver is there. */
function finalError(reason: AeronError, config: ClientConfig): AeronError {
  const { aeronDirectory, settings } = config;
  if (reason.code === 'CNC_CORRUPT') {
    return reason;
  }
  const facts = `aeronDirectory=${aeronDirectory} driverTimeoutMs=${settings.driverTimeoutMs}`;
  return new DriverTimeoutError(`no media driver: ${facts}: ${reason.message}; ${adviceFor(reason, config)}`, {
    cause: reason,
  });
}

function adviceFor({ message }: AeronError, { platform, aeronDirectory }: ClientConfig): string {
  if (/\b(EACCES|EPERM)\b/.test(message)) {
    return 'its driver runs as another user, or with a umask that keeps others out: use the same user';
  }
  const nearby = driverDirectoriesNearby(platform.files, aeronDirectory).filter((path) => path !== aeronDirectory);
  const others = nearby.length === 0 ? '' : `; drivers have left files in: ${nearby.join(' ')}`;
  return `start one (npx aeronmd), or name the directory of the one that runs (aeronDirectoryName, AERON_DIR)${others}`;
}

function delay({ platform, wiring }: ClientConfig, delayMs: number): Promise<void> {
  const { signal } = wiring;
  return new Promise((resolve) => {
    const finish = (): void => {
      platform.scheduler.cancel(handle);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const handle = platform.scheduler.after(delayMs, finish, true);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
