// SPDX-License-Identifier: Apache-2.0
/** UDP streams over networks that lose, repeat, reorder and part, and among receivers that are slow, refuse, or go away. */
import { SystemCounterId } from '@aeron/codecs/internal';
import type { LinkModel } from '@aeron/core/testing';
import { Consumer, Producer } from './traffic.ts';
import { type UdpNode, UdpWorld } from './udp-world.ts';

const A = '10.0.0.1';
const B = '10.0.0.2';
const C = '10.0.0.3';
const CHANNEL = `aeron:udp?endpoint=${B}:40123`;
const GROUP = 'aeron:udp?endpoint=224.20.30.39:40456|interface=10.0.0.0/16';
const HOSTILE: Partial<LinkModel> = {
  ...{ lossRate: 0.1, duplicateRate: 0.05, reorderRate: 0.1, reorderNs: 2_000_000 },
  ...{ delayNs: 300_000, jitterNs: 200_000 },
};

async function start(seed: number, ...hosts: string[]): Promise<[UdpWorld, UdpNode, UdpNode, UdpNode]> {
  const world = new UdpWorld(seed);
  for (const host of hosts) {
    await world.node(host);
  }
  return [world, ...world.nodes] as unknown as [UdpWorld, UdpNode, UdpNode, UdpNode];
}

function pump(world: UdpWorld, producer: Producer, consumers: readonly Consumer[], messages: number): void {
  const goal = producer.count + messages;
  world.until(
    'all messages',
    () => {
      producer.offer(Math.min(3, goal - producer.count));
      for (const consumer of consumers) {
        consumer.poll();
      }
      return producer.count === goal && consumers.every(({ next }) => next === goal);
    },
    120_000,
  );
}

describe('a hostile network', () => {
  it.each([
    ['unicast', 1, CHANNEL, CHANNEL, {}],
    ['unicast with heavy loss', 2, CHANNEL, CHANNEL, { lossRate: 0.3 }],
    ['cubic congestion control', 3, CHANNEL, `${CHANNEL}|cc=cubic`, {}],
    ['multicast', 4, GROUP, GROUP, {}],
    ['multicast with min flow control', 5, `${GROUP}|fc=min`, GROUP, {}],
    [
      'multi-destination cast',
      6,
      `aeron:udp?control=${A}:40200|control-mode=dynamic|fc=max`,
      `aeron:udp?endpoint=${B}:40123|control=${A}:40200|control-mode=dynamic`,
      {},
    ],
  ] as const)('changes nothing about a reliable stream: %s', async (_name, seed, out, into, change) => {
    const [world, a, b] = await start(seed, 'a', 'b');
    world.world.network.setDefaultLink({ ...HOSTILE, ...change });
    const subscription = world.addSubscription(b, into);
    const publication = world.addPublication(a, out);
    world.until('connection', () => publication.isConnected && subscription.isConnected);
    pump(world, new Producer(publication), [new Consumer(subscription)], 400);
    expect(b.system(SystemCounterId.NAK_MESSAGES_SENT)).toBeGreaterThan(0);
    expect(a.system(SystemCounterId.RETRANSMITS_SENT)).toBeGreaterThan(0);
    expect([...a.errors, ...b.errors]).toEqual([]);
    publication.close();
    world.until('end of stream', () => subscription.imageCount === 0, 60_000);
  });

  it('may leave messages out of an unreliable stream, but changes none', async () => {
    const [world, a, b] = await start(10, 'a', 'b');
    world.world.network.setDefaultLink({ lossRate: 0.05 });
    const subscription = world.addSubscription(b, `${CHANNEL}|reliable=false`);
    const publication = world.addPublication(a, CHANNEL);
    world.until('connection', () => publication.isConnected && subscription.isConnected);
    const producer = new Producer(publication);
    const consumer = new Consumer(subscription, false);
    world.until('the messages', () => {
      producer.offer(3);
      consumer.poll();
      return consumer.next > 400;
    });
    expect(consumer.skipped).toBeGreaterThan(0);
    expect(b.system(SystemCounterId.LOSS_GAP_FILLS)).toBeGreaterThan(0);
    expect(b.system(SystemCounterId.NAK_MESSAGES_SENT)).toBe(0);
  });

  it('may part for a while: streams go on when it heals, or start anew', async () => {
    const [world, a, b] = await start(11, 'a', 'b');
    const subscription = world.addSubscription(b, CHANNEL);
    const publication = world.addPublication(a, CHANNEL);
    world.until('connection', () => publication.isConnected && subscription.isConnected);
    const producer = new Producer(publication);
    pump(world, producer, [new Consumer(subscription)], 50);
    world.world.network.partition(A, B);
    world.elapse(3000);
    world.world.network.heal();
    world.until('connection again', () => publication.isConnected);
    world.world.network.partition(A, B);
    world.until('disconnection', () => !publication.isConnected && subscription.imageCount === 0, 30_000);
    world.world.network.heal();
    world.until('new image', () => publication.isConnected && subscription.imageCount === 1, 30_000);
    const consumer = new Consumer(subscription);
    world.until('messages of the new image', () => {
      producer.offer(3);
      consumer.poll();
      return consumer.count > 50;
    });
  });
});

