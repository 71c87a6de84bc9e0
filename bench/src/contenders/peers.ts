// SPDX-License-Identifier: Apache-2.0
/** What a Node program would otherwise use, and how to run it. */
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scale } from '../workloads/scale.ts';
import type { PeerRun } from '../workloads/workload.ts';
import { freePort } from './places.ts';
import { Program, type Values } from './program.ts';

export const PEERS = ['dgram', 'MessageChannel', 'zeromq.js'] as const;

export type PeerName = (typeof PEERS)[number];

const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), 'peer.js');

/** @returns why it can't be measured here, or undefined. */
export function missingPeer(peer: PeerName): string | undefined {
  if (peer !== 'zeromq.js') {
    return undefined;
  }
  try {
    createRequire(import.meta.url)('zeromq');
    return undefined;
  } catch (error) {
    return `zeromq could not be loaded (${(error as Error).message.split('\n')[0]})`;
  }
}

export async function runPeer({ peer, mode, length, transport, values }: PeerRun, scale: Scale): Promise<Values> {
  const port = await freePort();
  const args = {
    ...{ peer, mode, length, role: 'main', address: addressOf(peer, transport, port) },
    ...{ warmUpMs: scale.warmUpMs, windowMs: scale.windowMs },
  };
  const pairs = Object.entries(args).map(([name, value]) => `${name}=${value}`);
  return values(await new Program({ command: process.execPath, args: [PROGRAM, ...pairs] }).result());
}

function addressOf(peer: PeerName, transport: PeerRun['transport'], port: number): string {
  if (peer !== 'zeromq.js') {
    return String(port);
  }
  return transport === 'ipc'
    ? `ipc://${join(tmpdir(), `aeron-bench-${process.pid}-${port}`)}`
    : `tcp://127.0.0.1:${port}`;
}
