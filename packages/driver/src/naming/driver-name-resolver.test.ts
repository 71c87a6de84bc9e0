// SPDX-License-Identifier: Apache-2.0
import { formatIpAddress } from '@aeron/codecs/internal';
import { AgentTerminationError, AtomicBuffer } from '@aeron/core/internal';
import { SimulatedWorld } from '@aeron/core/testing';
import fc from 'fast-check';
import { GOSSIP_PORT, GossipWorld } from '../testing/gossip-harness.ts';
import { MAX_NEIGHBORS } from './neighbor-table.ts';
import { readResolutionFrame, writeResolutionFrames } from './resolution-frames.ts';
import { MAX_CACHE_ENTRIES } from './resolver-cache.ts';

const S = 1e9;
const INVALID_PACKETS = 14;

const newGossip = (seed = 7): GossipWorld => new GossipWorld(new SimulatedWorld(seed));

describe('drivers that tell each other their names', () => {
  it('all come to know all, although each was told of one only', () => {
    const gossip = newGossip();
    gossip.start('ann');
    gossip.start('bob', ['ann']);
    gossip.start('cy', ['bob']);
    expect(gossip.runUntil(() => gossip.isConverged(['ann', 'bob', 'cy']), 5 * S)).toBe(true);
    gossip.run(3 * S);
    for (const node of gossip.nodes.values()) {
      expect([node.neighborCount, node.cacheEntryCount, node.value(INVALID_PACKETS)]).toEqual([2, 2, 0]);
      expect(node.errors).toEqual([]);
    }
  });

  it('do so over a network that loses, repeats and reorders', () => {
    const gossip = newGossip(23);
    gossip.world.network.setDefaultLink({ lossRate: 0.3, duplicateRate: 0.1, reorderRate: 0.3, reorderNs: 20e6 });
    const names = ['ann', 'bob', 'cy', 'dee', 'eve'];
    for (const [index, name] of names.entries()) {
      gossip.start(name, names.slice(0, index).slice(-1));
    }
    expect(gossip.runUntil(() => gossip.isConverged(names), 30 * S)).toBe(true);
  });

  it('say when they are not heard of any more, although others go on talking about them', () => {
    const gossip = newGossip();
    for (const name of ['ann', 'bob', 'cy', 'dee']) {
      gossip.start(name, name === 'ann' ? [] : ['ann']);
    }
    expect(gossip.runUntil(() => gossip.isConverged(['ann', 'bob', 'cy', 'dee']), 5 * S)).toBe(true);
    gossip.stop('dee');
    gossip.world.names.remove('dee');
    gossip.run(9 * S);
    expect(gossip.nodes.get('bob')?.known('dee')).toBe(gossip.addressOf('dee'));
    // News of it may be two rounds of gossip old, but carries its age: no one keeps it longer than the time-out.
    gossip.run(2.5 * S);
    for (const node of gossip.nodes.values()) {
      expect([node.known('dee'), node.neighborCount, node.cacheEntryCount]).toEqual(['pending', 2, 2]);
    }
    gossip.run(20 * S);
    expect(gossip.isConverged(['ann', 'bob', 'cy'])).toBe(true);
  });

  it('still know each other through a third one when they can not talk', () => {
    const gossip = newGossip();
    gossip.start('ann');
    gossip.start('bob', ['ann']);
    gossip.start('cy', ['ann']);
    gossip.run(5 * S);
    gossip.world.network.partition(gossip.addressOf('bob'), gossip.addressOf('cy'));
    gossip.run(60 * S);
    expect(gossip.isConverged(['ann', 'bob', 'cy'])).toBe(true);
    gossip.world.network.partition(gossip.addressOf('ann'), gossip.addressOf('cy'));
    gossip.run(12.5 * S);
    expect(gossip.nodes.get('bob')?.known('cy')).toBe('pending');
    expect(gossip.nodes.get('cy')?.cacheEntryCount).toBe(0);
    gossip.world.network.heal();
    expect(gossip.runUntil(() => gossip.isConverged(['ann', 'bob', 'cy']), 15 * S)).toBe(true);
  });

  it('believe the newest word about where someone is', () => {
    const gossip = newGossip();
    for (const name of ['ann', 'bob', 'cy']) {
      gossip.start(name, name === 'ann' ? [] : ['ann']);
    }
    gossip.run(5 * S);
    gossip.stop('cy');
    gossip.world.host('elsewhere');
    gossip.nodes.set('cy', gossip.start('elsewhere', ['ann'], { resolverName: 'cy' }));
    gossip.nodes.delete('elsewhere');
    gossip.run(4 * S);
    const seen = new Set<string | undefined>();
    for (let i = 0; i < 400; i++) {
      gossip.run(0.05 * S);
      seen.add(gossip.nodes.get('bob')?.known('cy'));
    }
    expect([...seen]).toEqual([gossip.addressOf('elsewhere')]);
  });

  it('give their own address for their own name, and ask hosts for all others', () => {
    const gossip = newGossip();
    const ann = gossip.start('ann', [], { resolverInterface: `${gossip.addressOf('ann')}:${GOSSIP_PORT}` });
    expect(ann.known('ann')).toBe('pending');
    gossip.run(S);
    expect(ann.known('ann')).toBe(gossip.addressOf('ann'));
    const other = ann.resolver.resolve('localhost', 'endpoint', false);
    gossip.run(S);
    expect(other.poll()).toEqual({ family: 'IPv4', address: '127.0.0.1' });
    expect(ann.resolver.lookup('x:5', 'endpoint', false)).toBe('x:5');
  });

  it('tell namesakes on other ports from themselves', () => {
    const gossip = newGossip();
    const ann = gossip.start('ann');
    gossip.start('bob', ['ann'], { resolverName: 'ann', resolverInterface: '0.0.0.0:9000' });
    gossip.run(3 * S);
    expect([ann.cacheEntryCount, ann.known('ann')]).toEqual([1, gossip.addressOf('bob')]);
  });

  it('talk over IPv6 where their interface is IPv6', () => {
    const gossip = newGossip();
    const v6 = (host: string) => gossip.world.host(host).addresses.find((address) => address.startsWith('fd')) ?? '';
    const changes = { resolverInterface: `[::]:${GOSSIP_PORT}` };
    const ann = gossip.start('ann', [], changes);
    const bob = gossip.start('bob', [], {
      ...changes,
      resolverBootstrapNeighbor: [`[${v6('ann')}]:${GOSSIP_PORT}`],
    });
    gossip.run(4 * S);
    expect([ann.known('bob'), bob.known('ann')]).toEqual([v6('bob'), v6('ann')]);
  });
});

