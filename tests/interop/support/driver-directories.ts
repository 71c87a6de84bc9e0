// SPDX-License-Identifier: Apache-2.0
/** Where the drivers of a run have their directories: in shared memory where there is some, named after the run's process. */
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
let launches = 0;

/** A directory that no other test uses. */
export function freshDirectory(): string {
  return join(parent, `aeron-interop-${process.pid}-${launches++}`);
}

/** What there is of the run with this process id. */
export function driverDirectories(pid: number): string[] {
  return readdirSync(parent)
    .filter((name) => name.startsWith(`aeron-interop-${pid}-`))
    .map((name) => join(parent, name));
}
