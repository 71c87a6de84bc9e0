// SPDX-License-Identifier: Apache-2.0
/** UDP over real sockets of the loopback interface between two drivers of this process, in each threading mode. */
import { existsSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Aeron, Publication, Subscription } from '@aeron/client';
import { SystemCounterId } from '@aeron/codecs/internal';
import type { MediaDriverOptions } from '@aeron/driver';
import { Consumer, Producer } from '../sim/udp/traffic.ts';
import { Loopback, type LoopbackNode, turnsUntil } from '../support/loopback.ts';
import { freePort } from '../support/ports.ts';

jest.setTimeout(120_000);

const STREAM = 1001;
const RESPONSES = 1002;
const MESSAGES = 400;

/** Containers often go without. */
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

const ON_LINUX: readonly [string, MediaDriverOptions][] = [
  ['SHARED over batch', { threadingMode: 'SHARED', datagramTransport: 'batch' }],
  ['DEDICATED over batch', { threadingMode: 'DEDICATED', datagramTransport: 'batch' }],
  [
    'SHARED over offload in the thread of the application',
    { threadingMode: 'SHARED', callingThread: 'guest', datagramTransport: 'offload' },
  ],
];

const MODES: readonly [string, MediaDriverOptions][] = [
  ['INVOKER', { threadingMode: 'INVOKER' }],
  ['SHARED', { threadingMode: 'SHARED' }],
  ['SHARED in the thread of the application', { threadingMode: 'SHARED', callingThread: 'guest' }],
  ['SHARED_NETWORK', { threadingMode: 'SHARED_NETWORK' }],
  ['DEDICATED', { threadingMode: 'DEDICATED' }],
  // Above the best transport of the machine serves, but for the guest: it takes dgram.
  ['SHARED over dgram', { threadingMode: 'SHARED', datagramTransport: 'dgram' }],
  ['DEDICATED over dgram', { threadingMode: 'DEDICATED', datagramTransport: 'dgram' }],
  ...(process.platform === 'linux' ? ON_LINUX : []),
];

async function connect(publication: Publication, ...subscriptions: Subscription[]): Promise<void> {
  await turnsUntil(
    'connection',
    () => publication.isConnected && subscriptions.every(({ isConnected }) => isConnected),
  );
}

/** Sends messages and checks every byte of them at each subscription. */
async function transfer(publication: Publication, ...subscriptions: Subscription[]): Promise<void> {
  await connect(publication, ...subscriptions);
  const producer = new Producer(publication);
  const consumers = subscriptions.map((subscription) => new Consumer(subscription));
  await turnsUntil('all messages', () => {
    producer.offer(Math.min(20, MESSAGES - producer.count));
    for (const consumer of consumers) {
      consumer.poll();
    }
    return consumers.every(({ next }) => next === MESSAGES);
  });
}

const system = (aeron: Aeron, name: keyof typeof SystemCounterId): number =>
  aeron.countersReader.getCounterValue(SystemCounterId[name]);