describe('the pace of gossip', () => {
  it('is one own name a second, and all names every two seconds', () => {
    const gossip = newGossip();
    gossip.start('ann');
    gossip.start('bob', ['ann']);
    gossip.run(3 * S);
    const sentBefore = gossip.world.network.counts.sent;
    gossip.run(20 * S);
    // Each of the two: 20 times its own name, and 10 times the other's.
    expect(Math.abs(gossip.world.network.counts.sent - sentBefore - 60)).toBeLessThanOrEqual(2);
  });

  it('is silence while there is no one to talk to', () => {
    const gossip = newGossip();
    gossip.start('ann', ['nowhere']);
    gossip.run(30 * S);
    expect(gossip.world.network.counts.sent).toBe(0);
  });

  it('takes in names every 10 ms, 16 datagrams at a time', () => {
    const gossip = newGossip();
    const ann = gossip.start('ann');
    gossip.run(0.1 * S);
    const { datagrams } = gossip.world.platform('stranger', {});
    const socket = datagrams.open({ bind: { family: 'IPv4', address: '0.0.0.0', port: 0 } });
    gossip.world.step(10e6);
    const buffer = AtomicBuffer.allocate(1024);
    for (let n = 0; n < 20; n++) {
      const entry = { isSelf: false, udpPort: 5, ageInMs: 0, address: Uint8Array.of(10, 9, 9, n), hostName: `n${n}` };
      writeResolutionFrames([entry], 1408, buffer, (length) => {
        socket.send(buffer.bytes, 0, length, { family: 'IPv4', address: gossip.addressOf('ann'), port: GOSSIP_PORT });
      });
    }
    gossip.world.step(10e6);
    expect(ann.resolver.doWork()).toBeGreaterThan(0);
    expect(ann.cacheEntryCount).toBe(16);
    gossip.world.step(9e6);
    expect([ann.resolver.doWork(), ann.cacheEntryCount]).toEqual([0, 16]);
    gossip.world.step(1e6);
    ann.resolver.doWork();
    expect(ann.cacheEntryCount).toBe(20);
  });
});

