// SPDX-License-Identifier: Apache-2.0
/**
 * driver-tool: which driver serves a directory and since when, whether it lives, its process id alone, or a request to end.
 *
 * @source aeron-samples/DriverTool, driver_tool.c
 */
import { formatVersion, requestDriverTermination } from '@aeron/codecs/internal';
import { AeronError, ManyToOneRingBuffer } from '@aeron/core/internal';
import { checkDriverLives, openCncFile } from '../driver-files.ts';
import { formatDateTime, formatTime } from '../text/dates.ts';
import { jsonLine } from '../text/json.ts';
import { type ToolCall, textOf } from '../tool-call.ts';

/** What the tool is to do. */
export type DriverToolTask = 'describe' | 'alive' | 'pid' | 'terminate';

/** A driver as its file tells of it; times are epoch ms. */
export interface DriverFacts {
  readonly timestampMs: number;
  readonly path: string;
  readonly cncVersion: number;
  readonly pid: number;
  readonly startTimestampMs: number;
  readonly heartbeatMs: number;
}

/**
 * @throws AeronError as `openCncFile`; DRIVER_TIMEOUT when nobody lives who is to live or to be asked to end;
 * INSUFFICIENT_CAPACITY when the request found no room.
 */
export async function* driverTool(call: ToolCall, task: DriverToolTask): AsyncGenerator<string> {
  const facts = await readFacts(call, task);
  switch (task) {
    case 'pid':
      yield call.json ? jsonLine({ pid: facts.pid }) : textOf([String(facts.pid)]);
      break;
    case 'terminate':
      if (!requestDriverTermination(call.ports, call.directory)) {
        throw new AeronError('INSUFFICIENT_CAPACITY', `could not send termination request: path=${facts.path}`);
      }
      yield call.json ? jsonLine({ pid: facts.pid, terminationRequested: true }) : '';
      break;
    default:
      yield call.json
        ? jsonLine({ ...facts, cncVersion: formatVersion(facts.cncVersion) })
        : textOf(driverLines(facts));
  }
}

/** Where the file is, whose it is, and its times. */
export function driverLines({
  path,
  cncVersion,
  pid,
  timestampMs,
  startTimestampMs,
  heartbeatMs,
}: DriverFacts): string[] {
  const times = `start: ${formatDateTime(startTimestampMs)}, activity: ${formatDateTime(heartbeatMs)}`;
  return [
    `Command \`n Control file: ${path}`,
    `Version: ${cncVersion}, PID: ${pid}`,
    `${formatTime(timestampMs)} (${times})`,
  ];
}

async function readFacts(call: ToolCall, task: DriverToolTask): Promise<DriverFacts> {
  const cnc = await openCncFile(call);
  try {
    if (task === 'terminate' || task === 'alive') {
      checkDriverLives(call.ports, cnc);
    }
    return {
      timestampMs: call.ports.clock.epochMs(),
      path: cnc.path,
      cncVersion: cnc.version,
      pid: cnc.pid,
      startTimestampMs: cnc.startTimestampMs,
      heartbeatMs: new ManyToOneRingBuffer(cnc.toDriver).consumerHeartbeatTimeMs,
    };
  } finally {
    cnc.close();
  }
}
