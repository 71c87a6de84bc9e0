// SPDX-License-Identifier: Apache-2.0
/** The distinct error log as people read it: in tools, and in the file that saves the errors of a previous run. Pure. */
import { type AtomicBuffer, readErrorLog } from '@aeron/core/internal';

export interface ErrorLogReport {
  readonly distinctErrorCount: number;
  readonly text: string;
}

/**
 * All errors of a log, each with how often and when it was seen.
 *
 * @source aeron-client/CommonContext
 */
export function formatErrorLog(errorLog: AtomicBuffer): ErrorLogReport {
  const lines: string[] = [];
  const count = readErrorLog(errorLog, (observationCount, firstObservationMs, lastObservationMs, text) => {
    const from = formatTimestamp(firstObservationMs);
    const to = formatTimestamp(lastObservationMs);
    lines.push('', `${observationCount} observations from ${from} to ${to} for:`, text);
  });
  lines.push('', `${count} distinct errors observed${count === 0 ? '' : '.'}`, '');
  return { distinctErrorCount: count, text: lines.join('\n') };
}

/**
 * Name of the file that saves the errors found in a log.
 *
 * @param prefix what the name starts with: a directory's path, or a path and the name of a mark file.
 * @param epochMs now.
 */
export function savedErrorsPath(prefix: string, epochMs: number): string {
  return `${prefix}-${formatTimestamp(epochMs).replace(/[ :.]/g, '-')}-error.log`;
}

const FIRST_EPOCH_MS = -62_135_596_800_000;
const LAST_EPOCH_MS = 253_402_300_799_999;

/** `yyyy-MM-dd HH:mm:ss.SSS+0000`; for a time that no calendar has, the nearest one. */
function formatTimestamp(epochMs: number): string {
  const time = new Date(Math.min(Math.max(epochMs, FIRST_EPOCH_MS), LAST_EPOCH_MS));
  return time.toISOString().replace('T', ' ').replace('Z', '+0000');
}
