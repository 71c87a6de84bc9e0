// SPDX-License-Identifier: Apache-2.0
import { pattern } from '../conformance/subjects.ts';
import type { DatagramOptions, DatagramSocket } from '../ports.ts';
import { SimulatedWorld } from './simulated-world.ts';

const MS = 1_000_000;
const PORT = 40_000;
const A = '10.0.0.1';
const B = '10.0.0.2';

interface Pair {
  readonly world: SimulatedWorld;
  readonly sender: DatagramSocket;
  readonly receiver: DatagramSocket;
}

function open(world: SimulatedWorld, hostName: string, options: Partial<DatagramOptions> = {}): DatagramSocket {
  const bind = { family: 'IPv4', address: '0.0.0.0', port: 0 } as const;
  const socket = world.platform(hostName).datagrams.open({ bind, ...options });
  world.step(MS);
  return socket;
}

function pair(seed = 1): Pair {
  const world = new SimulatedWorld(seed);
  const sender = open(world, 'a', { bind: { family: 'IPv4', address: '0.0.0.0', port: PORT } });
  const receiver = open(world, 'b', { bind: { family: 'IPv4', address: '0.0.0.0', port: PORT } });
  return { world, sender, receiver };
}

/** Sends numbered datagrams, one per ms. @returns the numbers that arrived, in order of arrival. */
function exchange({ world, sender, receiver }: Pair, count: number, length = 100): number[] {
  const target = { family: 'IPv4', address: B, port: PORT } as const;
  const content = new Uint8Array(length);
  const received: number[] = [];
  const drain = (): void => {
    receiver.poll((buffer, offset) => received.push(new DataView(buffer.buffer).getInt32(offset)), 0, 1000);
  };
  for (let i = 0; i < count; i++) {
    new DataView(content.buffer).setInt32(0, i);
    sender.send(content, 0, length, target);
    world.step(MS);
    drain();
  }
  world.step(1000 * MS);
  drain();
  return received;
}

function isSorted(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0));
}

