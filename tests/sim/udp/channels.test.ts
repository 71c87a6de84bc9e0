// SPDX-License-Identifier: Apache-2.0
/** Every kind of UDP channel between whole drivers with clients, over a network that does as it should. */
import type { Publication, Subscription } from '@aeron/client';
import { SystemCounterId } from '@aeron/codecs/internal';
import { Consumer, Producer } from './traffic.ts';
import { type UdpNode, UdpWorld } from './udp-world.ts';

const A = '10.0.0.1';
const B = '10.0.0.2';
const C = '10.0.0.3';
const MESSAGES = 300;
const CHANNEL_TO_B = `aeron:udp?endpoint=${B}:40123`;

/** Moves the messages of one producer to all consumers. */
function transfer(world: UdpWorld, producer: Producer, consumers: readonly Consumer[], messages = MESSAGES): void {
  const goal = producer.count + messages;
  world.until('all messages', () => {
    producer.offer(Math.min(5, goal - producer.count));
    for (const consumer of consumers) {
      consumer.poll();
    }
    return producer.count === goal && consumers.every(({ next }) => next === goal);
  });
}

async function nodes(seed: number, ...hosts: string[]): Promise<[UdpWorld, ...UdpNode[]]> {
  const world = new UdpWorld(seed);
  for (const host of hosts) {
    await world.node(host);
  }
  return [world, ...world.nodes];
}

function connect(world: UdpWorld, publication: Publication, ...subscriptions: Subscription[]): void {
  world.until('connection', () => publication.isConnected && subscriptions.every(({ isConnected }) => isConnected));
}

function expectNoErrors(...all: UdpNode[]): void {
  for (const node of all) {
    expect(node.errors).toEqual([]);
    expect(node.system(SystemCounterId.INVALID_PACKETS)).toBe(0);
  }
}

describe('a unicast channel', () => {
  it('carries a stream from one driver to another, byte for byte', async () => {
    const [world, a, b] = (await nodes(1, 'a', 'b')) as [UdpWorld, UdpNode, UdpNode];
    const subscription = world.addSubscription(b, CHANNEL_TO_B);
    const publication = world.addPublication(a, CHANNEL_TO_B);
    connect(world, publication, subscription);
    transfer(world, new Producer(publication), [new Consumer(subscription)]);
    expect(subscription.imageCount).toBe(1);
    expect(subscription.imageAtIndex(0).sourceIdentity).toMatch(/^10\.0\.0\.1:\d+$/);
    expect(a.system(SystemCounterId.RETRANSMITS_SENT)).toBe(0);
    expectNoErrors(a, b);
  });

  it('ends its image when the publication is closed, and gives everything back', async () => {
    const [world, a, b] = (await nodes(2, 'a', 'b')) as [UdpWorld, UdpNode, UdpNode];
    const subscription = world.addSubscription(b, CHANNEL_TO_B);
    const publication = world.addPublication(a, CHANNEL_TO_B);
    connect(world, publication, subscription);
    const producer = new Producer(publication);
    const consumer = new Consumer(subscription);
    producer.offer(3);
    publication.close();
    world.until('end of stream', () => {
      consumer.poll();
      return subscription.imageCount === 0;
    });
    expect(consumer.count).toBe(3);
    subscription.close();
    world.elapse(25_000);
    for (const node of [a, b]) {
      expect([1, 2, 3, 4, 5, 6, 7, 9, 12, 13, 14, 19, 20].flatMap((type) => node.labelsOf(type))).toEqual([]);
      expect(node.counters.getCounterValue(SystemCounterId.FREE_FAILS)).toBe(0);
    }
    expectNoErrors(a, b);
  });

  it('is shared by publishers of a stream and by subscribers of a channel', async () => {
    const [world, a, b] = (await nodes(3, 'a', 'b')) as [UdpWorld, UdpNode, UdpNode];
    const subscriptions = [0, 1].map(() => world.addSubscription(b, CHANNEL_TO_B));
    const publications = [0, 1].map(() => world.addPublication(a, CHANNEL_TO_B));
    connect(world, publications[0] as Publication, ...subscriptions);
    expect(publications[0]?.sessionId).toBe(publications[1]?.sessionId);
    const consumers = subscriptions.map((subscription) => new Consumer(subscription));
    transfer(world, new Producer(publications[0] as Publication), consumers);
    expect(a.labelsOf(6)).toHaveLength(1);
    expect(b.labelsOf(7)).toEqual([`rcv-channel: ${CHANNEL_TO_B} ${B}:40123`]);
    expect(b.labelsOf(3)).toHaveLength(1);
    expect(b.labelsOf(4)).toHaveLength(2);
  });

  it('gives a wildcard port, which subscribers can tell publishers of', async () => {
    const [world, a, b] = (await nodes(4, 'a', 'b')) as [UdpWorld, UdpNode, UdpNode];
    const subscription = world.addSubscription(b, `aeron:udp?endpoint=${B}:0`);
    const [endpoint] = subscription.localSocketAddresses;
    expect(endpoint).toMatch(/^10\.0\.0\.2:\d+$/);
    const publication = world.addPublication(a, `aeron:udp?endpoint=${endpoint}`);
    connect(world, publication, subscription);
    transfer(world, new Producer(publication), [new Consumer(subscription)]);
  });

  it('works by name and over IPv6', async () => {
    const [world, a, b] = (await nodes(5, 'a', 'b')) as [UdpWorld, UdpNode, UdpNode];
    for (const endpoint of ['b:40123', '[fd00::2]:40124']) {
      const channel = `aeron:udp?endpoint=${endpoint}`;
      const subscription = world.addSubscription(b, channel);
      const publication = world.addPublication(a, channel);
      connect(world, publication, subscription);
      transfer(world, new Producer(publication), [new Consumer(subscription)], 50);
    }
    expectNoErrors(a, b);
  });

  it('keeps sessions apart for subscribers that ask for one', async () => {
    const [world, a, b] = (await nodes(6, 'a', 'b')) as [UdpWorld, UdpNode, UdpNode];
    const one = world.addSubscription(b, `${CHANNEL_TO_B}|session-id=111`);
    const two = world.addSubscription(b, `${CHANNEL_TO_B}|session-id=222`);
    const publication = world.addExclusivePublication(a, `${CHANNEL_TO_B}|session-id=222`);
    connect(world, publication, two);
    transfer(world, new Producer(publication), [new Consumer(two)], 50);
    expect(one.isConnected).toBe(false);
    const all = world.addSubscription(b, CHANNEL_TO_B);
    world.until('image of the wildcard subscription', () => all.imageCount === 1);
  });
});

