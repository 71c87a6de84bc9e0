// SPDX-License-Identifier: Apache-2.0
/** Facts about this process and its machine, read once. */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import type { Host } from '../ports.ts';
import { pageSize } from './mapping/native-memory.ts';

const SHARED_MEMORY_DIRECTORY = '/dev/shm';

/** The environment is the one at construction; later changes of `process.env` do not show. */
export class NodeHost implements Host {
  readonly pid = process.pid;
  readonly userName = userName();
  readonly temporaryDirectory = os.tmpdir();
  readonly operatingSystem = process.platform;
  readonly hasSharedMemoryDirectory =
    process.platform === 'linux' &&
    (fs.statSync(SHARED_MEMORY_DIRECTORY, { throwIfNoEntry: false })?.isDirectory() ?? false);
  readonly environment: Readonly<Record<string, string | undefined>> = Object.freeze({ ...process.env });
  readonly pageSize = pageSize();

  isProcessAlive(pid: number): boolean {
    if (!Number.isInteger(pid) || pid <= 0) {
      return false; // 0 and below would name process groups
    }
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  }

  randomInt32(): number {
    return randomBytes(4).readInt32LE(0);
  }

  sharedMemory(name: string): SharedArrayBuffer | undefined {
    const memory: unknown = getEnvironmentData(name);
    return memory instanceof SharedArrayBuffer ? memory : undefined;
  }

  offerSharedMemory(name: string, memory: SharedArrayBuffer): void {
    setEnvironmentData(name, memory as unknown as string); // any cloneable value is fine; the type says less
  }
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return process.env['USER'] ?? process.env['USERNAME'] ?? 'default'; // a user id without an entry in the user database
  }
}