describe('flow control', () => {
  it('holds the publisher back for a slow subscriber, and never overruns it', async () => {
    const [world, a, b] = await start(20, 'a', 'b');
    const subscription = world.addSubscription(b, CHANNEL);
    const publication = world.addPublication(a, CHANNEL);
    world.until('connection', () => publication.isConnected && subscription.isConnected);
    const producer = new Producer(publication);
    world.elapse(500, () => producer.offer(10));
    expect(producer.offer(1)).toBe(0);
    expect(publication.position).toBeLessThanOrEqual(64 * 1024 + 8192);
    const consumer = new Consumer(subscription);
    pump(world, producer, [consumer], 400);
    expect(b.system(SystemCounterId.FLOW_CONTROL_OVER_RUNS)).toBe(0);
    expect(a.system(SystemCounterId.SENDER_FLOW_CONTROL_LIMITS)).toBeGreaterThan(0);
  });

  it('of the slowest in a group follows each receiver that is there', async () => {
    const [world, a, b, c] = await start(21, 'a', 'b', 'c');
    const subscriptions = [b, c].map((node) => world.addSubscription(node, GROUP));
    const publication = world.addPublication(a, `${GROUP}|fc=min,g:/2`);
    world.until('connection', () => publication.isConnected && subscriptions.every(({ isConnected }) => isConnected));
    expect(a.valuesOf(17)).toEqual([2]);
    const producer = new Producer(publication);
    const [fast, slow] = subscriptions.map((subscription) => new Consumer(subscription)) as [Consumer, Consumer];
    world.elapse(400, () => {
      producer.offer(5);
      fast.poll();
    });
    expect(producer.offer(1)).toBe(0);
    pump(world, producer, [fast, slow], 200);
    c.isPaused = true; // vanishes: after its time-out the group is too small
    world.until('disconnection', () => !publication.isConnected, 20_000);
  });

  it('leaves an untethered subscriber behind that does not keep up, and takes it in again', async () => {
    const world = new UdpWorld(22);
    const options = { untetheredWindowLimitTimeoutNs: '500ms', untetheredRestingTimeoutNs: '500ms' };
    const a = await world.node('a', options);
    const b = await world.node('b', options);
    const tethered = world.addSubscription(b, CHANNEL);
    const loose = world.addSubscription(b, `${CHANNEL}|tether=false`);
    const publication = world.addPublication(a, CHANNEL);
    world.until('connection', () => publication.isConnected && tethered.isConnected && loose.isConnected);
    const producer = new Producer(publication);
    const consumer = new Consumer(tethered);
    world.until('image taken away', () => {
      producer.offer(3);
      consumer.poll();
      return loose.imageCount === 0;
    });
    const count = consumer.count;
    world.until('stream goes on', () => {
      producer.offer(3);
      consumer.poll();
      return consumer.count > count + 200;
    });
    world.until('image given back', () => {
      producer.offer(3);
      consumer.poll();
      return loose.imageCount === 1;
    });
    pump(world, producer, [consumer, new Consumer(loose)], 100);
    expect([...a.errors, ...b.errors]).toEqual([]);
  });
});

