// SPDX-License-Identifier: Apache-2.0
/** UDP between drivers of both implementations: the publisher's client on one, the subscriber's on the other. */
import { connectClient, type InteropClient } from './support/clients.ts';
import { type DriverKind, type InteropDriver, startDriver } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';

const STREAM_ID = 1001;
const SECONDS = 1000;

interface Route {
  readonly name: string;
  readonly publish: (port: number) => string;
  readonly subscribe: (port: number) => string;
  /** Added to a publication with manual control mode. */
  readonly destination?: (port: number) => string;
  readonly maxLength: number;
}

const same = (channel: (port: number) => string) => ({ publish: channel, subscribe: channel });

const ROUTES: readonly Route[] = [
  { name: 'unicast', ...same((port) => `aeron:udp?endpoint=127.0.0.1:${port}|term-length=64k`), maxLength: 8192 },
  {
    name: 'unicast with a large MTU',
    publish: (port) => `aeron:udp?endpoint=127.0.0.1:${port}|term-length=1m|mtu=8k`,
    subscribe: (port) => `aeron:udp?endpoint=127.0.0.1:${port}`,
    maxLength: 32768,
  },
  {
    name: 'unicast with cubic congestion control',
    publish: (port) => `aeron:udp?endpoint=127.0.0.1:${port}|term-length=64k`,
    subscribe: (port) => `aeron:udp?endpoint=127.0.0.1:${port}|cc=cubic`,
    maxLength: 4096,
  },
  {
    name: 'multicast',
    ...same((port) => `aeron:udp?endpoint=224.20.30.39:${port}|interface=127.0.0.1|term-length=64k`),
    maxLength: 4096,
  },
  {
    name: 'multicast with min flow control',
    publish: (port) => `aeron:udp?endpoint=224.20.30.41:${port}|interface=127.0.0.1|term-length=64k|fc=min,g:/1`,
    subscribe: (port) => `aeron:udp?endpoint=224.20.30.41:${port}|interface=127.0.0.1`,
    maxLength: 4096,
  },
  {
    name: 'multicast with tagged flow control',
    publish: (port) => `aeron:udp?endpoint=224.20.30.43:${port}|interface=127.0.0.1|term-length=64k|fc=tagged,g:-7/1`,
    subscribe: (port) => `aeron:udp?endpoint=224.20.30.43:${port}|interface=127.0.0.1|gtag=-7`,
    maxLength: 4096,
  },
  {
    name: 'multi-destination cast with dynamic control',
    publish: (port) => `aeron:udp?control=127.0.0.1:${port}|control-mode=dynamic|term-length=64k`,
    subscribe: (port) => `aeron:udp?endpoint=127.0.0.1:0|control=127.0.0.1:${port}|control-mode=dynamic`,
    maxLength: 4096,
  },
  {
    name: 'multi-destination cast with manual control',
    publish: () => 'aeron:udp?control-mode=manual|term-length=64k',
    subscribe: (port) => `aeron:udp?endpoint=127.0.0.1:${port}`,
    destination: (port) => `aeron:udp?endpoint=127.0.0.1:${port}`,
    maxLength: 4096,
  },
  {
    name: 'a given session and position',
    publish: (port) =>
      `aeron:udp?endpoint=127.0.0.1:${port}|term-length=64k|session-id=77|init-term-id=5|term-id=8|term-offset=4096`,
    subscribe: (port) => `aeron:udp?endpoint=127.0.0.1:${port}|session-id=77`,
    maxLength: 4096,
  },
];

const PAIRS: readonly [DriverKind, DriverKind][] = [
  ['aeronmd', 'reference'],
  ['reference', 'aeronmd'],
  ['aeronmd', 'node'],
];

const clientOf = (driver: DriverKind): InteropClient['kind'] => (driver === 'reference' ? 'reference' : 'node');

describe.each(REFERENCE_VERSIONS)('against io.aeron:aeron-all:%s', (version) => {
  describe.each(PAIRS)('from a driver of kind %s to one of kind %s', (publisherDriver, subscriberDriver) => {
    const drivers: InteropDriver[] = [];
    const clients: InteropClient[] = [];
    let streamId = STREAM_ID;

    beforeAll(async () => {
      for (const kind of [publisherDriver, subscriberDriver]) {
        const driver = await startDriver(kind, version);
        drivers.push(driver);
        clients.push(await connectClient(clientOf(kind), driver.directory, version));
      }
    }, 60 * SECONDS);

    afterAll(async () => {
      await Promise.all(clients.map((client) => client.close()));
      await Promise.all(drivers.map((driver) => driver.close()));
    }, 60 * SECONDS);

    it.each(ROUTES)(
      'carries messages in order over $name, to the end of the stream',
      async (route) => {
        const [publisher, subscriber] = clients as [InteropClient, InteropClient];
        const port = await freePort();
        streamId++;
        const run = { first: 0, count: 1000, minLength: 0, maxLength: route.maxLength, seed: streamId };
        await subscriber.addSubscription('s', route.subscribe(port), streamId);
        await publisher.addExclusivePublication('p', route.publish(port), streamId);
        if (route.destination !== undefined) {
          await publisher.addDestination('p', route.destination(port));
        }
        await publisher.awaitConnected('p');
        await subscriber.awaitImages('s', 1);
        await Promise.all([publisher.publish('p', run), subscriber.consume('s', run)]);
        await publisher.closePublication('p');
        await subscriber.awaitImages('s', 0);
        await subscriber.closeSubscription('s');
      },
      90 * SECONDS,
    );

    it(
      'lets a spy see what is sent',
      async () => {
        const [publisher] = clients as [InteropClient, InteropClient];
        const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}|term-length=64k|ssc=true`;
        streamId++;
        await publisher.addExclusivePublication('p', channel, streamId);
        await publisher.addSubscription('spy', `aeron-spy:${channel}`, streamId);
        await publisher.awaitImages('spy', 1);
        await publisher.awaitConnected('p');
        expect(await publisher.offer('p', 'seen')).toBeGreaterThan(0);
        const fragments = [];
        while (fragments.length === 0) {
          fragments.push(...(await publisher.poll('spy', 10)));
        }
        expect(fragments[0]).toMatchObject({ payload: 'seen', flags: 0xc0 });
        await publisher.closePublication('p');
        await publisher.closeSubscription('spy');
      },
      60 * SECONDS,
    );
  });
});
