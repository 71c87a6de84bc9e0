// SPDX-License-Identifier: Apache-2.0
/** What the benchmark ran on, for whoever reads its numbers. */
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted to run in the last minute, before the benchmark began. */
  readonly load: number;
}

const atStart: Machine = {
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  system: `${platform()} ${release()} ${arch()}`,
  node: process.version,
  load: loadavg()[0] ?? Number.NaN,
};

export function machine(): Machine {
  return atStart;
}

export function describeHardware({ processor, cores, memoryBytes, system } = atStart): string {
  return `${processor}, ${cores} cores, ${(memoryBytes / 1e9).toFixed(0)} GB, ${system}`;
}

export function describeMachine(): string {
  const { node, load } = atStart;
  const quiet = load < 0.3 ? '' : ', which is not quiet: read ratios and processor time, not rates';
  return `${describeHardware()}, Node ${node}; load ${load.toFixed(1)}${quiet}`;
}
