// SPDX-License-Identifier: Apache-2.0
/** Compares Node versions: each is installed by npm into a folder that is deleted afterwards, and runs a few workloads. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Options } from './options.ts';
import { writeComparison } from './report/comparisons.ts';
import { describeHardware } from './report/machine.ts';
import { readResults } from './report/results.ts';
import { rowsOf } from './report/rows.ts';
import { Samples } from './report/samples.ts';
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

/**
 * Round by round, in each all versions one after the other.
 *
 * @param main what runs the benchmark. @returns 1 where something failed.
 */
export function compareNodes(root: string, main: string, options: Options): number {
  const { node = [], scale, record } = options;
  const folder = mkdtempSync(join(tmpdir(), 'aeron-bench-node-'));
  try {
    const versions = node.map((version) => install(folder, version));
    let failures = 0;
    for (let round = 1; round <= scale.rounds; round++) {
      for (const version of versions) {
        process.stderr.write(`\n${round} of ${scale.rounds}, Node ${version.name}\n`);
        failures += measure(version, main, join(folder, 'measured.json'), options) ? 0 : 1;
      }
    }
    const result = `${describeHardware()}\n\n${comparison(versions)}`;
    console.log(result);
    if (record !== undefined) {
      writeComparison(root, record, result);
    }
    return failures === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Version {
  /** As it calls itself. */
  readonly name: string;
  readonly binary: string;
  readonly samples: Samples;
}

/** @returns whether all went well. */
function measure({ binary, samples }: Version, main: string, file: string, { only, isQuick }: Options): boolean {
  const wanted = (only.length === 0 ? DEFAULT_ONLY : only).join(',');
  const args = ['--ours', '--rounds', '1', ...(isQuick ? ['--quick'] : []), '--only', wanted, '--json', file];
  rmSync(file, { force: true });
  const { status } = spawnSync(binary, [main, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (existsSync(file)) {
    samples.append(readResults(file).samples);
  }
  return status === 0;
}

/** From the registry, where each version is a package for each platform. */
function install(folder: string, version: string): Version {
  if (!/^\d+(\.\d+){0,2}$/.test(version)) {
    throw new Error(`--node takes versions such as 22 or 24.1.0, separated by commas: ${version}`);
  }
  const place = join(folder, `node-${version}`);
  mkdirSync(place);
  writeFileSync(join(place, 'package.json'), '{ "private": true }');
  const isWindows = process.platform === 'win32';
  const name = `node-${isWindows ? 'win' : process.platform}-${process.arch}`;
  const args = ['install', `${name}@${version}`, '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr } = spawnSync('npm', args, { cwd: place, encoding: 'utf8', shell: isWindows });
  if (status !== 0) {
    throw new Error(`npm could not install ${name}@${version}: ${stderr}`);
  }
  const binary = join(place, 'node_modules', name, 'bin', isWindows ? 'node.exe' : 'node');
  const said = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  if (said.status !== 0) {
    throw new Error(`${name}@${version} does not run: ${said.error?.message ?? said.stderr}`);
  }
  return { name: said.stdout.trim().replace(/^v/, ''), binary, samples: new Samples() };
}

/** In Markdown, for docs/performance.md. A row stands there as soon as one version has it. */
function comparison(versions: readonly Version[]): string {
  const byVersion = versions.map(({ samples }) => rowsOf(WORKLOADS, samples));
  const rows = rowsOf(
    WORKLOADS,
    versions.reduce((all, { samples }) => all.append(samples), new Samples()),
  );
  const head = ['workload', 'unit', ...versions.map(({ name }) => `Node ${name}`)];
  const lines = rows.map(({ fullName, metric }) => [
    ...[fullName, metric.unit],
    ...byVersion.map((others) => {
      const row = others.find((other) => other.fullName === fullName);
      return row !== undefined && row.ours === undefined && row.failures.length > 0 ? 'failed' : summaryText(row?.ours);
    }),
  ]);
  return markdownTable(head, lines);
}
