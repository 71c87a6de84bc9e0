// SPDX-License-Identifier: Apache-2.0
/** The main paths over UDP, for files that take each of them with drivers set up in different ways. */
import type { InteropClient, MessageRun } from './interop-client.ts';
import { freePort } from './ports.ts';

export interface UdpCell {
  readonly name: string;
  readonly publication: (port: number) => string;
  readonly subscription: (port: number) => string;
  /** Added to the publication, where its control mode is manual. */
  readonly destination?: (port: number) => string;
  readonly count: number;
  readonly minLength: number;
  readonly maxLength: number;
}

const unicast = (port: number): string => `aeron:udp?endpoint=127.0.0.1:${port}`;
const multicast = (port: number): string => `aeron:udp?endpoint=224.20.30.49:${port}|interface=127.0.0.1`;

export const UNICAST: UdpCell = {
  name: 'unicast, many messages to a datagram and messages of many datagrams',
  publication: (port) => `${unicast(port)}|term-length=64k`,
  subscription: unicast,
  count: 1000,
  minLength: 0,
  maxLength: 4096,
};

export const MAIN_UDP_CELLS: readonly UdpCell[] = [
  UNICAST,
  { ...UNICAST, name: 'unicast, 32 bytes', count: 5000, minLength: 32, maxLength: 32 },
  { ...UNICAST, name: 'unicast, 1344 bytes', count: 2000, minLength: 1344, maxLength: 1344 },
  {
    name: 'unicast, MTU of 64 KiB',
    publication: (port) => `${unicast(port)}|term-length=1m|mtu=65504`,
    subscription: (port) => `${unicast(port)}|rcv-wnd=128k`,
    count: 200,
    minLength: 50_000,
    maxLength: 100_000,
  },
  {
    name: 'multicast',
    publication: (port) => `${multicast(port)}|term-length=64k`,
    subscription: multicast,
    count: 1000,
    minLength: 0,
    maxLength: 4096,
  },
  {
    name: 'multi-destination cast with dynamic control',
    publication: (port) => `aeron:udp?control=127.0.0.1:${port}|control-mode=dynamic|term-length=64k`,
    subscription: (port) => `aeron:udp?endpoint=127.0.0.1:0|control=127.0.0.1:${port}|control-mode=dynamic`,
    count: 1000,
    minLength: 0,
    maxLength: 4096,
  },
  {
    name: 'multi-destination cast with manual control',
    publication: () => 'aeron:udp?control-mode=manual|term-length=64k',
    subscription: unicast,
    destination: unicast,
    count: 1000,
    minLength: 0,
    maxLength: 4096,
  },
];

/** Carries the messages of the cell from one client to the other, and their stream to its end. */
export async function carry(
  cell: UdpCell,
  publisher: InteropClient,
  subscriber: InteropClient,
  streamId: number,
): Promise<void> {
  const port = await freePort();
  const { count, minLength, maxLength } = cell;
  const run: MessageRun = { first: 0, count, minLength, maxLength, seed: streamId };
  await subscriber.addSubscription('s', cell.subscription(port), streamId);
  await publisher.addExclusivePublication('p', cell.publication(port), streamId);
  if (cell.destination !== undefined) {
    await publisher.addDestination('p', cell.destination(port));
  }
  await publisher.awaitConnected('p');
  await subscriber.awaitImages('s', 1);
  await Promise.all([publisher.publish('p', run), subscriber.consume('s', run)]);
  await publisher.closePublication('p');
  await subscriber.awaitImages('s', 0);
  await subscriber.closeSubscription('s');
}
