// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer, CountersManager, type DatagramSocket } from '@aeron/core/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import { GOSSIP_DEFAULTS, GossipNode } from '../testing/gossip-harness.ts';
import { createNameResolver } from './create-name-resolver.ts';
import { CsvNameResolver, CsvToggle, MAX_CSV_ROWS, parseCsvTable } from './csv-name-resolver.ts';
import { DefaultNameResolver, NAME_LOOKUP_TIMEOUT_NS, preferredAddress } from './default-name-resolver.ts';
import { GossipSocket } from './gossip-socket.ts';
import type { NameResolution } from './name-resolver.ts';
import { MAX_NEIGHBORS, NeighborTable } from './neighbor-table.ts';
import { ResolverCache } from './resolver-cache.ts';
import { TimeTrackingNameResolver } from './time-tracking-name-resolver.ts';

const S = 1e9;
const NAME_RESOLVER_MAX_TIME = 32;
const NAME_RESOLVER_TIME_THRESHOLD_EXCEEDED = 33;
const V4 = { family: 'IPv4', address: '10.1.1.1' } as const;
const V6 = { family: 'IPv6', address: 'fd00::9' } as const;

function newHosts(seed = 3) {
  const world = new SimulatedWorld(seed);
  const platform = world.platform('host', {});
  const hosts = new DefaultNameResolver(platform);
  const settled = (resolution: NameResolution) => {
    world.runUntil(() => resolution.poll() !== 'pending', 100 * S, 1e7);
    return resolution.poll();
  };
  return { world, platform, hosts, settled };
}

describe('the default name resolver', () => {
  it('prefers IPv4 addresses, and keeps to what it found', () => {
    const { world, hosts, settled } = newHosts();
    world.names.set('both', [V6.address, V4.address]);
    world.names.set('six', [V6.address]);
    expect(settled(hosts.resolve('both'))).toEqual(V4);
    expect(settled(hosts.resolve('six'))).toEqual(V6);
    const found = hosts.resolve('six');
    settled(found);
    world.names.set('six', [V4.address]);
    expect(settled(found)).toEqual(V6);
    expect(preferredAddress([])).toBeUndefined();
  });

  it('knows numeric addresses and this machine at once', () => {
    const { hosts } = newHosts();
    expect(hosts.resolve('10.1.1.1').poll()).toEqual(V4);
    expect(hosts.resolve('fd00::9').poll()).toEqual(V6);
    expect(hosts.resolve('').poll()).toEqual({ family: 'IPv4', address: '127.0.0.1' });
  });

  it('finds no address for a name that is unknown, or whose answer is late, even if it comes', () => {
    const { world, hosts, settled } = newHosts();
    expect(settled(hosts.resolve('nobody'))).toBeUndefined();
    world.names.set('slow', [V4.address]);
    world.names.latencyNs = NAME_LOOKUP_TIMEOUT_NS + 1;
    const slow = hosts.resolve('slow');
    world.step(NAME_LOOKUP_TIMEOUT_NS);
    expect(slow.poll()).toBeUndefined();
    world.step(S);
    expect(slow.poll()).toBeUndefined();
  });
});

describe('a table of names', () => {
  it('is read row by row', () => {
    expect(parseCsvTable('')).toEqual([]);
    expect(parseCsvTable('a,b,c|server0, 10.0.0.1 ,10.0.0.2|')).toEqual([
      { name: 'a', initialHost: 'b', reResolutionHost: 'c' },
      { name: 'server0', initialHost: '10.0.0.1', reResolutionHost: '10.0.0.2' },
    ]);
  });

  it.each(['a', 'a,b', 'a,b,c,d', 'a,,c', 'ok,b,c|,b,c'])('is refused when a row is %j', (text) => {
    expect(() => parseCsvTable(text)).toThrow('expected name,host,hostOnReResolution in the name table: row=');
  });

  it('has a bounded number of rows', () => {
    const table = (count: number) => Array.from({ length: count }, (_, n) => `n${n},a,b`).join('|');
    expect(parseCsvTable(table(MAX_CSV_ROWS))).toHaveLength(MAX_CSV_ROWS);
    expect(() => parseCsvTable(table(MAX_CSV_ROWS + 1))).toThrow('at most 1024');
  });

  it('gives the host that the toggle of the row says, and leaves other names alone', () => {
    const { hosts, settled } = newHosts();
    let toggle: number = CsvToggle.INITIAL_HOST;
    const row = {
      name: 'server',
      initialHost: '10.0.0.1',
      reResolutionHost: '10.0.0.2',
      toggle: { get: () => toggle },
    };
    const resolver = new CsvNameResolver([row], hosts);
    const resolve = (name: string) => {
      const found = settled(resolver.resolve(name, 'endpoint', false));
      return found === 'pending' ? found : found?.address;
    };
    expect(resolve('server')).toBe('10.0.0.1');
    toggle = CsvToggle.RE_RESOLUTION_HOST;
    expect(resolve('server')).toBe('10.0.0.2');
    toggle = CsvToggle.DISABLED;
    expect(resolve('server')).toBeUndefined();
    expect(resolve('server2')).toBeUndefined();
    expect(resolve('localhost')).toBe('127.0.0.1');
    expect(resolver.lookup('server:5', 'control', true)).toBe('server:5');
  });

  it('is switched by counters that describe themselves', () => {
    const world = new SimulatedWorld(5);
    const node = new GossipNode(world, 'host', {
      nameResolverSupplier: 'csv_table',
      nameResolverInitArgs: 'server,10.0.0.1,10.0.0.2|other,10.0.0.3,10.0.0.4',
    });
    const ids = node.counterIds.kind === 'csv_table' ? node.counterIds.toggleIds : [];
    expect(ids).toHaveLength(2);
    const [first = -1, second = -1] = ids;
    expect(node.counters.getCounterLabel(first)).toBe(
      "NameEntry{name='server', initialResolutionHost='10.0.0.1', reResolutionHost='10.0.0.2'}",
    );
    expect(node.counters.getCounterTypeId(first)).toBe(2001);
    const key = node.counters.getCounterKey(second);
    expect(key.getAscii(4, key.getInt32(0))).toBe('other');
    expect([node.known('server'), node.known('other')]).toEqual(['10.0.0.1', '10.0.0.3']);
    node.counters.setCounterValue(second, CsvToggle.RE_RESOLUTION_HOST);
    expect([node.known('server'), node.known('other')]).toEqual(['10.0.0.1', '10.0.0.4']);
    node.counters.setCounterValue(second, CsvToggle.DISABLED);
    expect(node.known('other')).toBeUndefined();
    expect(node.resolver.doWork()).toBe(0);
    node.resolver.close();
  });
});

