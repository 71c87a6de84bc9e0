// SPDX-License-Identifier: Apache-2.0
/**
 * error-stat: the distinct errors that a driver has recorded, or those in another file that holds such a log (a mark file of an
 * archive or cluster). @source aeron-samples/ErrorStat, error_stat.c
 */
import { isHeartbeatFresh } from '@aeron/codecs/internal';
import { AeronError, AtomicBuffer, readErrorLog } from '@aeron/core/internal';
import { DRIVER_TIMEOUT_MS, goneText, openCncFile } from '../driver-files.ts';
import { formatTimestamp } from '../text/dates.ts';
import { jsonLine } from '../text/json.ts';
import { printableLines } from '../text/printable.ts';
import { cncFileLine, type ToolCall, textOf } from '../tool-call.ts';

const LOG_ALIGNMENT = 8;

/** Times are epoch ms. */
export interface DistinctError {
  readonly observationCount: number;
  readonly firstObservationMs: number;
  readonly lastObservationMs: number;
  /** With stack traces; not fit to be printed as it is. */
  readonly text: string;
}

export interface ErrorStatOptions {
  /** A file with an error log in it, in place of the driver's. */
  readonly file?: string | undefined;
  /** Where in that file the log starts, bytes. */
  readonly fileOffset: number;
}

/** @throws AeronError as `openCncFile`; FILE_ACCESS, MAPPING or INVALID_ARGUMENT for a file that holds no log there. */
export async function* errorStat(call: ToolCall, options: ErrorStatOptions): AsyncGenerator<string> {
  const { path, title, errors } =
    options.file === undefined ? await errorsOfDriver(call) : errorsOfFile(call, options.file, options.fileOffset);
  yield call.json
    ? jsonLine({ path, distinctErrorCount: errors.length, errors })
    : textOf([title, ...errorLines(errors)]);
}

/** Each error, and how many there are. */
export function errorLines(errors: readonly DistinctError[]): string[] {
  const lines: string[] = [];
  for (const { observationCount, firstObservationMs, lastObservationMs, text } of errors) {
    const from = formatTimestamp(firstObservationMs);
    const to = formatTimestamp(lastObservationMs);
    lines.push('', `${observationCount} observations from ${from} to ${to} for:`, printableLines(text));
  }
  return [...lines, '', `${errors.length} distinct errors observed.`];
}

interface FoundErrors {
  readonly path: string;
  readonly title: string;
  readonly errors: readonly DistinctError[];
}

async function errorsOfDriver(call: ToolCall): Promise<FoundErrors> {
  const cnc = await openCncFile(call);
  try {
    if (!isHeartbeatFresh(call.ports, cnc, DRIVER_TIMEOUT_MS)) {
      call.remark(goneText(cnc));
    }
    return { path: cnc.path, title: cncFileLine(cnc.path), errors: distinctErrors(cnc.errorLog) };
  } finally {
    cnc.close();
  }
}

function errorsOfFile({ ports }: ToolCall, path: string, offset: number): FoundErrors {
  const mapped = ports.mapper.map(path, { access: 'read-only' });
  try {
    if (offset % LOG_ALIGNMENT !== 0 || offset >= mapped.length) {
      const bounds = `path=${path} length=${mapped.length} alignment=${LOG_ALIGNMENT}`;
      throw new AeronError('INVALID_ARGUMENT', `no error log can start there: offset=${offset} ${bounds}`);
    }
    const log = new AtomicBuffer(mapped.memory, mapped.memoryOffset + offset, mapped.length - offset);
    return { path, title: `Error file ${path}`, errors: distinctErrors(log) };
  } finally {
    mapped.unmap();
  }
}

function distinctErrors(log: AtomicBuffer): DistinctError[] {
  const errors: DistinctError[] = [];
  readErrorLog(log, (observationCount, firstObservationMs, lastObservationMs, text) => {
    errors.push({ observationCount, firstObservationMs, lastObservationMs, text });
  });
  return errors;
}