describe('a multicast channel', () => {
  it('reaches every subscriber, with the delays of a group', async () => {
    const [world, a, b, c] = (await nodes(10, 'a', 'b', 'c')) as [UdpWorld, UdpNode, UdpNode, UdpNode];
    const channel = 'aeron:udp?endpoint=224.20.30.39:40456|interface=10.0.0.0/16';
    const subscriptions = [b, c].map((node) => world.addSubscription(node, channel));
    const publication = world.addPublication(a, channel);
    connect(world, publication, ...subscriptions);
    transfer(
      world,
      new Producer(publication),
      subscriptions.map((subscription) => new Consumer(subscription)),
    );
    expectNoErrors(a, b, c);
  });
});

describe('multi-destination cast', () => {
  it('with dynamic destinations finds its receivers by itself', async () => {
    const [world, a, b, c] = (await nodes(20, 'a', 'b', 'c')) as [UdpWorld, UdpNode, UdpNode, UdpNode];
    const control = `control=${A}:40200`;
    const subscriptions = [b, c].map((node, index) =>
      world.addSubscription(node, `aeron:udp?endpoint=10.0.0.${index + 2}:0|${control}|control-mode=dynamic`),
    );
    const publication = world.addPublication(a, `aeron:udp?${control}|control-mode=dynamic`);
    connect(world, publication, ...subscriptions);
    const consumers = subscriptions.map((subscription) => new Consumer(subscription));
    transfer(world, new Producer(publication), consumers);
    expect(a.valuesOf(18)).toEqual([2]);
    expectNoErrors(a, b, c);
  });

  it('with manual destinations sends to those that were added, and no longer to those removed', async () => {
    const [world, a, b, c] = (await nodes(21, 'a', 'b', 'c')) as [UdpWorld, UdpNode, UdpNode, UdpNode];
    const ends = [`aeron:udp?endpoint=${B}:40123`, `aeron:udp?endpoint=${C}:40123`] as const;
    const subscriptions = [b, c].map((node, index) => world.addSubscription(node, ends[index] as string));
    const publication = world.addPublication(a, `aeron:udp?control=${A}:40200|control-mode=manual`);
    const [idOfB] = [
      await world.settle('destination', publication.addDestination(ends[0])),
      await world.settle('destination', publication.addDestination(ends[1])),
    ];
    connect(world, publication, ...subscriptions);
    const consumers = subscriptions.map((subscription) => new Consumer(subscription));
    const producer = new Producer(publication);
    transfer(world, producer, consumers, 100);
    await world.settle('removal by id', publication.removeDestination(idOfB as number));
    await world.settle('removal', publication.removeDestination(ends[1]));
    world.elapse(50);
    expect(a.valuesOf(18)).toEqual([0]);
    expectNoErrors(a, b, c);
  });
});

