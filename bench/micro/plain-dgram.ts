// SPDX-License-Identifier: Apache-2.0
/**
 * What node:dgram itself costs for a datagram on the loopback, with nothing of ours around it: the bound of the transport `dgram`.
 * One thread sends so many at a time, then lets the event loop take them in.
 *
 *     npx tsx bench/micro/plain-dgram.ts
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const LENGTHS = [64, 1408] as const;
/** Sent before the loop has its turn: few enough for the receive buffer. */
const BURST = 32;
const DATAGRAMS = 64_000;
const TURNS_MAX = 100;
const ROUNDS = 3;
const NS_PER_US = 1_000;

type Send = (socket: Socket, payload: Uint8Array, port: number) => void;

const done = (): void => undefined;

/** @returns best of the rounds, ns of processor time: of a call of `send`, and of a datagram all in all. */
async function measure(isConnected: boolean, length: number, send: Send): Promise<[sendNs: number, bothNs: number]> {
  const receiver = createSocket('udp4');
  await eventOf(receiver, 'listening', () => receiver.bind(0, '127.0.0.1'));
  const { port } = receiver.address();
  const sender = createSocket({ type: 'udp4', lookup: (host, _options, callback) => callback(null, host, 4) });
  await eventOf(sender, 'listening', () => sender.bind(0, '127.0.0.1'));
  if (isConnected) {
    await eventOf(sender, 'connect', () => sender.connect(port, '127.0.0.1'));
  }
  let received = 0;
  receiver.on('message', () => {
    received++;
  });
  const payload = new Uint8Array(length);
  let best: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round++) {
    received = 0;
    let sendingUs = 0;
    const start = process.cpuUsage();
    for (let sent = 0; sent < DATAGRAMS; sent += BURST) {
      const goal = received + BURST;
      const before = process.cpuUsage();
      for (let i = 0; i < BURST; i++) {
        send(sender, payload, port);
      }
      sendingUs += microseconds(process.cpuUsage(before));
      // dgram sends in the next tick, so the first turn has all of them sent; a lost one is not waited for.
      for (let turn = 0; turn < TURNS_MAX && received < goal; turn++) {
        await turnOfEventLoop();
      }
    }
    const bothUs = microseconds(process.cpuUsage(start));
    if ((bothUs * NS_PER_US) / received < best[1]) {
      best = [(sendingUs * NS_PER_US) / DATAGRAMS, (bothUs * NS_PER_US) / received];
    }
  }
  sender.close();
  receiver.close();
  return best;
}

/** Of what may happen at once. */
async function eventOf(socket: Socket, name: string, cause: () => void): Promise<void> {
  const event = once(socket, name);
  cause();
  await event;
}

function microseconds({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}

function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

const CASES: Readonly<Record<string, { readonly isConnected: boolean; readonly send: Send }>> = {
  'connected, without callback': { isConnected: true, send: (socket, payload) => socket.send(payload) },
  'connected, with callback': { isConnected: true, send: (socket, payload) => socket.send(payload, done) },
  'with an address': { isConnected: false, send: (socket, payload, port) => socket.send(payload, port, '127.0.0.1') },
};

for (const [name, { isConnected, send }] of Object.entries(CASES)) {
  for (const length of LENGTHS) {
    const [sendNs, bothNs] = await measure(isConnected, length, send);
    const figures = `call ${sendNs.toFixed(0).padStart(6)} ns   all in all ${bothNs.toFixed(0).padStart(6)} ns`;
    console.log(`${`${name}, ${length} bytes`.padEnd(44)} ${figures}`);
  }
}
