// SPDX-License-Identifier: Apache-2.0
/** Where the drivers of a run have their directories: in shared memory where there is some, named after the run's process. */
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAME_PREFIX = 'aeron-interop-';
const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
/** Followed by the process id of the run, a hyphen and a number. */
export const DIRECTORY_PREFIX: string = join(parent, NAME_PREFIX);
let launches = 0;

/** A directory that no other test uses. */
export function freshDirectory(): string {
  return `${DIRECTORY_PREFIX}${process.pid}-${launches++}`;
}

/** What there is of the run with this process id: driver directories, and what drivers rescue beside them. */
export function driverDirectories(pid: number): string[] {
  return found((owner) => owner === pid);
}

/** What there is of runs whose process is gone. */
export function staleDriverDirectories(isAlive: (pid: number) => boolean): string[] {
  return found((owner) => !isAlive(owner));
}

function found(isWanted: (owner: number) => boolean): string[] {
  return readdirSync(parent)
    .filter((name) => {
      const owner = new RegExp(`^${NAME_PREFIX}(\\d+)-`).exec(name)?.[1];
      return owner !== undefined && isWanted(Number(owner));
    })
    .map((name) => join(parent, name));
}
