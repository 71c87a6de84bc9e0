// SPDX-License-Identifier: Apache-2.0
/**
 * aeron-stat as plain text: one look, or one after another until the user has seen enough. What it does on a terminal is in
 * live-stat.ts.
 *
 * @source aeron-samples/AeronStat, aeron_stat.c
 */
import { type DriverSnapshot, DriverView, remarkIfGone } from '../counters/driver-snapshot.ts';
import { pause } from '../driver-files.ts';
import { jsonLine } from '../text/json.ts';
import { type ToolCall, textOf } from '../tool-call.ts';
import { type CounterFilter, passesFilter } from './counter-filter.ts';
import { statDocument, statLines } from './stat-text.ts';

/** How the user wants to look. */
export interface StatOptions {
  readonly updateIntervalMs: number;
  /** Whether to go on looking. */
  readonly watch: boolean;
  readonly filter: CounterFilter;
}

/** @throws AeronError as `openCncFile`. */
export async function* aeronStat(call: ToolCall, options: StatOptions): AsyncGenerator<string> {
  const view = await DriverView.open(call);
  try {
    remarkIfGone(call, view.snapshot());
    do {
      const snapshot = filtered(view.snapshot(), options.filter);
      yield call.json ? jsonLine(statDocument(snapshot)) : textOf(statLines(snapshot));
      if (options.watch) {
        await pause(call.ports, options.updateIntervalMs, call.signal);
      }
    } while (options.watch && !call.signal.aborted);
  } finally {
    view.close();
  }
}

/** The snapshot without the counters that the filter keeps back. */
export function filtered(snapshot: DriverSnapshot, filter: CounterFilter): DriverSnapshot {
  return { ...snapshot, counters: snapshot.counters.filter((row) => passesFilter(filter, row)) };
}
