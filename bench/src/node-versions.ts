// SPDX-License-Identifier: Apache-2.0
/** Compares Node versions: each is installed by npm into a folder that is deleted afterwards, and runs a few workloads. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Options } from './options.ts';
import { writeComparison } from './report/comparisons.ts';
import { describeMachine } from './report/machine.ts';
import { readResults } from './report/results.ts';
import { rowsOf } from './report/rows.ts';
import type { Samples } from './report/samples.ts';
import { markdownTable, summaryText } from './report/table.ts';
import { WORKLOADS } from './workloads/all.ts';

/** What says most about the engine. */
const DEFAULT_ONLY = [
  'ipc.rate.offer.32.1x1.poll',
  'ipc.rate.exclusive.32.1x1',
  'ipc.rate.offer.65536',
  'ipc.cost.offer',
  'ipc.ping.32',
  'udp.rate.32.1408',
  'udp.rate.1344.1408',
  'udp.ping.32.1408',
  'start.first-message',
  'idle.cpu',
] as const;

/** @param main what runs the benchmark. @returns 1 where something failed. */
export function compareNodes(root: string, main: string, options: Options): number {
  const { node = [], only, scale, isQuick, record } = options;
  const folder = mkdtempSync(join(tmpdir(), 'aeron-bench-node-'));
  try {
    const measured = new Map<string, Samples>();
    let failures = 0;
    for (const version of node) {
      const binary = install(folder, version);
      const file = join(folder, `${version}.json`);
      const args = ['--ours', '--rounds', String(scale.rounds), ...(isQuick ? ['--quick'] : []), '--json', file];
      const wanted = (only.length === 0 ? DEFAULT_ONLY : only).join(',');
      console.log(`\nNode ${version}: ${spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.trim()}`);
      const { status } = spawnSync(binary, [main, ...args, '--only', wanted], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      failures += status === 0 ? 0 : 1;
      measured.set(version, readResults(file).samples);
    }
    const result = `${describeMachine()}\n\n${comparison(measured)}`;
    console.log(result);
    if (record !== undefined) {
      writeComparison(root, record, result);
    }
    return failures === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function install(folder: string, version: string): string {
  if (!/^\d+(\.\d+){0,2}$/.test(version)) {
    throw new Error(`--node takes versions such as 22 or 24.1.0, separated by commas: ${version}`);
  }
  const place = join(folder, `node-${version}`);
  spawnSync('mkdir', ['-p', place]);
  writeFileSync(join(place, 'package.json'), '{ "private": true }');
  const args = ['install', `node@${version}`, '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr } = spawnSync('npm', args, { cwd: place, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`npm could not install node@${version}: ${stderr}`);
  }
  return join(place, 'node_modules', 'node', 'bin', 'node');
}

/** In Markdown, for docs/performance.md. */
function comparison(measured: ReadonlyMap<string, Samples>): string {
  const byVersion = [...measured].map(([version, samples]) => ({ version, rows: rowsOf(WORKLOADS, samples) }));
  const rows = byVersion[0]?.rows ?? [];
  const head = ['workload', 'unit', ...byVersion.map(({ version }) => `Node ${version}`)];
  const lines = rows.map(({ group, name, metric }) => [
    ...[`${group}: ${name}`, metric.unit],
    ...byVersion.map(({ rows: others }) =>
      summaryText(others.find((row) => row.metric === metric && row.name === name)?.ours),
    ),
  ]);
  return markdownTable(head, lines);
}