describe('bootstrap neighbours', () => {
  const label = (gossip: GossipWorld, name: string, id: number | undefined) =>
    gossip.nodes.get(name)?.counters.getCounterLabel(id ?? -1);

  it('show in counters whether they answer', () => {
    const gossip = newGossip();
    const bob = gossip.start('bob', ['ann']);
    const { neighborsId, cacheEntriesId, bootstrapIds } = bob.gossipIds;
    gossip.run(2 * S);
    expect(label(gossip, 'bob', neighborsId)).toBe(`Resolver neighbors: bound 0.0.0.0:${GOSSIP_PORT}`);
    expect(label(gossip, 'bob', cacheEntriesId)).toBe('Resolver cache entries: name=bob');
    expect(label(gossip, 'bob', bootstrapIds[0])).toBe(`Bootstrap neighbor: name=ann:${GOSSIP_PORT} resolved=`);
    gossip.start('ann');
    expect(gossip.runUntil(() => bob.value(bootstrapIds[0] ?? -1) === 1, 15 * S)).toBe(true);
    expect(label(gossip, 'bob', bootstrapIds[0])).toBe(
      `Bootstrap neighbor: name=ann:${GOSSIP_PORT} resolved=${gossip.addressOf('ann')}:${GOSSIP_PORT}`,
    );
    gossip.stop('ann');
    expect(gossip.runUntil(() => bob.value(bootstrapIds[0] ?? -1) === 0, 15 * S)).toBe(true);
    expect(bob.counters.getCounterTypeId(bootstrapIds[0] ?? -1)).toBe(21);
    expect([neighborsId, cacheEntriesId].map((id) => bob.counters.getCounterTypeId(id))).toEqual([15, 16]);
  });

  it('without an address are an error, once per try, and are looked up again', () => {
    const gossip = newGossip();
    const bob = gossip.start('bob', ['nowhere', 'ann']);
    gossip.start('ann');
    gossip.run(9 * S);
    expect(bob.errors.map(({ message }) => message)).toEqual([
      `unresolved - endpoint=nowhere:${GOSSIP_PORT}, name-resolver=default`,
    ]);
    gossip.run(5 * S);
    expect(bob.errors).toHaveLength(2);
    gossip.world.names.set('nowhere', [gossip.addressOf('ann')]);
    gossip.run(10 * S);
    expect(bob.errors).toHaveLength(2);
    expect(bob.gossipIds.bootstrapIds.map((id) => bob.value(id))).toEqual([1, 1]);
  });

  it('are found again where they have moved to', () => {
    const gossip = newGossip();
    gossip.start('ann');
    const bob = gossip.start('bob', ['ann']);
    gossip.run(3 * S);
    gossip.stop('ann');
    gossip.start('new-home', [], { resolverName: 'ann' });
    gossip.world.names.set('ann', [gossip.addressOf('new-home')]);
    expect(gossip.runUntil(() => bob.known('ann') === gossip.addressOf('new-home'), 25 * S)).toBe(true);
  });

  it('get the first word as soon as their name is resolved', () => {
    const gossip = newGossip();
    gossip.world.names.latencyNs = 3 * S;
    const ann = gossip.start('ann');
    gossip.start('bob', ['ann']);
    gossip.run(3.1 * S);
    expect(ann.known('bob')).toBe(gossip.addressOf('bob'));
  });
});

