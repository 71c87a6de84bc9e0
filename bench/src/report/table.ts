// SPDX-License-Identifier: Apache-2.0
/** Cells and tables: median, and least and most in brackets; text for a terminal, Markdown for the docs. */
import { OURS, REFERENCE } from '../contenders/contender.ts';
import { PEERS } from '../contenders/peers.ts';
import type { Target } from '../workloads/workload.ts';
import type { Row } from './rows.ts';
import type { Summary } from './samples.ts';

const NOTHING = '–';
const TEXT_COLUMNS = 2;

/** @param hasReference whether there are columns for it. */
export function columnsOf(hasReference: boolean): readonly string[] {
  const reference = hasReference ? [REFERENCE, 'times as good', 'target'] : ['target'];
  return ['workload', 'unit', OURS, ...reference, ...PEERS];
}

export function cellsOf(row: Row, hasReference: boolean): readonly string[] {
  const reference = hasReference ? [summaryText(row.reference), ratioText(row.ratio)] : [];
  return [
    ...[row.name, row.metric.unit, summaryText(row.ours), ...reference, targetText(row)],
    ...PEERS.map((peer) => summaryText(row.peers[peer])),
  ];
}

/** One table, with a heading for each group of rows, for a terminal. */
export function textTable(rows: readonly Row[], hasReference: boolean): string {
  const head = columnsOf(hasReference);
  const lines: (readonly string[] | string)[] = [head];
  let group = '';
  for (const row of rows) {
    if (row.group !== group) {
      group = row.group;
      lines.push(`\n${group}`);
    }
    lines.push(cellsOf(row, hasReference));
    lines.push(...row.failures.map((failure) => `  FAILED ${failure}`));
  }
  const cells = lines.filter((line) => typeof line !== 'string');
  const widths = head.map((_, column) => Math.max(...cells.map((line) => (line[column] ?? '').length)));
  return lines.map((line) => (typeof line === 'string' ? line : aligned(line, widths))).join('\n');
}

function aligned(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, column) =>
      column < TEXT_COLUMNS ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    )
    .join('  ')
    .trimEnd();
}

export function markdownTable(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const escaped = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.trim().replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, column) => (column < TEXT_COLUMNS ? '---' : '---:'));
  return [escaped(head), `| ${rule.join(' | ')} |`, ...lines.map(escaped)].join('\n');
}

/** A part of a Markdown page that opens when asked to. */
export function folded(title: string, text: string): string {
  return `<details>\n<summary>${title}</summary>\n\n${text}\n\n</details>`;
}

export function summaryText(summary: Summary | undefined): string {
  if (summary === undefined) {
    return NOTHING;
  }
  const { median, min, max } = summary;
  return min === max ? numberText(median) : `${numberText(median)} (${numberText(min)}–${numberText(max)})`;
}

export function ratioText(ratio: number | undefined): string {
  return ratio === undefined ? NOTHING : ratio.toFixed(2);
}

export function targetText({ target, isMet }: Pick<Row, 'target' | 'isMet'>): string {
  if (target === undefined) {
    return '';
  }
  const end = isMet === undefined ? 'not known' : isMet ? 'met' : 'MISSED';
  return `${wantedText(target)}: ${end}`;
}

function wantedText({ ratio, atMost, peer }: Target): string {
  return [
    ...(ratio === undefined ? [] : [`≥ ${Number(ratio.toFixed(2))}x`]),
    ...(atMost === undefined ? [] : [`≤ ${atMost}`]),
    ...(peer === undefined ? [] : [`≥ ${peer.ratio}x ${peer.name}`]),
  ].join(', ');
}

export function numberText(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
