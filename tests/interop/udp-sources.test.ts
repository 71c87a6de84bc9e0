// SPDX-License-Identifier: Apache-2.0
/**
 * One subscription, sources on drivers of both implementations at once: multi-destination subscriptions, one session from two
 * drivers, and servers that answer clients of both kinds. All clients are ours, the drivers are what is tested.
 */
import type { InteropClient } from './support/clients.ts';
import type { DriverKind } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { Setting } from './support/setting.ts';
import { eventually } from './support/wait.ts';

const SECONDS = 1000;
const SETTINGS = {
  'aeron.timer.interval': '100ms',
  'aeron.image.liveness.timeout': '2s',
  'aeron.publication.connection.timeout': '2s',
  // An image that has ended stays for five of them.
  'aeron.rcv.status.message.timeout': '50ms',
  // 1.46.9 has response channels among them.
  'aeron.enable.experimental.features': 'true',
};
const KINDS = ['aeronmd', 'reference'] as const;
type Source = (typeof KINDS)[number];
const MAX_LENGTH = 1500;
const COUNT = 300;

describe.each(REFERENCE_VERSIONS)('against io.aeron:aeron-all:%s', (version) => {
  const setting = new Setting(version);
  const sources = new Map<Source, InteropClient>();
  const receivers = new Map<DriverKind, InteropClient>();
  let streamId = 6000;

  beforeAll(async () => {
    for (const kind of KINDS) {
      sources.set(kind, await setting.client('node', await setting.driver(kind, SETTINGS)));
      receivers.set(kind, await setting.client('node', await setting.driver(kind, SETTINGS)));
    }
  }, 60 * SECONDS);
  afterAll(() => setting.close(), 60 * SECONDS);

  const source = (kind: Source): InteropClient => sources.get(kind) as InteropClient;
  const run = (first: number) => ({ first, count: COUNT, minLength: 0, maxLength: MAX_LENGTH, seed: streamId });
  const udp = (port: number): string => `aeron:udp?endpoint=127.0.0.1:${port}`;

  describe.each(KINDS)('to a driver of kind %s from both', (to) => {
    let subscriber: InteropClient;

    beforeAll(() => {
      subscriber = receivers.get(to) as InteropClient;
    });
    beforeEach(() => {
      streamId += 10;
    });

    async function open(name: string, kind: Source, channel: string, termLength = '64k'): Promise<void> {
      await source(kind).addExclusivePublication(name, `${channel}|term-length=${termLength}|linger=0s`, streamId);
    }

    it('carries the streams of all destinations of one subscription: unicast, multicast, IPC and a spy', async () => {
      const group = `aeron:udp?endpoint=224.20.30.51:${await freePort()}|interface=127.0.0.1`;
      const unicast = udp(await freePort());
      const spied = udp(await freePort());
      await subscriber.addSubscription('s', 'aeron:udp?control-mode=manual', streamId);
      for (const destination of [group, unicast, 'aeron:ipc', `aeron-spy:${spied}`]) {
        await subscriber.addReceiveDestination('s', destination);
      }
      await open('p', 'aeronmd', unicast);
      await open('p', 'reference', group);
      await subscriber.addExclusivePublication('ipc', 'aeron:ipc?term-length=64k', streamId);
      await subscriber.addExclusivePublication('spied', `${spied}|term-length=64k|ssc=true|linger=0s`, streamId);
      await subscriber.awaitImages('s', 4);
      const publications = [
        [source('aeronmd'), 'p'],
        [source('reference'), 'p'],
        [subscriber, 'ipc'],
        [subscriber, 'spied'],
      ] as const;
      await Promise.all(publications.map(([client, name]) => client.awaitConnected(name)));
      await Promise.all([
        ...publications.map(([client, name], number) => client.stressPublish(name, number, COUNT, MAX_LENGTH)),
        subscriber.stressConsume('s', MAX_LENGTH, [COUNT, COUNT, COUNT, COUNT]),
      ]);
      await Promise.all(publications.map(([client, name]) => client.closePublication(name)));
      await subscriber.awaitImages('s', 0);
      await subscriber.closeSubscription('s');
    });

    it.each([
      ['aeronmd', 'reference'],
      ['reference', 'aeronmd'],
    ] as const)(
      'makes one image of one session that %s and %s send, and goes on when the first ends',
      async (first, second) => {
        const position = 'session-id=7007|init-term-id=3|term-id=3|term-offset=0';
        await subscriber.addSubscription('s', 'aeron:udp?control-mode=manual|session-id=7007', streamId);
        for (const kind of [first, second]) {
          const channel = udp(await freePort());
          await subscriber.addReceiveDestination('s', channel);
          // Status messages more than half a term ahead of a publisher are not for it: none may fall so far behind.
          await open('p', kind, `${channel}|${position}`, '1m');
          await source(kind).awaitConnected('p');
        }
        await subscriber.awaitImages('s', 1);
        await eventually('two transports', async () => (await subscriber.images('s'))[0]?.activeTransportCount === 2);
        const publishBoth = [first, second].map((kind) => source(kind).publish('p', run(0)));
        await Promise.all([...publishBoth, subscriber.consume('s', run(0))]);
        await source(first).closePublication('p');
        await eventually('one transport', async () => (await subscriber.images('s'))[0]?.activeTransportCount === 1);
        await Promise.all([source(second).publish('p', run(COUNT)), subscriber.consume('s', run(COUNT))]);
        expect((await subscriber.images('s'))[0]?.isEndOfStream).toBe(false);
        await source(second).closePublication('p');
        await subscriber.awaitImages('s', 0);
        await subscriber.closeSubscription('s');
      },
    );

    it.each([
      ['aeronmd', 'reference'],
      ['reference', 'aeronmd'],
    ] as const)(
      'keeps the stream of %s when %s sends the same session, and lets that in afterwards',
      async (first, second) => {
        const channel = udp(await freePort());
        await subscriber.addSubscription('s', channel, streamId);
        await open('p', first, `${channel}|session-id=7008|init-term-id=3|term-id=3|term-offset=0`);
        await source(first).awaitConnected('p');
        await subscriber.awaitImages('s', 1);
        // Far from the first one, so that nothing of it could be taken for a frame of that.
        await open('p', second, `${channel}|session-id=7008|init-term-id=-500000|term-id=5|term-offset=64`);
        await Promise.all([source(first).publish('p', run(0)), subscriber.consume('s', run(0))]);
        expect((await source(second).describe('p')).isConnected).toBe(false);
        expect(await subscriber.images('s')).toHaveLength(1);
        await source(first).closePublication('p');
        await source(second).awaitConnected('p');
        await subscriber.awaitImages('s', 1);
        await Promise.all([source(second).publish('p', run(COUNT)), subscriber.consume('s', run(COUNT))]);
        await source(second).closePublication('p');
        await subscriber.awaitImages('s', 0);
        await subscriber.closeSubscription('s');
      },
    );

    it('answers each of four clients of both kinds over response channels', async () => {
      const [requests, control] = [
        udp(await freePort()),
        `aeron:udp?control=127.0.0.1:${await freePort()}|control-mode=response`,
      ];
      const server = subscriber;
      await server.addSubscription('requests', requests, streamId);
      const clients = (['aeronmd', 'reference', 'reference', 'aeronmd'] as const).map((kind, number) => ({
        client: source(kind),
        number,
      }));
      const known = new Set<number>();
      for (const { client, number } of clients) {
        const id = await client.addSubscription(`responses${number}`, control, streamId + 1);
        await client.addExclusivePublication(
          `request${number}`,
          `${requests}|response-correlation-id=${id}|term-length=64k|linger=0s`,
          streamId,
        );
        await server.awaitImages('requests', number + 1);
        const image = (await server.images('requests')).find(({ correlationId }) => !known.has(correlationId));
        known.add(image?.correlationId ?? 0);
        await server.addExclusivePublication(
          `response${number}`,
          `${control}|response-correlation-id=${image?.correlationId}|term-length=64k|linger=0s`,
          streamId + 1,
        );
        await server.awaitConnected(`response${number}`);
        await client.awaitImages(`responses${number}`, 1);
      }
      await Promise.all([
        ...clients.map(({ client, number }) => client.stressPublish(`request${number}`, number, COUNT, MAX_LENGTH)),
        server.stressConsume(
          'requests',
          MAX_LENGTH,
          clients.map(() => COUNT),
        ),
      ]);
      // What is meant for another client would be a publisher that this one does not expect.
      const only = (number: number): number[] => [...new Array<number>(number).fill(0), COUNT];
      await Promise.all(
        clients.flatMap(({ client, number }): Promise<unknown>[] => [
          server.stressPublish(`response${number}`, number, COUNT, MAX_LENGTH),
          client.stressConsume(`responses${number}`, MAX_LENGTH, only(number)),
        ]),
      );
      for (const { client, number } of clients) {
        expect(await client.images(`responses${number}`)).toHaveLength(1);
        await client.closePublication(`request${number}`);
        await server.closePublication(`response${number}`);
        await client.awaitImages(`responses${number}`, 0);
        await client.closeSubscription(`responses${number}`);
      }
      await server.awaitImages('requests', 0);
      await server.closeSubscription('requests');
    });
  });
});