describe('the time that look-ups take', () => {
  it('is shown in the counters of the resolver', () => {
    const world = new SimulatedWorld(5);
    const node = new GossipNode(world, 'host', { nameResolverThresholdNs: 2 * S });
    const resolveIn = (latencyNs: number): void => {
      world.names.latencyNs = latencyNs;
      const resolution = node.resolver.resolve('localhost', 'endpoint', false);
      world.runUntil(() => resolution.poll() !== 'pending', 100 * S);
      resolution.poll();
    };
    resolveIn(S);
    const maxTimeNs = node.value(NAME_RESOLVER_MAX_TIME);
    expect(maxTimeNs).toBeGreaterThanOrEqual(S);
    expect(node.value(NAME_RESOLVER_TIME_THRESHOLD_EXCEEDED)).toBe(0);
    resolveIn(3 * S);
    resolveIn(S / 2);
    expect(node.value(NAME_RESOLVER_MAX_TIME)).toBeGreaterThanOrEqual(3 * S);
    expect(node.value(NAME_RESOLVER_TIME_THRESHOLD_EXCEEDED)).toBe(1);
  });

  it('counts each look-up once, also one that fails', () => {
    const { platform, hosts } = newHosts();
    const times: number[] = [];
    const resolver = new TimeTrackingNameResolver(hosts, platform.clock, { reportMeasurement: (ns) => times.push(ns) });
    const resolution = resolver.resolve('10.1.1.1', 'endpoint', false);
    expect([resolution.poll(), resolution.poll(), resolver.name]).toEqual([V4, V4, 'default']);
    expect(times).toEqual([0]);
    const failing = {
      ...resolver,
      lookup: () => {
        throw new Error('broken table');
      },
      resolve: hosts.resolve,
    };
    const tracked = new TimeTrackingNameResolver(failing, platform.clock, {
      reportMeasurement: (ns) => times.push(ns),
    });
    expect(() => tracked.lookup('x', 'endpoint', false)).toThrow('broken table');
    expect(times).toEqual([0, 0]);
    let nowNs = 100;
    const slow = new TimeTrackingNameResolver(
      {
        ...failing,
        lookup: (name) => {
          nowNs += 30;
          return name;
        },
      },
      { nanoTime: () => nowNs, epochMs: () => 0 },
      { reportMeasurement: (ns) => times.push(ns) },
    );
    slow.lookup('x', 'endpoint', false);
    expect(times).toEqual([0, 0, 30]);
    expect(slow.doWork()).toBe(0);
  });
});

describe('a name resolver by settings', () => {
  it('may be one that the embedder supplies, over that of hosts', () => {
    const { platform, settled } = newHosts();
    const counters = new CountersManager(AtomicBuffer.allocate(4 * 65_536), AtomicBuffer.allocate(65_536), {
      epochClock: platform.clock,
    });
    const ports = {
      ...platform,
      clock: platform.clock,
      names: platform.names,
      datagrams: platform.datagrams,
      counters,
    };
    let workCount = 0;
    const resolver = createNameResolver(
      GOSSIP_DEFAULTS,
      { kind: 'default' },
      { ...ports, onError: () => {} },
      (hosts) => ({
        name: 'own',
        lookup: (name) => name.toLowerCase(),
        resolve: (host, parameter, isReResolution) => hosts.resolve(`${host}.1.1`, parameter, isReResolution),
        doWork: () => ++workCount,
      }),
    );
    expect(resolver.name).toBe('own');
    expect(resolver.lookup('ABC:5', 'endpoint', false)).toBe('abc:5');
    expect(settled(resolver.resolve('10.1', 'endpoint', false))).toEqual(V4);
    expect([resolver.doWork(), resolver.doWork()]).toEqual([1, 2]);
    resolver.close();
  });
});

