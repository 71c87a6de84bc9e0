// SPDX-License-Identifier: Apache-2.0
/** What another process costs, as Linux tells it in /proc; elsewhere nothing is known. */
import { readFileSync } from 'node:fs';

/** Fixed in Linux' interface to programs. */
const TICKS_PER_SECOND = 100;
const BYTES_PER_KIB = 1024;

export interface Footprint {
  readonly cpuMs: number;
  readonly residentBytes: number;
  /** What is not a mapped file: heap, stacks, code that was compiled. */
  readonly privateBytes: number;
}

export function driverFootprint(pid: number): Footprint {
  try {
    // The command, which may contain anything, stands in brackets before the numbers.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return {
      cpuMs: (ticks * 1000) / TICKS_PER_SECOND,
      residentBytes: bytesOf(status, 'VmRSS'),
      privateBytes: bytesOf(status, 'RssAnon'),
    };
  } catch {
    return { cpuMs: Number.NaN, residentBytes: Number.NaN, privateBytes: Number.NaN };
  }
}

function bytesOf(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * BYTES_PER_KIB;
}
