// SPDX-License-Identifier: Apache-2.0
/**
 * What docs/performance.md says of the runs: for the latest full one targets, a summary, rows that lose, and everything, folded;
 * for the other full ones the targets alone; for runs of parts without targets all that they measured.
 */
import { WORKLOADS } from '../workloads/all.ts';
import { describeHardware, type Machine } from './machine.ts';
import type { Results } from './results.ts';
import { type Row, rowsOf } from './rows.ts';
import { median } from './samples.ts';
import { cellsOf, columnsOf, folded, markdownTable, ratioText, summaryText, targetText } from './table.ts';

export type NamedResults = Results & { readonly name: string };

interface Run extends NamedResults {
  readonly rows: readonly Row[];
}

/** A run with fewer of the rows than this part of the most is one of parts. */
const FULL_PART = 0.8;
/** Where Linux has it a driver takes this one by itself; rows without variants are of any. */
const USUAL_VARIANTS = ['', 'offload'];

/** @param results in the order of time. @returns '' where there are none. */
export function generatedPart(results: readonly NamedResults[]): string {
  const runs = results.map((one): Run => ({ ...one, rows: rowsOf(WORKLOADS, one.samples) }));
  const shown = latestFull(runs);
  if (shown === undefined) {
    return '';
  }
  const others = runs.filter((run) => run !== shown).reverse();
  return [
    '## Targets',
    `${runText(shown)} What is asked of this implementation, and what came of it:`,
    targets(shown),
    '## In short',
    `Of the same run, what was measured against the reference's Java driver and client${usualText(shown.rows)}:`,
    inShort(shown.rows),
    '## Rows that lose against the reference',
    losers(shown.rows),
    '## All rows',
    ...everything(shown),
    ...(others.length === 0 ? [] : ['## Earlier runs, and runs of parts', ...others.map(otherRun)]),
  ].join('\n\n');
}

function latestFull(runs: readonly Run[]): Run | undefined {
  const most = Math.max(...runs.map(({ rows }) => rows.length));
  return runs.filter(({ rows }) => rows.length >= most * FULL_PART).at(-1);
}

function runText({ name, facts: { machine, reference, scale } }: Run): string {
  const rounds = scale.rounds === 1 ? 'one round' : `${scale.rounds} rounds`;
  return (
    `Run ${name}: ${machineText(machine)}; reference ${reference}; ${rounds}, ` +
    `${scale.warmUpMs} ms of warm-up and windows of ${scale.windowMs} ms.`
  );
}

function machineText(machine: Machine): string {
  return `${describeHardware(machine)}, Node ${machine.node}`;
}

function targets({ rows }: Run): string {
  return markdownTable(
    ['workload', 'unit', 'this implementation', 'reference', 'times as good', 'target'],
    rows
      .filter(({ target }) => target !== undefined)
      .map((row) => [
        ...[row.fullName, row.metric.unit, summaryText(row.ours), summaryText(row.reference)],
        ...[ratioText(row.ratio), targetText(row)],
      ]),
  );
}

function otherRun(run: Run): string {
  const hasTargets = run.rows.some(({ target }) => target !== undefined);
  const [title, text] = hasTargets
    ? ['Targets', targets(run)]
    : [[...byGroup(run.rows).keys()].join(', '), groupTables(run)];
  return folded(`${title}, run ${run.name}`, `${runText(run)}\n\n${text}`);
}

function groupTables({ rows }: Run): string {
  const groups = [...byGroup(rows)];
  return groups
    .map(
      ([group, members]) =>
        `${groups.length > 1 ? `**${group}**\n\n` : ''}${rowsTable(members, hasReference(members))}`,
    )
    .join('\n\n');
}

function hasReference(rows: readonly Row[]): boolean {
  return rows.some(({ reference }) => reference !== undefined);
}

function rowsTable(rows: readonly Row[], withReference: boolean): string {
  return markdownTable(
    columnsOf(withReference),
    rows.map((row) => cellsOf(row, withReference)),
  );
}

function isUsual({ variant }: Row): boolean {
  return USUAL_VARIANTS.includes(variant);
}

function usualText(rows: readonly Row[]): string {
  return rows.every(isUsual) ? '' : ', with the transport that a driver takes on Linux by itself, `offload`';
}

function compared(rows: readonly Row[]): (Row & { readonly ratio: number })[] {
  return rows.filter((row): row is Row & { readonly ratio: number } => row.ratio !== undefined);
}

/** A line for each group: how many rows win, and by how much. */
function inShort(rows: readonly Row[]): string {
  return markdownTable(
    ['group', '', 'rows', 'as good or better', 'times as good: median', 'least', 'most'],
    [...byGroup(compared(rows).filter(isUsual))].map(([group, members]) => {
      const ratios = members.map(({ ratio }) => ratio);
      const wins = ratios.filter((ratio) => ratio >= 1).length;
      const mark = wins === ratios.length ? 'wins' : wins * 2 >= ratios.length ? 'mostly wins' : 'mostly loses';
      return [
        ...[group, wins === 0 ? 'loses' : mark, String(ratios.length), String(wins)],
        ...[median(ratios), Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratioText(ratio)),
      ];
    }),
  );
}

function losers(rows: readonly Row[]): string {
  const lost = compared(rows).filter(({ ratio }) => ratio < 1);
  const other = lost.filter((row) => !isUsual(row));
  const parts = [losersTable(lost.filter(isUsual))];
  if (other.length > 0) {
    parts.push(folded(`${other.length} more with other transports`, losersTable(other)));
  }
  return parts.join('\n\n');
}

function losersTable(rows: readonly (Row & { readonly ratio: number })[]): string {
  return rows.length === 0
    ? 'None.'
    : markdownTable(
        ['workload', 'unit', 'this implementation', 'reference', 'times as good'],
        rows.map((row) => [
          ...[row.fullName, row.metric.unit, summaryText(row.ours), summaryText(row.reference), ratioText(row.ratio)],
        ]),
      );
}

function everything({ rows }: Run): string[] {
  const withReference = hasReference(rows);
  return [...byGroup(rows)].map(([group, members]) =>
    folded(
      group,
      [
        rowsTable(members, withReference),
        ...members.flatMap(({ failures }) => failures.map((failure) => `FAILED ${failure.split('\n')[0]}`)),
      ].join('\n\n'),
    ),
  );
}

function byGroup<T extends Row>(rows: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  }
  return groups;
}
