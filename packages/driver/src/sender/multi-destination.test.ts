// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer, type Clock } from '@aeron/core/internal';
import { ipv4 } from '../testing/receiver-peer.ts';
import { type DestinationSocket, MultiDestination } from './multi-destination.ts';
import { TermRun } from './term-run.ts';

const COUNT = 3;
const buffer = AtomicBuffer.allocate(64);
const clock: Clock = { nanoTime: () => 0, epochMs: () => 0 };

/** Destinations a, b, c and one without address, and how many each accepts. */
function fixture(accepted: Readonly<Record<string, number>> = {}) {
  const destinations = new MultiDestination('manual', clock, undefined);
  const order: string[] = [];
  const take = (address: string): number => {
    order.push(address);
    return accepted[address] ?? COUNT;
  };
  const socket: DestinationSocket = {
    sendDatagram: (_buffer, _offset, _length, { address }) => take(address),
    sendDatagrams: (_buffer, _offset, _run, { address }) => take(address),
  };
  for (const [id, address] of ['a', 'b', 'c'].entries()) {
    destinations.add(id, `${address}:1`, ipv4(address, 1));
  }
  destinations.add(9, 'nowhere:1', undefined);
  const run = new TermRun(COUNT);
  run.count = COUNT;
  const ways = {
    'one by one': () => destinations.send(socket, buffer, 0, COUNT),
    'in runs': () => destinations.sendRun(socket, buffer, 0, run),
  };
  return { ways, order };
}

describe.each(['one by one', 'in runs'] as const)('datagrams to several destinations, %s', (way) => {
  it('go to all that have an address, to another one first each time', () => {
    const { ways, order } = fixture();
    for (let i = 0; i < 4; i++) {
      expect(ways[way]()).toBe(COUNT);
    }
    expect(order.join('')).toBe('abcbcacababc');
  });

  it('count as sent as far as all of them took them', () => {
    const { ways, order } = fixture({ b: 1, c: 2 });
    expect(ways[way]()).toBe(1);
    expect(order).toEqual(['a', 'b', 'c']);
  });
});
