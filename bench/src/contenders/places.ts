// SPDX-License-Identifier: Apache-2.0
/** Directories and ports that nobody has. */
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let count = 0;

/** A directory of shared memory. */
export function newDirectory(name: string): string {
  return join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), `aeron-bench-${process.pid}-${name}-${++count}`);
}

export async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', resolve);
  });
  const { port } = socket.address();
  await new Promise<void>((resolve) => {
    socket.close(() => resolve());
  });
  return port;
}
