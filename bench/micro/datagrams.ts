// SPDX-License-Identifier: Apache-2.0
/**
 * Sending and receiving over the loopback by each transport of Linux, in one thread by turns: the time for one datagram, sent by
 * `send` or in a run, and received. dgram needs turns of the event loop between the two, so it is measured as a whole.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { DatagramSocket, Datagrams, SocketAddress } from '../../packages/core/src/internal.ts';
import {
  chooseTransport,
  DATAGRAM_TRANSPORTS,
} from '../../packages/core/src/platform/node/datagram/choose-transport.ts';
import { measure } from './micro.ts';

const LOOPBACK: SocketAddress = { family: 'IPv4', address: '127.0.0.1', port: 0 };
const BUFFER_LENGTH = 1024 * 1024;
const CALLS = 200_000;
const RUN_COUNT = 44;

const source = new Uint8Array(64 * 1024);
let receivedCount = 0;
const handler = (): void => {
  receivedCount++;
};

async function openPair(datagrams: Datagrams): Promise<[DatagramSocket, DatagramSocket, SocketAddress]> {
  const options = { bind: LOOPBACK, receiveBufferLength: BUFFER_LENGTH, sendBufferLength: BUFFER_LENGTH };
  const receiver = datagrams.open({ ...options, isBulkReceiver: true });
  const sender = datagrams.open(options);
  while (receiver.state === 'opening' || sender.state === 'opening') {
    await turn();
  }
  return [sender, receiver, receiver.localAddress ?? LOOPBACK];
}

function drain(receiver: DatagramSocket): void {
  while (receiver.poll(handler, 0, 16) > 0) {}
}

async function measureOnLoop(name: string, length: number): Promise<void> {
  const [sender, receiver, target] = await openPair(chooseTransport({ transport: 'dgram' }));
  receivedCount = 0;
  const before = process.cpuUsage();
  while (receivedCount < CALLS) {
    for (let i = 0; i < RUN_COUNT; i++) {
      sender.send(source, 0, length, target);
    }
    await turn();
    drain(receiver);
  }
  const { user, system } = process.cpuUsage(before);
  console.log(`${name.padEnd(60)} ${(((user + system) * 1000) / receivedCount).toFixed(1).padStart(8)} ns`);
  sender.close();
  receiver.close();
}

async function measureCalls(transport: 'batch' | 'offload', length: number): Promise<void> {
  const [sender, receiver, target] = await openPair(chooseTransport({ transport }));
  const lengths = new Int32Array(RUN_COUNT).fill(length);
  measure(`${transport}: empty poll`, CALLS, (count) => {
    for (let i = 0; i < count; i++) {
      receiver.poll(handler, 0, 4);
    }
  });
  measure(`${transport}: ${length} B, send and receive, one by one`, CALLS, (count) => {
    for (let i = 0; i < count; i++) {
      sender.send(source, 0, length, target);
      receiver.poll(handler, 0, 4);
    }
  });
  measure(`${transport}: ${length} B, send and receive, runs of ${RUN_COUNT}`, CALLS, (count) => {
    for (let i = 0; i < count; i += RUN_COUNT) {
      sender.sendRun(source, 0, lengths, RUN_COUNT, target);
      drain(receiver);
    }
  });
  sender.close();
  receiver.close();
}

for (const length of [64, 1408]) {
  for (const transport of DATAGRAM_TRANSPORTS) {
    if (transport === 'dgram') {
      await measureOnLoop(`dgram: ${length} B, send and receive`, length);
    } else {
      await measureCalls(transport, length);
    }
  }
}
