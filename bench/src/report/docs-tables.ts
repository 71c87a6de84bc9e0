// SPDX-License-Identifier: Apache-2.0
/** What docs/performance.md says of one or several runs: targets, rows that lose, everything. */
import { WORKLOADS } from '../workloads/all.ts';
import type { Machine } from './machine.ts';
import type { Results } from './results.ts';
import { type Row, rowsOf } from './rows.ts';
import { cellsOf, columnsOf, markdownTable, ratioText, summaryText, targetText } from './table.ts';

export type NamedResults = Results & { readonly name: string };

interface Run extends NamedResults {
  readonly rows: readonly Row[];
}

export function generatedPart(results: readonly NamedResults[]): string {
  const runs = results.map((one): Run => ({ ...one, rows: rowsOf(WORKLOADS, one.samples) }));
  return [
    '## Runs',
    markdownTable(
      ['run', 'machine', 'Node', 'reference', 'rounds', 'warm-up', 'window'],
      runs.map(({ name, facts: { machine, reference, scale } }) => [
        ...[name, machineText(machine), machine.node, reference],
        ...[String(scale.rounds), `${scale.warmUpMs} ms`, `${scale.windowMs} ms`],
      ]),
    ),
    '## Targets',
    targets(runs),
    '## Rows that lose against the reference',
    losers(runs),
    ...runs.flatMap((run) => [`## All rows: run ${run.name}`, ...everything(run)]),
  ].join('\n\n');
}

function machineText({ processor, cores, memoryBytes, system }: Machine): string {
  return `${processor}, ${cores} cores, ${(memoryBytes / 1e9).toFixed(0)} GB, ${system}`;
}

/** The same row of each run. */
function acrossRuns(
  runs: readonly Run[],
  wanted: (row: Row) => boolean,
): (readonly [Row, readonly (Row | undefined)[]])[] {
  const keys = new Map<string, Row>();
  for (const row of runs.flatMap(({ rows }) => rows)) {
    if (wanted(row)) {
      keys.set(keyOf(row), keys.get(keyOf(row)) ?? row);
    }
  }
  return [...keys].map(([key, row]) => [row, runs.map(({ rows }) => rows.find((other) => keyOf(other) === key))]);
}

function keyOf({ metric, name }: Row): string {
  return `${metric.id} ${name}`;
}

function fullName({ group, name, metric }: Row): string {
  const isPart = name.startsWith(' ');
  return `${group}: ${isPart ? `${metric.id}${name.replace(/^ +/, ', ')}` : name}`;
}

function targets(runs: readonly Run[]): string {
  const rows = acrossRuns(runs, ({ target }) => target !== undefined);
  return markdownTable(
    ['workload', 'unit', ...runs.flatMap(({ name }) => [`${name}: ours`, 'times as good', 'target'])],
    rows.map(([row, ofRuns]) => [
      ...[fullName(row), row.metric.unit],
      ...ofRuns.flatMap((one) =>
        one === undefined ? ['–', '–', '–'] : [summaryText(one.ours), ratioText(one.ratio), targetText(one)],
      ),
    ]),
  );
}

function losers(runs: readonly Run[]): string {
  const rows = acrossRuns(runs, ({ ratio }) => ratio !== undefined && ratio < 1);
  return markdownTable(
    ['workload', 'unit', ...runs.flatMap(({ name }) => [`${name}: ours`, 'reference', 'times as good'])],
    rows.map(([row, ofRuns]) => [
      ...[fullName(row), row.metric.unit],
      ...ofRuns.flatMap((one) =>
        one === undefined ? ['–', '–', '–'] : [summaryText(one.ours), summaryText(one.reference), ratioText(one.ratio)],
      ),
    ]),
  );
}

function everything({ rows }: Run): string[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  }
  const hasReference = rows.some(({ reference }) => reference !== undefined);
  return [...groups].flatMap(([group, members]) => [
    `### ${group}`,
    markdownTable(
      columnsOf(hasReference),
      members.map((row) => cellsOf(row, hasReference)),
    ),
    ...members.flatMap(({ failures }) => failures.map((failure) => `FAILED ${failure.split('\n')[0]}`)),
  ]);
}
