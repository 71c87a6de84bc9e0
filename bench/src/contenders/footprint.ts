// SPDX-License-Identifier: Apache-2.0
/** What another process costs, as Linux tells it in /proc; elsewhere nothing is known. */
import { readdirSync, readFileSync } from 'node:fs';

/** Fixed in Linux' interface to programs. */
const TICKS_PER_SECOND = 100;
const NS_PER_MS = 1e6;
const BYTES_PER_KIB = 1024;

export interface Footprint {
  readonly cpuMs: number;
  readonly residentBytes: number;
  /** What is not a mapped file: heap, stacks, code that was compiled. */
  readonly privateBytes: number;
}

export function driverFootprint(pid: number): Footprint {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return {
      cpuMs: exactCpuMs(pid) ?? cpuMsByTicks(pid),
      residentBytes: bytesOf(status, 'VmRSS'),
      privateBytes: bytesOf(status, 'RssAnon'),
    };
  } catch {
    return { cpuMs: Number.NaN, residentBytes: Number.NaN, privateBytes: Number.NaN };
  }
}

/** Of the threads that live, to the nanosecond; undefined where the kernel keeps no such account. */
function exactCpuMs(pid: number): number | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const times = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]));
    return times.reduce((sum, ns) => sum + ns, 0) / NS_PER_MS;
  } catch {
    return undefined;
  }
}

/** To 10 ms. */
function cpuMsByTicks(pid: number): number {
  // The command, which may contain anything, stands in brackets before the numbers.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return (ticks * 1000) / TICKS_PER_SECOND;
}

function bytesOf(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * BYTES_PER_KIB;
}