describe('the cache of names', () => {
  const entry = (name: string, last: number, timeOfLastActivityNs: number) => ({
    name,
    address: Uint8Array.of(10, 0, 0, last),
    port: 5,
    timeOfLastActivityNs,
  });

  it('keeps IPv4 and IPv6 apart, and compares names letter by letter', () => {
    const cache = new ResolverCache(10 * S);
    cache.update(entry('A', 1, 0));
    cache.update({ ...entry('A', 2, 0), address: new Uint8Array(16).fill(1) });
    expect(cache.size).toBe(2);
    expect(cache.lookup('A', 4)?.address).toEqual(Uint8Array.of(10, 0, 0, 1));
    expect(cache.lookup('A', 16)?.address.length).toBe(16);
    expect([cache.lookup('a', 4), cache.lookup('AA', 4), cache.lookup('', 4)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('takes newer word only', () => {
    const cache = new ResolverCache(10 * S);
    cache.update(entry('A', 1, 5));
    cache.update(entry('A', 2, 4));
    expect(cache.lookup('A', 4)?.address[3]).toBe(1);
    cache.update(entry('A', 3, 5));
    expect(cache.lookup('A', 4)?.address[3]).toBe(3);
  });

  it('forgets a name after the time-out, counted from the last word of its driver', () => {
    const cache = new ResolverCache(10);
    cache.update(entry('A', 1, 0));
    cache.update(entry('B', 2, 5));
    expect([cache.expire(10), cache.expire(11), cache.size]).toEqual([0, 1, 1]);
    cache.update(entry('B', 2, 9));
    expect([cache.expire(19), cache.expire(20), cache.size]).toEqual([0, 1, 0]);
  });
});

describe('the table of neighbours', () => {
  const at = (last: number) => ({ family: 'IPv4', address: `10.0.0.${last}`, port: 5 }) as const;

  it('keeps a neighbour alive by its own word only', () => {
    const table = new NeighborTable(10);
    expect(table.onActivity(at(1), false, 0)).toBe(true);
    expect(table.onActivity(at(1), false, 5)).toBe(true);
    expect([table.expire(9), table.size, table.has(at(1))]).toEqual([0, 1, true]);
    table.onActivity(at(1), true, 4);
    expect([table.expire(10), table.expire(13), table.expire(14)]).toEqual([0, 0, 1]);
    expect([table.size, table.has(at(1)), table.addresses]).toEqual([0, false, []]);
  });

  it('takes no more than it can talk to', () => {
    const table = new NeighborTable(10);
    const of = (n: number) => ({ ...at(1), port: n + 1 });
    for (let n = 0; n < MAX_NEIGHBORS; n++) {
      expect(table.onActivity(of(n), true, n)).toBe(true);
    }
    expect(table.onActivity(of(MAX_NEIGHBORS), true, 0)).toBe(false);
    expect(table.onActivity(of(0), true, 500)).toBe(true);
    expect(table.expire(300)).toBe(MAX_NEIGHBORS - 1);
    expect(table.addresses).toEqual([of(0)]);
  });
});

describe('the socket for names', () => {
  const target = { family: 'IPv4', address: '10.0.0.9', port: 7 } as const;

  /** A socket that takes what `send` says. */
  function socketThat(send: DatagramSocket['send']) {
    const { platform, hosts } = newHosts();
    const seen = { shortSends: 0, errors: [] as string[] };
    const open = { state: 'open', send, close() {} } as Partial<DatagramSocket> as DatagramSocket;
    const socket = new GossipSocket('127.0.0.1:8050', {
      datagrams: { ...platform.datagrams, open: () => open } as typeof platform.datagrams,
      hostResolver: hosts,
      onError: (error) => seen.errors.push(error.message),
      onShortSend: () => seen.shortSends++,
      onDatagram: () => {},
      socketSendBufferLength: 0,
      socketReceiveBufferLength: 0,
    });
    expect(socket.open()).toBe(true);
    return { socket, seen };
  }

  it('counts a datagram that the socket did not take', () => {
    const { socket, seen } = socketThat(() => 0);
    socket.send(40, target);
    expect(seen).toEqual({ shortSends: 1, errors: [] });
    const full = socketThat((_source, _offset, length) => length);
    full.socket.send(40, target);
    expect(full.seen).toEqual({ shortSends: 0, errors: [] });
  });

  it('tells of a datagram that can not be sent, and goes on', () => {
    const { socket, seen } = socketThat(() => {
      throw new Error('ENETUNREACH');
    });
    socket.send(40, target);
    expect(seen).toEqual({ shortSends: 0, errors: ['unable to send names: target=10.0.0.9:7 ENETUNREACH'] });
  });
});
