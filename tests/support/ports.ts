// SPDX-License-Identifier: Apache-2.0
/**
 * UDP ports for the channels of tests. They lie below those that the operating system gives to sockets which ask for any, such as
 * those of publications: such a socket can't take a port between the look at it here and its use.
 */
import { createSocket } from 'node:dgram';

const FIRST_PORT = 20_000;
/** Each worker of the test run has its own. */
const PORTS_PER_WORKER = 1000;
const WORKERS = 12;

const firstPort = FIRST_PORT + (Number(process.env['JEST_WORKER_ID'] ?? 0) % WORKERS) * PORTS_PER_WORKER;
let next = process.pid % PORTS_PER_WORKER;

/** @returns a port that nobody has on any address of this machine, and that this process has not given before. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS_PER_WORKER; tries++) {
    const port = firstPort + (next++ % PORTS_PER_WORKER);
    if (await isFree(port)) {
      return port;
    }
  }
  throw new Error(`no port is free: first=${firstPort} count=${PORTS_PER_WORKER}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}
