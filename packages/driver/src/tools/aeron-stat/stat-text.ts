// SPDX-License-Identifier: Apache-2.0
/** A snapshot of a driver's counters as aeron-stat prints it. Pure. @source aeron-samples/AeronStat */
import { formatVersion } from '@aeron/codecs/internal';
import { type CounterRow, counterFacts } from '../counters/counter-row.ts';
import { type DriverSnapshot, heartbeatAgeMs } from '../counters/driver-snapshot.ts';
import { formatTime } from '../text/dates.ts';
import { alignRight, digitCount, groupDigits } from '../text/numbers.ts';
import { printable } from '../text/printable.ts';

export const RULE_LENGTH = 70;
const VALUE_WIDTH = 26;

/** `HH:mm:ss - Aeron Stat (CnC v0.2.0), pid 1, heartbeat age 2ms` */
export function statHeader(snapshot: DriverSnapshot): string {
  const { timestampMs, cncVersion, pid } = snapshot;
  const age = heartbeatAgeMs(snapshot);
  return `${formatTime(timestampMs)} - Aeron Stat (CnC v${formatVersion(cncVersion)}), pid ${pid}, heartbeat age ${age}ms`;
}

/** Columns of the widest counter id that there could be. */
export function counterIdWidth({ maxCounterId }: DriverSnapshot): number {
  return digitCount(maxCounterId);
}

/** `<id>: <value> - <label>` */
export function counterLine({ id, value, label }: CounterRow, idWidth: number): string {
  return `${alignRight(String(id), idWidth)}: ${alignRight(groupDigits(value), VALUE_WIDTH)} - ${printable(label)}`;
}

/** All lines of one look. */
export function statLines(snapshot: DriverSnapshot): string[] {
  const idWidth = counterIdWidth(snapshot);
  return [
    statHeader(snapshot),
    '='.repeat(RULE_LENGTH),
    ...snapshot.counters.map((row) => counterLine(row, idWidth)),
    '--',
  ];
}

/** The same for programs. */
export function statDocument(snapshot: DriverSnapshot): object {
  const { timestampMs, path, cncVersion, pid, startTimestampMs, heartbeatMs, counters } = snapshot;
  return {
    timestampMs,
    path,
    cncVersion: formatVersion(cncVersion),
    pid,
    startTimestampMs,
    heartbeatMs,
    heartbeatAgeMs: heartbeatAgeMs(snapshot),
    counters: counters.map(counterFacts),
  };
}