describe('the end of a stream', () => {
  it('comes at once when it is revoked', async () => {
    const [world, a, b] = await start(30, 'a', 'b');
    const subscription = world.addSubscription(b, CHANNEL);
    const publication = world.addExclusivePublication(a, CHANNEL);
    world.until('connection', () => publication.isConnected && subscription.isConnected);
    new Producer(publication).offer(10);
    const image = subscription.imageAtIndex(0);
    publication.revoke();
    world.until('image gone', () => subscription.imageCount === 0);
    expect(image.isPublicationRevoked).toBe(true);
    expect(a.system(SystemCounterId.PUBLICATIONS_REVOKED)).toBe(1);
    expect(b.system(SystemCounterId.PUBLICATION_IMAGES_REVOKED)).toBe(1);
  });

  it('is told to a publication whose image is rejected, which may be joined anew', async () => {
    const [world, a, b] = await start(31, 'a', 'b');
    const subscription = world.addSubscription(b, CHANNEL);
    const publication = world.addPublication(a, CHANNEL);
    world.until('connection', () => publication.isConnected && subscription.isConnected);
    const rejected = subscription.imageAtIndex(0);
    await world.settle('rejection', rejected.reject('not like this'));
    world.until('error frame', () => a.publicationErrors.length > 0);
    expect(a.publicationErrors).toEqual(['IMAGE_REJECTED not like this']);
    expect(a.errors).toEqual([expect.stringContaining('errorMessage=not like this')]);
    world.until('image gone', () => subscription.imageCount === 0, 30_000);
    world.until('new image', () => subscription.imageCount === 1 && publication.isConnected, 30_000);
    expect(subscription.imageAtIndex(0).correlationId).not.toBe(rejected.correlationId);
  });

  it('comes when the publisher vanishes, after the liveness time-out', async () => {
    const [world, a, b] = await start(32, 'a', 'b');
    const subscription = world.addSubscription(b, CHANNEL);
    const publication = world.addPublication(a, CHANNEL);
    world.until('connection', () => publication.isConnected && subscription.isConnected);
    a.isPaused = true;
    const startNs = world.world.nowNs;
    world.until('image gone', () => subscription.imageCount === 0, 30_000);
    expect((world.world.nowNs - startNs) / 1e6).toBeGreaterThan(9_900);
    world.elapse(25_000);
    expect(b.labelsOf(5)).toEqual([]);
  });

  it('of a dead client gives back what it had', async () => {
    const [world, a, b] = await start(33, 'a', 'b');
    const subscription = world.addSubscription(b, CHANNEL);
    const publication = world.addPublication(a, CHANNEL);
    world.until('connection', () => publication.isConnected && subscription.isConnected);
    world.elapse(15_000);
    expect(subscription.isConnected).toBe(true);
    for (const node of [a, b]) {
      node.abandonClient();
    }
    world.elapse(35_000);
    for (const node of [a, b]) {
      expect([1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 13, 14, 19, 20].flatMap((type) => node.labelsOf(type))).toEqual([]);
      expect(node.system(SystemCounterId.CLIENT_TIMEOUTS)).toBe(1);
    }
  });
});

describe('names', () => {
  it('are looked up again behind which nobody answers', async () => {
    const [world, a, b, c] = await start(40, 'a', 'b', 'c');
    world.world.names.set('server', [B]);
    const publication = world.addPublication(a, 'aeron:udp?endpoint=server:40123');
    const first = world.addSubscription(b, CHANNEL);
    world.until('connection', () => publication.isConnected && first.isConnected);
    world.world.names.set('server', [C]);
    const second = world.addSubscription(c, `aeron:udp?endpoint=${C}:40123`);
    b.isPaused = true;
    world.until('connection to the new address', () => second.isConnected && publication.isConnected, 40_000);
    expect(a.system(SystemCounterId.RESOLUTION_CHANGES)).toBe(1);
    pump(world, new Producer(publication), [new Consumer(second)], 50);
  });
});