describe('a multi-destination subscription', () => {
  it('takes one stream by several destinations, and local ones beside', async () => {
    const [world, a, b] = (await nodes(30, 'a', 'b')) as [UdpWorld, UdpNode, UdpNode];
    const subscription = world.addSubscription(b, 'aeron:udp?control-mode=manual');
    for (const destination of [`aeron:udp?endpoint=${B}:40123`, `aeron:udp?endpoint=${B}:40124`]) {
      await world.settle(destination, subscription.addDestination(destination));
    }
    expect(subscription.localSocketAddresses).toEqual([`${B}:40123`, `${B}:40124`]);
    const publication = world.addPublication(a, `aeron:udp?control=${A}:40200|control-mode=manual`);
    for (const port of [40123, 40124]) {
      await world.settle(`${port}`, publication.addDestination(`aeron:udp?endpoint=${B}:${port}`));
    }
    connect(world, publication, subscription);
    transfer(world, new Producer(publication), [new Consumer(subscription)]);
    expect(subscription.imageCount).toBe(1);
    world.until('both transports counted', () => subscription.imageAtIndex(0).activeTransportCount === 2);
    await world.settle('IPC destination', subscription.addDestination('aeron:ipc'));
    const local = world.addPublication(b, 'aeron:ipc');
    world.until('IPC image', () => local.isConnected && subscription.imageCount === 2);
    await world.settle('removal', subscription.removeDestination(`aeron:udp?endpoint=${B}:40124`));
    world.until('destination closed', () => subscription.localSocketAddresses.length === 1);
    expectNoErrors(a, b);
  });
});

describe('a spy', () => {
  it('sees what a publication of its driver sends', async () => {
    const [world, a, b] = (await nodes(40, 'a', 'b')) as [UdpWorld, UdpNode, UdpNode];
    const publication = world.addPublication(a, CHANNEL_TO_B);
    const spy = world.addSubscription(a, `aeron-spy:${CHANNEL_TO_B}`);
    world.until('spy image', () => spy.imageCount === 1);
    expect(publication.isConnected).toBe(false);
    const subscription = world.addSubscription(b, CHANNEL_TO_B);
    connect(world, publication, subscription);
    const late = world.addSubscription(a, `aeron-spy:${CHANNEL_TO_B}`);
    world.until('second spy image', () => late.imageCount === 1);
    expect(late.imageAtIndex(0).sourceIdentity).toBe('aeron:ipc');
    const consumers = [subscription, spy, late].map((source) => new Consumer(source));
    transfer(world, new Producer(publication), consumers);
    publication.close();
    world.until('end for all', () => {
      for (const consumer of consumers) {
        consumer.poll();
      }
      return spy.imageCount + late.imageCount + subscription.imageCount === 0;
    });
    expectNoErrors(a, b);
  });

  it('alone makes a connection where it may', async () => {
    const [world, a] = (await nodes(41, 'a')) as [UdpWorld, UdpNode];
    const channel = `${CHANNEL_TO_B}|ssc=true`;
    const publication = world.addPublication(a, channel);
    const spy = world.addSubscription(a, `aeron-spy:${CHANNEL_TO_B}`);
    connect(world, publication, spy);
    transfer(world, new Producer(publication), [new Consumer(spy)]);
    spy.close();
    world.until('disconnection', () => !publication.isConnected);
  });
});

describe('a response channel', () => {
  it('brings the answer to who asked', async () => {
    const [world, client, server] = (await nodes(50, 'a', 'b')) as [UdpWorld, UdpNode, UdpNode];
    const requests = world.addSubscription(server, CHANNEL_TO_B);
    const control = `control=${B}:40300|control-mode=response`;
    const responses = world.addSubscription(client, `aeron:udp?${control}`, 2002);
    const request = world.addPublication(client, `${CHANNEL_TO_B}|response-correlation-id=${responses.registrationId}`);
    connect(world, request, requests);
    const { correlationId } = requests.imageAtIndex(0);
    const response = world.addPublication(
      server,
      `aeron:udp?${control}|response-correlation-id=${correlationId}`,
      2002,
    );
    connect(world, response, responses);
    expect(responses.imageAtIndex(0).sessionId).toBe(response.sessionId);
    transfer(world, new Producer(request), [new Consumer(requests)]);
    transfer(world, new Producer(response), [new Consumer(responses)]);
    expectNoErrors(client, server);
  });
});