describe('a simulated network', () => {
  it('delivers everything in order when nothing is wrong', () => {
    expect(exchange(pair(), 100)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it('takes the time of the link', () => {
    const { world, sender, receiver } = pair();
    world.network.setLink(A, B, { delayNs: 5 * MS });
    let arrivedNs = 0;
    sender.send(pattern(10), 0, 10, { family: 'IPv4', address: B, port: PORT });
    const sentNs = world.nowNs;
    world.runUntil(() => receiver.poll(() => {}, 0, 1) > 0, 100 * MS, 1000);
    arrivedNs = world.nowNs - sentNs;
    expect(arrivedNs).toBeGreaterThanOrEqual(5 * MS);
    expect(arrivedNs).toBeLessThan(5 * MS + 2000);
  });

  it('loses as many as told, in one direction only', () => {
    const both = pair();
    both.world.network.setLink(A, B, { lossRate: 0.3 });
    const received = exchange(both, 1000);
    expect(received.length).toBeGreaterThan(640);
    expect(received.length).toBeLessThan(760);
    expect(isSorted(received)).toBe(true);
    expect(both.world.network.counts.lost).toBe(1000 - received.length);
    const back = both.receiver.send(pattern(4), 0, 4, { family: 'IPv4', address: A, port: PORT });
    expect(back).toBe(4);
  });

  it('duplicates, and jitter alone keeps the order', () => {
    const both = pair();
    both.world.network.setDefaultLink({ duplicateRate: 0.2, jitterNs: 10 * MS });
    const received = exchange(both, 500);
    expect(received.length).toBe(500 + both.world.network.counts.duplicated);
    expect(both.world.network.counts.duplicated).toBeGreaterThan(60);
    expect(isSorted(received)).toBe(true);
    expect(new Set(received).size).toBe(500);
  });

  it('reorders some and loses none', () => {
    const both = pair();
    both.world.network.setDefaultLink({ reorderRate: 0.2, reorderNs: 10 * MS });
    const received = exchange(both, 500);
    expect(isSorted(received)).toBe(false);
    expect([...received].sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, index) => index));
  });

  it('is cut by a partition until it is healed', () => {
    const both = pair();
    both.world.network.partition(A, B);
    expect(exchange(both, 10)).toEqual([]);
    expect(both.world.network.counts.partitioned).toBe(10);
    both.world.network.heal(B, A);
    expect(exchange(both, 10)).toHaveLength(10);
  });

  it('carries no more than its bandwidth and makes a sender wait', () => {
    const { world, sender, receiver } = pair();
    world.network.setLink(A, B, { bandwidth: 8_000_000, queueLength: 4_000_000 }); // 1 MB/s
    const target = { family: 'IPv4', address: B, port: PORT } as const;
    let taken = 0;
    while (sender.send(pattern(1000), 0, 1000, target) > 0) {
      taken++;
    }
    expect(taken * 1000).toBeGreaterThanOrEqual(sender.sendBufferLength);
    world.step(100 * MS);
    const bytes = receiver.poll(() => {}, 0, 1000);
    expect(bytes).toBeGreaterThan(98_000);
    expect(bytes).toBeLessThan(101_000);
    expect(sender.send(pattern(1000), 0, 1000, target)).toBe(1000);
  });

  it('drops at the receiver what its buffer does not hold', () => {
    const world = new SimulatedWorld(1);
    const sender = open(world, 'a');
    const bind = { family: 'IPv4', address: B, port: PORT } as const;
    const receiver = open(world, 'b', { bind, receiveBufferLength: 5000 });
    for (let i = 0; i < 10; i++) {
      sender.send(pattern(1000), 0, 1000, bind);
    }
    world.step(10 * MS);
    expect(receiver.poll(() => {}, 0, 100)).toBe(5000);
    expect(world.network.counts.overflowed).toBe(5);
  });

  it('lets a test look at each datagram and drop it', () => {
    const both = pair();
    const seen: number[] = [];
    both.world.network.intercept(({ content, targetPort, targetHost }) => {
      expect([targetPort, targetHost]).toEqual([PORT, 'b']);
      seen.push(content[3] ?? -1);
      return content[3] === 2 ? 'drop' : 'pass';
    });
    expect(exchange(both, 5)).toEqual([0, 1, 3, 4]);
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });

  it('is repeated by its seed', () => {
    const run = (seed: number): number[] => {
      const both = pair(seed);
      both.world.network.setDefaultLink({ lossRate: 0.1, duplicateRate: 0.1, reorderRate: 0.3, reorderNs: 5 * MS });
      return exchange(both, 200);
    };
    expect(run(5)).toEqual(run(5));
    expect(run(5)).not.toEqual(run(6));
  });

  it('counts what goes nowhere, and tells a connected sender once', () => {
    const world = new SimulatedWorld(1);
    world.host('b');
    const unknown = open(world, 'a');
    unknown.send(pattern(4), 0, 4, { family: 'IPv4', address: '203.0.113.1', port: 1 });
    const refused = open(world, 'a', { connect: { family: 'IPv4', address: B, port: 9 } });
    expect(refused.send(pattern(4), 0, 4)).toBe(0 + 4);
    world.step(MS);
    expect([refused.send(pattern(4), 0, 4), refused.send(pattern(4), 0, 4)]).toEqual([0, 4]);
    world.step(MS);
    expect(world.network.counts.unreachable).toBe(2 + 1);
  });
});

describe('simulated multicast', () => {
  const group = { family: 'IPv4', address: '239.1.1.1', port: PORT } as const;

  function member(world: SimulatedWorld, host: string, groupAddress: string = group.address): DatagramSocket {
    return open(world, host, {
      bind: { family: 'IPv4', address: '0.0.0.0', port: PORT },
      reuseAddress: true,
      multicast: { group: { ...group, address: groupAddress }, interfaceAddress: world.host(host).addresses[0] ?? '' },
    });
  }

  function publisher(
    world: SimulatedWorld,
    host: string,
    options: { ttl?: number; loopback?: boolean },
  ): DatagramSocket {
    return open(world, host, { multicast: { interfaceAddress: world.host(host).addresses[0] ?? '', ...options } });
  }

  function heard(world: SimulatedWorld, sockets: readonly DatagramSocket[]): boolean[] {
    world.step(MS);
    return sockets.map((socket) => socket.poll(() => {}, 0, 10) > 0);
  }

  it('reaches members on all hosts, as far as ttl and loopback let it', () => {
    const world = new SimulatedWorld(1);
    const members = ['a', 'b', 'c'].map((host) => member(world, host));
    publisher(world, 'a', {}).send(pattern(4), 0, 4, group);
    expect(heard(world, members)).toEqual([true, true, true]);
    publisher(world, 'a', { loopback: false }).send(pattern(4), 0, 4, group);
    expect(heard(world, members)).toEqual([false, true, true]);
    publisher(world, 'a', { ttl: 0 }).send(pattern(4), 0, 4, group);
    expect(heard(world, members)).toEqual([true, false, false]);
  });

  it('is cut by partitions between the hosts', () => {
    const world = new SimulatedWorld(1);
    const members = ['a', 'b', 'c'].map((host) => member(world, host));
    world.network.partition(A, [B]);
    publisher(world, 'a', {}).send(pattern(4), 0, 4, group);
    expect(heard(world, members)).toEqual([true, false, true]);
  });

  it('leaks another group of the port only where a socket of the host joined it, as on Linux', () => {
    const world = new SimulatedWorld(1);
    const other = member(world, 'a', '239.1.1.2');
    const alone = member(world, 'b', '239.1.1.2');
    const joined = member(world, 'a');
    publisher(world, 'b', {}).send(pattern(4), 0, 4, group);
    expect(heard(world, [other, alone, joined])).toEqual([true, false, true]);
    world.network.multicastAll = false;
    publisher(world, 'b', {}).send(pattern(4), 0, 4, group);
    expect(heard(world, [other, alone, joined])).toEqual([false, false, true]);
  });
});