describe('the socket of a name resolver', () => {
  it('that can not be opened ends the driver, with the setting in the message', () => {
    const gossip = newGossip();
    gossip.start('ann');
    gossip.run(S);
    const second = gossip.start('ann', [], {});
    const failing = () => gossip.run(S);
    expect(failing).toThrow(AgentTerminationError);
    expect(failing).toThrow('aeron.driver.resolver.interface=0.0.0.0:8050');
    second.resolver.close();
  });

  it.each(['nobody-knows:8050', '10.99.99.99:8050', '{eth0}:8050'])('can not be opened at %s', (resolverInterface) => {
    const gossip = newGossip();
    gossip.start('ann', [], { resolverInterface });
    expect(() => gossip.run(S)).toThrow(
      `name resolver can't listen: aeron.driver.resolver.interface=${resolverInterface}`,
    );
  });
});

describe('names from strangers', () => {
  const frame = AtomicBuffer.allocate(65_536);

  /** A node that nobody introduced anyone to, and a way to send it anything. */
  function listener() {
    const gossip = newGossip();
    const ann = gossip.start('ann');
    const { datagrams } = gossip.world.platform('stranger', {});
    const socket = datagrams.open({ bind: { family: 'IPv4', address: '0.0.0.0', port: 0 } });
    gossip.run(0.1 * S);
    const target = { family: 'IPv4', address: gossip.addressOf('ann'), port: GOSSIP_PORT } as const;
    const send = (bytes: Uint8Array): void => {
      socket.send(bytes, 0, bytes.length, target);
    };
    return { gossip, ann, send };
  }

  const entryOf = (n: number) => ({
    isSelf: n % 2 === 0,
    udpPort: 1 + (n % 65_535),
    ageInMs: 0,
    address: Uint8Array.of(10, 9, n >> 8, n & 0xff),
    hostName: `name-${n}`,
  });

  it('fill neither cache nor neighbours without bound, and push no one out', () => {
    const { gossip, ann, send } = listener();
    gossip.start('bob', ['ann']);
    gossip.run(2 * S);
    const entries = Array.from({ length: 5000 }, (_, n) => entryOf(n));
    const frames: Uint8Array[] = [];
    writeResolutionFrames(entries, 1408, frame, (length) => frames.push(frame.bytes.slice(0, length)));
    for (const bytes of frames) {
      send(bytes);
      gossip.run(0.01 * S);
    }
    gossip.run(0.05 * S);
    expect([ann.cacheEntryCount, ann.neighborCount]).toEqual([MAX_CACHE_ENTRIES, MAX_NEIGHBORS]);
    // All but those that found room as neighbours; most of these found none in the cache either.
    expect(ann.value(INVALID_PACKETS)).toBe(5000 - (MAX_NEIGHBORS - 1));
    expect(ann.known('bob')).toBe(gossip.addressOf('bob'));
    gossip.run(12 * S);
    expect([ann.cacheEntryCount, ann.neighborCount]).toEqual([1, 1]);
  });

  it.each([
    ['nowhere', { address: Uint8Array.of(0, 0, 0, 0), isSelf: false }],
    ['everywhere', { address: Uint8Array.of(224, 0, 0, 1) }],
    ['port 0', { udpPort: 0 }],
    ['the future', { ageInMs: -1 }],
  ])('who are at %s are not believed', (_where, changes) => {
    const { gossip, ann, send } = listener();
    writeResolutionFrames([{ ...entryOf(4), ...changes }], 1408, frame, (length) => send(frame.bytes.slice(0, length)));
    gossip.run(0.1 * S);
    expect([ann.cacheEntryCount, ann.neighborCount, ann.value(INVALID_PACKETS)]).toEqual([0, 0, 1]);
  });

  it('that are old news already are not kept', () => {
    const { gossip, ann, send } = listener();
    for (const ageInMs of [9_000, 10_000, 2 ** 31 - 1]) {
      const entry = { ...entryOf(ageInMs), ageInMs };
      writeResolutionFrames([entry], 1408, frame, (length) => send(frame.bytes.slice(0, length)));
    }
    gossip.run(0.1 * S);
    expect([ann.cacheEntryCount, ann.neighborCount, ann.value(INVALID_PACKETS)]).toEqual([1, 1, 0]);
    gossip.run(1.1 * S);
    expect([ann.cacheEntryCount, ann.neighborCount]).toEqual([0, 0]);
  });

  it('do no harm, whatever the bytes', () => {
    const { gossip, ann, send } = listener();
    const entry = fc.record({
      isSelf: fc.boolean(),
      udpPort: fc.nat({ max: 65_535 }),
      ageInMs: fc.integer({ min: -5, max: 20_000 }),
      address: fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 })),
      hostName: fc.stringMatching(/^[ -~]{1,64}$/),
    });
    const mutations = fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 255 })), { maxLength: 4 });
    const valid = fc
      .tuple(fc.array(entry, { maxLength: 6 }), mutations, fc.nat({ max: 40 }))
      .map(([entries, changes, cut]) => {
        let bytes = new Uint8Array(8);
        writeResolutionFrames(entries, 65_000, frame, (length) => {
          bytes = frame.bytes.slice(0, length);
        });
        for (const [offset, value] of changes) {
          bytes[offset % bytes.length] = value;
        }
        return bytes.slice(0, Math.max(1, bytes.length - (cut > 20 ? cut - 20 : 0)));
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 200 }), valid), (bytes) => {
        send(bytes);
        gossip.run(0.01 * S);
        expect(ann.cacheEntryCount).toBeLessThanOrEqual(MAX_CACHE_ENTRIES);
        expect(ann.neighborCount).toBeLessThanOrEqual(MAX_NEIGHBORS);
      }),
      { numRuns: 1000 },
    );
    gossip.run(25 * S);
    expect([ann.cacheEntryCount, ann.neighborCount]).toEqual([0, 0]);
  });
});

