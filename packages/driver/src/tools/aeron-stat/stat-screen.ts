// SPDX-License-Identifier: Apache-2.0
/**
 * One frame of aeron-stat's live screen: what stands in which line and what deserves attention. Pure; colours are the
 * terminal's business.
 *
 * ```
 *   header                    18:10:00 - Aeron Stat (CnC v0.2.0), pid 1, heartbeat age 2ms
 *   rule                      ======================================================================
 *   counters, a page of them      0:                    1,024 - Bytes sent
 *   footer                    1-20 of 62   q quit  ↑ ↓ PgUp PgDn Home End scroll
 * ```
 */
import { SystemCounterId } from '@aeron/codecs/internal';
import { type CounterRow, isErroredChannel } from '../counters/counter-row.ts';
import { type DriverSnapshot, isDriverGone } from '../counters/driver-snapshot.ts';
import { alignRight, groupDigits } from '../text/numbers.ts';
import { type CounterFilter, filterText } from './counter-filter.ts';
import { counterIdWidth, counterLine, RULE_LENGTH, statHeader } from './stat-text.ts';

/** How a line looks: `changed` since the frame before, `alarm` for what should not be. */
export type LineStyle = 'plain' | 'title' | 'faint' | 'changed' | 'alarm';

export interface ScreenLine {
  readonly text: string;
  readonly style: LineStyle;
}

/** Everything that a frame depends on. */
export interface ScreenView {
  readonly snapshot: DriverSnapshot;
  /** Of the frame before; undefined for the first one. */
  readonly previous: DriverSnapshot | undefined;
  readonly filter: CounterFilter;
  /** Lines and columns that may be filled. */
  readonly rows: number;
  readonly columns: number;
  /** Index of the counter at the top. */
  readonly top: number;
}

/** Header, rule and footer. */
const FIXED_ROWS = 3;
/** From here on there is room for a column of rates beside the labels. */
const COLUMNS_WITH_RATES = 120;
const RATE_WIDTH = 16;
const MS_PER_S = 1000;
const KEYS = 'q quit  ↑ ↓ PgUp PgDn Home End scroll';

/** Counters that fit on a screen with `rows` lines. */
export function pageLength(rows: number): number {
  return Math.max(rows - FIXED_ROWS, 1);
}

/** The lines of the frame, none wider or more than the view has room for. */
export function screenLines(view: ScreenView): ScreenLine[] {
  const { snapshot, previous, rows, columns, top } = view;
  const before = new Map(previous?.counters.map((row) => [row.id, row]));
  const elapsedMs = previous === undefined ? 0 : snapshot.timestampMs - previous.timestampMs;
  const idWidth = counterIdWidth(snapshot);
  const page = snapshot.counters.slice(top, top + pageLength(rows));
  const lines = headerLines(snapshot);
  for (const row of page) {
    const old = sameCounter(row, before.get(row.id));
    const text = counterLine(row, idWidth);
    lines.push({
      text: columns >= COLUMNS_WITH_RATES ? withRate(text, rateText(row, old, elapsedMs)) : text,
      style: styleOf(row, old, previous !== undefined),
    });
  }
  lines.push({ text: footer(view, page.length), style: 'faint' });
  return lines.slice(0, rows).map(({ text, style }) => ({ text: cut(text, columns), style }));
}

/** Header and rule; once the driver has gone, the rule says so. */
function headerLines(snapshot: DriverSnapshot): ScreenLine[] {
  const text = statHeader(snapshot);
  const rule = '='.repeat(RULE_LENGTH);
  if (!isDriverGone(snapshot)) {
    return [
      { text, style: 'title' },
      { text: rule, style: 'faint' },
    ];
  }
  const what = snapshot.heartbeatMs < 0 ? 'the driver has ended' : 'the driver does not run any more';
  return [
    { text, style: 'alarm' },
    { text: `== ${what} ${rule}`.slice(0, RULE_LENGTH), style: 'alarm' },
  ];
}

/** An id may have passed to another counter since. */
function sameCounter(row: CounterRow, old: CounterRow | undefined): CounterRow | undefined {
  return old?.typeId === row.typeId && old.registrationId === row.registrationId ? old : undefined;
}

function styleOf(row: CounterRow, old: CounterRow | undefined, isLaterFrame: boolean): LineStyle {
  const isErrorCount = row.typeId === 0 && row.id === SystemCounterId.ERRORS && row.value > 0n;
  if (isErrorCount || isErroredChannel(row)) {
    return 'alarm';
  }
  return isLaterFrame && old?.value !== row.value ? 'changed' : 'plain';
}

function rateText(row: CounterRow, old: CounterRow | undefined, elapsedMs: number): string {
  if (old === undefined || elapsedMs <= 0 || old.value === row.value) {
    return '';
  }
  const perSecond = Math.round((Number(row.value - old.value) * MS_PER_S) / elapsedMs);
  return `${perSecond > 0 ? '+' : ''}${groupDigits(perSecond)}/s`;
}

/** Between value and label. */
function withRate(line: string, rate: string): string {
  const separator = line.indexOf(' - ');
  return `${line.slice(0, separator)} ${alignRight(rate, RATE_WIDTH)}${line.slice(separator)}`;
}

function footer({ snapshot, filter, top }: ScreenView, shown: number): string {
  const total = snapshot.counters.length;
  const filters = filterText(filter);
  const range = total === 0 ? 'no counters' : `${top + 1}-${top + shown} of ${total}`;
  return [filters === '' ? range : `${range} for ${filters}`, KEYS].join('   ');
}

function cut(text: string, columns: number): string {
  return text.length > columns ? text.slice(0, columns) : text;
}

/** Keys that move the page. */
export type ScrollKey = 'up' | 'down' | 'pageup' | 'pagedown' | 'home' | 'end';

/** The index at the top after a key was pressed. */
export function scrolled(top: number, key: ScrollKey | undefined, page: number, total: number): number {
  const last = Math.max(total - page, 0);
  const wanted = {
    up: top - 1,
    down: top + 1,
    pageup: top - page,
    pagedown: top + page,
    home: 0,
    end: last,
    none: top,
  }[key ?? 'none'];
  return Math.min(Math.max(wanted, 0), last);
}
