// SPDX-License-Identifier: Apache-2.0
/**
 * Opens the command-and-control file of a driver, of either implementation, for a look or for one write. A driver that is just
 * starting is waited for.
 */
import { type CncFile, cncFilePath, isHeartbeatFresh, mapCncFile } from '@aeron/codecs/internal';
import { AeronError, isAeronError } from '@aeron/core/internal';
import type { ToolCall, ToolPorts } from './tool-call.ts';

const POLL_INTERVAL_MS = 10;
/** How old a heartbeat may be, as clients and a second driver judge it by default. */
export const DRIVER_TIMEOUT_MS = 10_000;

export type DriverFileCall = Pick<ToolCall, 'ports' | 'directory' | 'timeoutMs' | 'signal'>;

/**
 * Maps the file, waiting until its driver has finished it. The caller closes it.
 *
 * @throws AeronError CNC_NOT_READY when there is none within `timeoutMs`; CNC_VERSION; CNC_CORRUPT; FILE_ACCESS or MAPPING.
 */
export async function openCncFile(
  { ports, directory, timeoutMs, signal }: DriverFileCall,
  access: 'read-only' | 'read-write' = 'read-only',
): Promise<CncFile> {
  const path = cncFilePath(directory);
  const deadlineMs = ports.clock.epochMs() + timeoutMs;
  for (;;) {
    try {
      return mapCncFile(ports, path, { access, acceptOlder: true });
    } catch (error) {
      if (!isAeronError(error, 'CNC_NOT_READY') || signal.aborted || ports.clock.epochMs() >= deadlineMs) {
        throw error;
      }
    }
    await pause(ports, POLL_INTERVAL_MS, signal);
  }
}

/** @throws AeronError DRIVER_TIMEOUT unless the driver that owns the file has lately shown that it lives. */
export function checkDriverLives(ports: ToolPorts, cnc: CncFile): void {
  if (!isHeartbeatFresh(ports, cnc, DRIVER_TIMEOUT_MS)) {
    throw new AeronError('DRIVER_TIMEOUT', goneText(cnc));
  }
}

/** What is said where the driver that owns a file is gone. */
export function goneText({ pid, path }: Pick<CncFile, 'pid' | 'path'>): string {
  return `the media driver does not run any more: pid=${pid} path=${path}`;
}

/** Resolves after `durationMs`, or once `signal` is aborted. */
export function pause(ports: Pick<ToolPorts, 'scheduler'>, durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      signal.removeEventListener('abort', end);
      ports.scheduler.cancel(timer);
      resolve();
    };
    const timer = ports.scheduler.after(durationMs, end, true);
    signal.addEventListener('abort', end);
  });
}