describe('frames of names', () => {
  const entry = fc.record({
    isSelf: fc.boolean(),
    udpPort: fc.integer({ min: 1, max: 65_535 }),
    ageInMs: fc.nat({ max: 2 ** 31 - 1 }),
    address: fc.oneof(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ minLength: 16, maxLength: 16 })),
    hostName: fc.stringMatching(/^[ -~]{1,512}$/),
  });

  it('carry every name, in order, in datagrams no longer than an MTU allows', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), fc.integer({ min: 64, max: 9000 }), (entries, mtuLength) => {
        const buffer = AtomicBuffer.allocate(65_536);
        const read: unknown[] = [];
        writeResolutionFrames(entries, mtuLength, buffer, (length) => {
          const copy = AtomicBuffer.allocate(length);
          copy.putBytes(0, buffer, 0, length);
          const count = readResolutionFrame(copy, length, ({ isSelf, udpPort, ageInMs, address, hostName }) =>
            read.push({ isSelf, udpPort, ageInMs, address: formatIpAddress(address), hostName }),
          );
          expect(count).toBeGreaterThan(0);
          expect(length <= mtuLength || count === 1).toBe(true);
        });
        expect(read).toEqual(entries.map((e) => ({ ...e, address: formatIpAddress(e.address) })));
      }),
      { numRuns: 200 },
    );
  });
});