describe.each(MODES)('two drivers with threading mode %s', (_name, options) => {
  const loopback = new Loopback();
  let a: LoopbackNode;
  let b: LoopbackNode;
  /** Of commands that a test means to be refused. */
  let refused = 0;

  beforeAll(async () => {
    [a, b] = [await loopback.node(options), await loopback.node(options)];
  });

  afterEach(() => {
    expect(a.errors.slice(refused)).toEqual([]);
    expect(b.errors).toEqual([]);
    expect([a, b].map(({ aeron }) => system(aeron, 'ERRORS'))).toEqual([refused, 0]);
    expect([a, b].map(({ aeron }) => system(aeron, 'INVALID_PACKETS'))).toEqual([0, 0]);
  });

  afterAll(() => loopback.close());

  it('carry a stream from a publisher to a subscriber, and its end', async () => {
    const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
    const subscription = await b.aeron.addSubscription(channel, STREAM);
    const publication = await a.aeron.addPublication(channel, STREAM);
    await transfer(publication, subscription);
    await publication.close();
    await turnsUntil('end of stream', () => {
      subscription.poll(() => undefined, 10);
      return subscription.imageCount === 0;
    });
    await subscription.close();
  });

  it('carry streams by multicast, by IPv6 and through ports given by the system', async () => {
    const wildcard = await b.aeron.addSubscription('aeron:udp?endpoint=127.0.0.1:0', STREAM);
    await turnsUntil('address', () => wildcard.localSocketAddresses.length === 1);
    const port = await freePort();
    for (const [publish, subscription] of [
      [`aeron:udp?endpoint=${wildcard.localSocketAddresses[0]}`, wildcard],
      [`aeron:udp?endpoint=224.20.30.39:${port}|interface=127.0.0.1`, undefined],
      ...(hasIpv6 ? [[`aeron:udp?endpoint=[::1]:${port}`, undefined] as const] : []),
    ] as const) {
      const subscriber = subscription ?? (await b.aeron.addSubscription(publish, STREAM));
      const publication = await a.aeron.addPublication(publish, STREAM);
      await transfer(publication, subscriber);
      await publication.close();
      await subscriber.close();
    }
  });

  it('carry a stream to several destinations, given or found, and to spies', async () => {
    const control = `control=127.0.0.1:${await freePort()}`;
    const dynamic = await b.aeron.addSubscription(
      `aeron:udp?endpoint=127.0.0.1:0|${control}|control-mode=dynamic`,
      STREAM,
    );
    const publication = await a.aeron.addPublication(`aeron:udp?${control}|control-mode=dynamic`, STREAM);
    const spy = await a.aeron.addSubscription(`aeron-spy:aeron:udp?${control}|control-mode=dynamic`, STREAM);
    await transfer(publication, dynamic, spy);

    const several = await b.aeron.addSubscription('aeron:udp?control-mode=manual', STREAM);
    const manual = await a.aeron.addPublication('aeron:udp?control-mode=manual', STREAM);
    for (const port of [await freePort(), await freePort()]) {
      await several.addDestination(`aeron:udp?endpoint=127.0.0.1:${port}`);
      await manual.addDestination(`aeron:udp?endpoint=127.0.0.1:${port}`);
    }
    await transfer(manual, several);
    for (const resource of [publication, dynamic, spy, several, manual]) {
      await resource.close();
    }
  });

  it('carry the answer back to who asked', async () => {
    const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
    const control = `control=127.0.0.1:${await freePort()}|control-mode=response`;
    const requests = await b.aeron.addSubscription(channel, STREAM);
    const responses = await a.aeron.addSubscription(`aeron:udp?${control}`, RESPONSES);
    const request = await a.aeron.addPublication(
      `${channel}|response-correlation-id=${responses.registrationId}`,
      STREAM,
    );
    await transfer(request, requests);
    const { correlationId } = requests.imageAtIndex(0);
    const response = await b.aeron.addPublication(
      `aeron:udp?${control}|response-correlation-id=${correlationId}`,
      RESPONSES,
    );
    await transfer(response, responses);
    for (const resource of [requests, responses, request, response]) {
      await resource.close();
    }
  });

  it('refuse what the operating system refuses, and go on', async () => {
    const unknownHost = 'aeron:udp?endpoint=no-such-host.invalid:40123';
    await expect(a.aeron.addPublication(unknownHost, STREAM)).rejects.toMatchObject({
      message: expect.stringContaining('no-such-host.invalid:40123'),
    });
    const taken = await freePort();
    const channel = `aeron:udp?endpoint=127.0.0.1:${taken}`;
    const subscription = await b.aeron.addSubscription(channel, STREAM);
    await expect(a.aeron.addSubscription(channel, STREAM)).rejects.toMatchObject({
      message: expect.stringContaining(`127.0.0.1:${taken}`),
    });
    await subscription.close();
    refused = 2;
  });
});

describe('a driver with agents in threads of their own', () => {
  const loopback = new Loopback();
  afterAll(() => loopback.close());

  const moduleOf = (name: string, text: string): string => {
    const path = join(loopback.folder, `${name}.cjs`);
    writeFileSync(path, text);
    return path;
  };

  it.each(['SHARED_NETWORK', 'DEDICATED'] as const)(
    'reports the crash of one, closes in order and takes its clients along: %s',
    async (threadingMode) => {
      const suppliersModule = moduleOf('crash', 'exports.suppliers = { flowControl: () => process.exit(7) };');
      const { driver, aeron, errors } = await loopback.node({ threadingMode, suppliersModule });
      const failure = driver.closed.catch((error: unknown) => error);
      aeron.addPublication('aeron:udp?endpoint=127.0.0.1:40123', STREAM).catch(() => undefined);
      expect(await failure).toMatchObject({ message: expect.stringMatching(/ended unexpectedly.*exitCode=7/) });
      expect(errors.map(({ message }) => message)).toContainEqual(expect.stringContaining('exitCode=7'));
      expect(existsSync(driver.aeronDirectoryName)).toBe(false);
      await turnsUntil('end of the client', () => aeron.isClosed);
    },
  );

  it('loads its suppliers in the thread that uses them', async () => {
    const suppliersModule = moduleOf(
      'loss',
      `exports.suppliers = {
        sendEndpointLoss: () => {
          let count = 0;
          return { data: { shouldDropFrame: () => ++count % 3 === 0 } };
        },
      };`,
    );
    const { aeron, errors } = await loopback.node({ threadingMode: 'DEDICATED', suppliersModule });
    const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
    const subscription = await aeron.addSubscription(channel, STREAM);
    await transfer(await aeron.addPublication(channel, STREAM), subscription);
    expect(system(aeron, 'NAK_MESSAGES_SENT')).toBeGreaterThan(0);
    expect(system(aeron, 'RETRANSMITS_SENT')).toBeGreaterThan(0);
    expect(errors).toEqual([]);
  });
});
