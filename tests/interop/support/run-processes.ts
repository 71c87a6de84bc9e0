// SPDX-License-Identifier: Apache-2.0
/**
 * The processes of a run. All of them inherit a mark in their environment, so that those which outlive the run are found again
 * however it ended, and whoever their parent is by then.
 */
import { readdirSync, readFileSync } from 'node:fs';

export const RUN_MARK = 'AERON_INTEROP_RUN';

/** The processes that carry the mark, other than this one. Empty where the system does not tell. */
export function processesOf(mark: string): number[] {
  const entry = `${RUN_MARK}=${mark}`;
  return processIds().filter((pid) => pid !== process.pid && environment(pid).includes(entry));
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Ended, and its parent has not asked how: nobody may ever, in a container whose first process does not care. */
function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .startsWith('Z');
  } catch {
    return false;
  }
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => Number.isInteger(pid));
  } catch {
    return []; // not Linux
  }
}

function environment(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return []; // gone meanwhile, or another user's
  }
}
