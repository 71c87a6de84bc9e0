// SPDX-License-Identifier: Apache-2.0
/** The table that the benchmark prints: median, and least and most in brackets. */
import type { Measurement, Metric } from '../measurements.ts';
import type { Samples, Summary } from './samples.ts';

const OURS = 'TypeScript';

/** @param other the reference's name, if it was measured. */
export function tableOf(samples: Samples, measurements: readonly Measurement[], other: string | undefined): string {
  const head = ['32-byte messages over IPC', 'unit', OURS, ...(other === undefined ? [] : [other, 'times as good'])];
  const rows = measurements.flatMap(({ metrics }) => metrics.map((metric) => rowOf(samples, metric, other)));
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return lines.map((line) => line.trimEnd()).join('\n');
}

function rowOf(samples: Samples, metric: Metric, other: string | undefined): string[] {
  const ours = samples.summary(OURS, metric.id);
  const row = [metric.name, metric.unit, textOf(ours)];
  if (other !== undefined) {
    const theirs = samples.summary(other, metric.id);
    row.push(textOf(theirs), ratioOf(ours, theirs, metric.isMoreBetter));
  }
  return row;
}

function textOf(summary: Summary | undefined): string {
  if (summary === undefined) {
    return '–';
  }
  const { median, min, max } = summary;
  return `${format(median)} (${format(min)}–${format(max)})`;
}

/** Above 1 this implementation is the better one, whichever way the metric goes. */
function ratioOf(ours: Summary | undefined, theirs: Summary | undefined, isMoreBetter: boolean): string {
  if (ours === undefined || theirs === undefined) {
    return '–';
  }
  return (isMoreBetter ? ours.median / theirs.median : theirs.median / ours.median).toFixed(2);
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
