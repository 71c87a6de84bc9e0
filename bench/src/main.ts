// SPDX-License-Identifier: Apache-2.0
/** `npm run bench`: see `--help`, and docs/performance.md for what is measured and how. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REFERENCE, referenceContender } from './contenders/contender.ts';
import { writeDocs } from './docs-page.ts';
import { runMicro } from './micro-runner.ts';
import { compareNodes } from './node-versions.ts';
import { HELP, type Options, parseOptions } from './options.ts';
import { prepareReference, REFERENCE_VERSION } from './reference/maven.ts';
import { describeMachine, machine } from './report/machine.ts';
import { mergeResults, type Results, writeResults } from './report/results.ts';
import { rowsOf } from './report/rows.ts';
import { Samples } from './report/samples.ts';
import { textTable } from './report/table.ts';
import { runAll } from './run.ts';
import { WORKLOADS } from './workloads/all.ts';
import type { Workload } from './workloads/workload.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMMANDS = {
  help: () => say(HELP),
  list: () => say(WORKLOADS.flatMap(({ metrics }) => metrics.slice(0, 1).map(({ id }) => id)).join('\n')),
  docs: () => say(`wrote ${writeDocs(ROOT)}`),
  micro: ({ micro }: Options) => runMicro(ROOT, micro ?? ''),
  node: (options: Options) => compareNodes(ROOT, fileURLToPath(import.meta.url), options),
  run,
} as const satisfies Record<Options['command'], (options: Options) => number | Promise<number>>;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = parseOptions(process.argv.slice(2));
    return await COMMANDS[options.command](options);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
}

function say(text: string): number {
  console.log(text);
  return 0;
}

/** @returns 1 where something failed, however slow the rest was. */
async function run(options: Options): Promise<number> {
  const workloads = chosen(options);
  if (workloads.length === 0) {
    throw new Error(`--only matches no workload: ${options.only.join(',')}`);
  }
  const reference = options.isOursAlone ? { missing: 'it was left out by --ours' } : prepareReference();
  const contender = referenceContender(reference);
  console.log(describeMachine());
  const facts = {
    ...{ date: new Date().toISOString(), machine: machine(), scale: options.scale },
    reference: 'missing' in reference ? `not measured: ${reference.missing}` : REFERENCE_VERSION,
  };
  console.log(`Reference: ${REFERENCE} client and driver ${facts.reference}, measured turn by turn.`);
  const samples = new Samples();
  await runAll({ workloads, scale: options.scale, reference: contender, withPeers: !options.isOursAlone }, samples);
  console.log(`\n${textTable(rowsOf(workloads, samples), contender !== undefined)}`);
  write(options, { facts, samples });
  return samples.hasFailures ? 1 : 0;
}

function write({ json, record }: Options, results: Results): void {
  if (json !== undefined) {
    writeResults(json, results);
  }
  if (record !== undefined) {
    mergeResults(join(ROOT, 'bench', 'results', `${record}.json`), results);
  }
}

function chosen({ only, isQuick }: Options): readonly Workload[] {
  return WORKLOADS.filter(
    (workload) =>
      (!isQuick || workload.isQuick || only.length > 0) &&
      (only.length === 0 || only.some((text) => matches(workload, text))),
  );
}

function matches({ group, metrics }: Workload, text: string): boolean {
  return group.includes(text) || metrics.some(({ id, name }) => id.includes(text) || name.includes(text));
}
