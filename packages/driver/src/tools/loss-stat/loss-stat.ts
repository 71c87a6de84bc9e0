// SPDX-License-Identifier: Apache-2.0
/** loss-stat: what each stream has lost, as comma-separated values. @source aeron-samples/LossStat, loss_stat.c */
import { cncFilePath, lossReportPath } from '@aeron/codecs/internal';
import { AeronError, AtomicBuffer } from '@aeron/core/internal';
import { formatTimestamp } from '../text/dates.ts';
import { jsonLine } from '../text/json.ts';
import { printable } from '../text/printable.ts';
import { type ToolCall, textOf } from '../tool-call.ts';
import { readLossReport, type StreamLoss } from './read-loss-report.ts';

const HEADER =
  '#OBSERVATION_COUNT,TOTAL_BYTES_LOST,FIRST_OBSERVATION,LAST_OBSERVATION,SESSION_ID,STREAM_ID,CHANNEL,SOURCE';

/** @throws AeronError FILE_ACCESS when there is no report, or it may not be read; CNC_NOT_READY without a driver; MAPPING. */
export function* lossStat({ ports, directory, json }: ToolCall): Generator<string> {
  const path = lossReportPath(directory);
  if (ports.files.kind(path) === 'none') {
    const hasDriver = ports.files.kind(cncFilePath(directory)) !== 'none';
    throw new AeronError(hasDriver ? 'FILE_ACCESS' : 'CNC_NOT_READY', `Loss report does not exist: ${path}`);
  }
  const mapped = ports.mapper.map(path, { access: 'read-only' });
  try {
    const losses = readLossReport(new AtomicBuffer(mapped.memory, mapped.memoryOffset, mapped.length));
    yield json ? jsonLine({ path, losses }) : textOf(lossLines(losses));
  } finally {
    mapped.unmap();
  }
}

/** Header, a line per stream, and how many there are. */
export function lossLines(losses: readonly StreamLoss[]): string[] {
  return [HEADER, ...losses.map(lossLine), `${losses.length} loss entries`];
}

function lossLine(loss: StreamLoss): string {
  const first = formatTimestamp(loss.firstObservationMs);
  const last = formatTimestamp(loss.lastObservationMs);
  const { observationCount, totalBytesLost, sessionId, streamId, channel, source } = loss;
  return printable([observationCount, totalBytesLost, first, last, sessionId, streamId, channel, source].join(','));
}
