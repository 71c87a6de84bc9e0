// SPDX-License-Identifier: Apache-2.0
/**
 * What the boundary to the operating system costs: clock, mapping by each provider, filling mapped memory, and dgram. The numbers
 * of docs/adr/0002-native-boundary.md come from here.
 *
 *     npx tsx bench/micro/native-boundary.ts [path of mmap-io]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { NodeClock } from '../../packages/core/src/platform/node/clock.ts';
import { DgramTransport } from '../../packages/core/src/platform/node/datagram/dgram-transport.ts';
import { chooseMapper } from '../../packages/core/src/platform/node/mapping/choose-mapper.ts';
import type { DatagramSocket, FileMapper } from '../../packages/core/src/platform/ports.ts';
import { measure } from './micro.ts';

const MIB = 1024 * 1024;
const LOG_LENGTH = 64 * MIB;
const MAPPINGS = 200;
const DATAGRAMS = 100_000;
const BURST = 32; // libuv reads so many datagrams in one turn of the loop
const BIND = { family: 'IPv4', address: '127.0.0.1', port: 0 } as const;

function cpuUs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** CPU time, since other work on the machine shows in the time of day. */
function time(name: string, unit: string, count: number, work: () => void): void {
  const before = process.cpuUsage();
  work();
  const each = cpuUs(before) / count;
  console.log(`${name.padEnd(60)} ${each.toFixed(1).padStart(8)} us per ${unit}`);
}

function measureMapping(mapper: FileMapper, directory: string): void {
  const path = join(directory, `${mapper.name}.dat`);
  const mapped = mapper.create(path, LOG_LENGTH, { sparse: true });
  const bytes = new Uint8Array(mapped.memory);
  const touch = (): void => void bytes.fill(1);
  time(`${mapper.name}: first touch of 64 MiB`, 'page', LOG_LENGTH / 4096, touch);
  time(`${mapper.name}: fill of 64 MiB touched before`, 'MiB', LOG_LENGTH / MIB, touch);
  time(`${mapper.name}: map and unmap 64 MiB`, 'mapping', MAPPINGS, () => {
    for (let i = 0; i < MAPPINGS; i++) {
      mapper.map(path, { access: 'read-write' }).unmap();
    }
  });
  const reserved = join(directory, `${mapper.name}-reserved.dat`);
  time(`${mapper.name}: create and reserve 64 MiB`, 'file', 1, () => {
    mapper.create(reserved, LOG_LENGTH, { sparse: false }).unmap();
  });
}

async function opened(socket: DatagramSocket): Promise<DatagramSocket> {
  while (socket.state === 'opening') {
    await turn();
  }
  return socket;
}

/** One process sends to itself, so that a datagram costs a send and a receive of this thread. */
async function measureDatagrams(length: number): Promise<void> {
  const transport = new DgramTransport();
  const receiver = await opened(transport.open({ bind: BIND, receiveBufferLength: 4 * MIB }));
  const sender = await opened(transport.open({ bind: BIND, connect: receiver.localAddress ?? BIND }));
  const content = new Uint8Array(length);
  let received = 0;
  let sent = 0;
  const count = (): void => {
    received++;
  };
  const before = process.cpuUsage();
  while (sent < DATAGRAMS) {
    for (let i = 0; i < BURST && sender.send(content, 0, length) > 0; i++) {
      sent++;
    }
    await turn();
    receiver.poll(count, 0, 1000);
  }
  const each = (cpuUs(before) / received).toFixed(1).padStart(8);
  console.log(
    `${`dgram: send and receive ${length} bytes`.padEnd(60)} ${each} us per datagram, ${sent - received} lost`,
  );
  sender.close();
  receiver.close();
}

const clock = new NodeClock();
let sum = 0;
measure('clock: nanoTime', 2_000_000, (count) => {
  for (let i = 0; i < count; i++) {
    sum += clock.nanoTime();
  }
});
measure('Date.now', 2_000_000, (count) => {
  for (let i = 0; i < count; i++) {
    sum += Date.now();
  }
});
const source = new Uint8Array(1408);
const slot = new Uint8Array(1408);
measure('copy of 1408 bytes into a send slot', 2_000_000, (count) => {
  for (let i = 0; i < count; i++) {
    slot.set(source);
  }
});

const directory = mkdtempSync(join(process.platform === 'linux' ? '/dev/shm' : tmpdir(), 'aeron-bench-'));
try {
  measureMapping(chooseMapper({ provider: 'koffi' }), directory);
  const mmapIoModule = process.argv[2];
  if (mmapIoModule !== undefined) {
    measureMapping(chooseMapper({ provider: 'mmap-io', mmapIoModule }), directory);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
for (const length of [64, 1408, 8192]) {
  await measureDatagrams(length);
}
console.log(sum > 0 ? '' : 'nothing was measured');
