// SPDX-License-Identifier: Apache-2.0
/**
 * Parameters of UDP channels, each by what the other side sees of it, between drivers of both implementations in both
 * directions. All clients are ours, the drivers are what is tested.
 */
import type { InteropClient } from './support/clients.ts';
import { boundAddress, streamCounter, systemCounter } from './support/driver-counters.ts';
import type { DriverKind } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { isKnown, type NewerOperation, REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { Setting } from './support/setting.ts';
import { eventually } from './support/wait.ts';

const SECONDS = 1000;
const TIMES = {
  'aeron.timer.interval': '100ms',
  'aeron.image.liveness.timeout': '1s',
  'aeron.publication.connection.timeout': '2s',
  // An image that has ended stays for five of them.
  'aeron.rcv.status.message.timeout': '50ms',
};
const PORTS_OF_A_RANGE = 20;
// Below the ports that systems give out by themselves, and apart for runs at the same time.
const lowestPort = 20_000 + ((process.pid * 2 * PORTS_OF_A_RANGE) % 10_000);
const MAX_LENGTH = 1500;

const PAIRS: readonly [DriverKind, DriverKind][] = [
  ['aeronmd', 'reference'],
  ['reference', 'aeronmd'],
];

describe.each(REFERENCE_VERSIONS)('against io.aeron:aeron-all:%s', (version) => {
  describe.each(PAIRS)('from a driver of kind %s to one of kind %s', (from, to) => {
    const setting = new Setting(version);
    let publisher: InteropClient;
    let subscriber: InteropClient;
    let streamId = 9000;
    let channel: string;

    beforeAll(async () => {
      const range = (low: number): string => `${low} ${low + PORTS_OF_A_RANGE - 1}`;
      const sending = { ...TIMES, 'aeron.sender.wildcard.port.range': range(lowestPort) };
      const receiving = { ...TIMES, 'aeron.receiver.wildcard.port.range': range(lowestPort + PORTS_OF_A_RANGE) };
      publisher = await setting.client('node', await setting.driver(from, sending));
      subscriber = await setting.client('node', await setting.driver(to, receiving));
    }, 60 * SECONDS);
    afterAll(() => setting.close(), 60 * SECONDS);
    beforeEach(async () => {
      streamId += 10;
      channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
    });

    const knownTo = (operation: NewerOperation, ...sides: DriverKind[]) =>
      isKnown(operation, version, ...sides) ? it : it.skip;
    const run = (first: number, count: number) => ({
      first,
      count,
      minLength: 0,
      maxLength: MAX_LENGTH,
      seed: streamId,
    });

    const publish = (name: string, parameters: string, stream = streamId): Promise<number> =>
      publisher.addExclusivePublication(name, `${channel}|linger=0s${withTermLength(parameters)}`, stream);
    const subscribe = (name: string, parameters = '', stream = streamId): Promise<number> =>
      subscriber.addSubscription(name, `${channel}${parameters}`, stream);

    const withTermLength = (parameters: string): string =>
      parameters.includes('term-length=') ? parameters : `|term-length=64k${parameters}`;

    async function connected(): Promise<void> {
      await publisher.awaitConnected('p');
      await subscriber.awaitImages('s', 1);
    }

    async function exchange(first: number, count: number): Promise<void> {
      await Promise.all([publisher.publish('p', run(first, count)), subscriber.consume('s', run(first, count))]);
    }

    async function closeAll(): Promise<void> {
      await publisher.closePublication('p');
      await subscriber.awaitImages('s', 0);
      await subscriber.closeSubscription('s');
    }

    it('session-id of a subscription: that session and no other', async () => {
      await subscribe('all');
      await subscribe('s', '|session-id=411');
      await publish('other', '|session-id=412');
      await publish('p', '|session-id=411');
      await connected();
      await subscriber.awaitImages('all', 2);
      expect((await subscriber.images('s')).map(({ sessionId }) => sessionId)).toEqual([411]);
      await subscriber.closeSubscription('all');
      await exchange(0, 100);
      await publisher.closePublication('other');
      await closeAll();
    });

    knownTo('stream-id', from)('stream-id: refused where it is another than that of the command', async () => {
      await subscribe('s');
      await expect(publish('p', `|stream-id=${streamId + 1}`)).rejects.toThrow(/stream-id/);
      await publish('p', `|stream-id=${streamId}`);
      await connected();
      await closeAll();
    });

    it('ssc: a spy alone is a connection, or is not; a receiver joins where the spy is', async () => {
      await publish('p', '|ssc=false');
      await publisher.addSubscription('spy', `aeron-spy:${channel}`, streamId);
      await publisher.awaitImages('spy', 1);
      expect((await publisher.describe('p')).isConnected).toBe(false);
      await publisher.closePublication('p');
      await publisher.awaitImages('spy', 0);
      await publish('p', '|ssc=true');
      await publisher.awaitImages('spy', 1);
      await publisher.awaitConnected('p');
      await Promise.all([publisher.publish('p', run(0, 200)), publisher.consume('spy', run(0, 200))]);
      const { position } = await publisher.describe('p');
      await eventually(
        'sender follows the spy',
        async () => (await streamCounter(publisher, 'SENDER_POSITION', streamId)) === position,
      );
      await subscribe('s');
      await subscriber.awaitImages('s', 1);
      expect((await subscriber.images('s'))[0]?.joinPosition).toBe(position);
      await Promise.all([
        publisher.publish('p', run(200, 200)),
        publisher.consume('spy', run(200, 200)),
        subscriber.consume('s', run(200, 200)),
      ]);
      await publisher.closeSubscription('spy');
      await closeAll();
    });

    it('rcv-wnd and so-rcvbuf: how far the sender may run ahead; so-sndbuf', async () => {
      await subscribe('s', '|so-rcvbuf=256k|rcv-wnd=192k');
      await publish('p', '|so-sndbuf=256k|term-length=1m|term-id=0|init-term-id=0|term-offset=0');
      await connected();
      await eventually(
        'limit of the sender',
        async () => (await streamCounter(publisher, 'SENDER_LIMIT', streamId)) === 192 * 1024,
      );
      await exchange(0, 300);
      await closeAll();
    });

    knownTo('pub-wnd', from)('pub-wnd: how far the publisher may run ahead of the sender', async () => {
      await subscribe('s');
      await publish('p', '|pub-wnd=16k|term-id=0|init-term-id=0|term-offset=0');
      await connected();
      await eventually('limit', async () => (await publisher.describe('p')).positionLimit === 16 * 1024);
      await exchange(0, 300);
      await closeAll();
    });

    it('an MTU beyond the window of the receiver: an error there and no image', async () => {
      const errors = await systemCounter(subscriber, 'ERRORS');
      await subscribe('s', '|rcv-wnd=4k');
      await publish('p', '|mtu=8k');
      await eventually('error', async () => (await systemCounter(subscriber, 'ERRORS')) > errors);
      expect(await subscriber.images('s')).toHaveLength(0);
      expect((await publisher.describe('p')).isConnected).toBe(false);
      await closeAll();
    });

    it.each(['127.0.0.1', '127.0.0.0/8'])(
      'ttl and interface=%s of a group; a smaller ttl at the receiver is counted',
      async (interfaceText) => {
        const group = `aeron:udp?endpoint=224.20.30.53:${await freePort()}|interface=${interfaceText}`;
        const before = await systemCounter(subscriber, 'POSSIBLE_TTL_ASYMMETRY');
        for (const [ttl, counted] of [
          [4, 0],
          [2, 1],
        ] as const) {
          await subscriber.addSubscription('s', `${group}|ttl=${ttl}`, streamId);
          await publisher.addExclusivePublication('p', `${group}|ttl=4|term-length=64k|linger=0s`, streamId);
          await connected();
          await exchange(0, 100);
          expect((await systemCounter(subscriber, 'POSSIBLE_TTL_ASYMMETRY')) - before).toBe(counted);
          await closeAll();
          await closedEndpoint(group);
        }
      },
    );

    /** The next subscription gets an end point of its own then. */
    const closedEndpoint = (start: string): Promise<void> =>
      eventually('end point closed', async () =>
        [...(await subscriber.counters()).values()].every(({ label }) => !label.includes(start)),
      );

    it('eos=false: no end of stream, the image ends by its time-out', async () => {
      await subscribe('s');
      await publish('p', '|eos=false');
      await connected();
      await exchange(0, 50);
      const startMs = performance.now();
      await publisher.closePublication('p');
      await eventually('image gone', async () => {
        const [image] = await subscriber.images('s');
        expect(image?.isEndOfStream ?? false).toBe(false);
        return image === undefined;
      });
      expect(performance.now() - startMs).toBeGreaterThan(500);
      await subscriber.closeSubscription('s');
    });

    it.each([true, false])('rejoin=%s: a session that went silent is let in again, or is not', async (isRejoin) => {
      await subscribe('s', `|rejoin=${isRejoin}`);
      await publish('p', '|eos=false|session-id=421');
      await connected();
      await publisher.closePublication('p');
      await subscriber.awaitImages('s', 0);
      await again(() => publish('p', '|session-id=421'));
      // Its set-up frames come after those of the first, so the first one's fate is decided when the image is there.
      await publish('later', '|session-id=422');
      await eventually('later image', async () => (await sessions()).includes(422));
      await (isRejoin ? subscriber.awaitImages('s', 2) : Promise.resolve());
      expect((await sessions()).includes(421)).toBe(isRejoin);
      await publisher.closePublication('later');
      await closeAll();
    });

    const sessions = async (): Promise<number[]> => (await subscriber.images('s')).map(({ sessionId }) => sessionId);

    it('linger: for how long a group’s publication keeps its session', async () => {
      const control = `aeron:udp?control=127.0.0.1:${await freePort()}|control-mode=dynamic`;
      await subscriber.addSubscription('s', `${control}|endpoint=127.0.0.1:0`, streamId);
      const open = (linger: string): Promise<number> =>
        publisher.addExclusivePublication('p', `${control}|term-length=64k|session-id=431|linger=${linger}`, streamId);
      await open('0s');
      await connected();
      await publisher.closePublication('p');
      await subscriber.awaitImages('s', 0);
      await again(() => open('30s'));
      await connected();
      await publisher.closePublication('p');
      await subscriber.awaitImages('s', 0);
      await expect(open('0s')).rejects.toThrow(/session/);
      await subscriber.closeSubscription('s');
    });

    /** A closed publication keeps its session until its driver has looked at it again. */
    const again = (add: () => Promise<number>): Promise<void> =>
      eventually('session free', () =>
        add().then(
          () => true,
          () => false,
        ),
      );

    // Before 1.49 rejoin=false said nothing to untethered subscriptions.
    knownTo('leave-for-good', to)('tether=false with rejoin=false: one that is too slow leaves for good', async () => {
      await subscribe('slow', `|tether=false|rejoin=false|${untethered}`);
      // All subscriptions of an end point agree on rejoin.
      await subscribe('s', '|tether=true|rejoin=false');
      const session = await publish('p', '');
      await connected();
      await subscriber.awaitImages('slow', 1);
      await exchange(0, 200);
      await subscriber.awaitImages('slow', 0);
      await exchange(200, 200);
      const events = (await subscriber.events()).filter((event) => event.endsWith(` ${session}`));
      // One for each of the two subscriptions.
      expect(events.filter((event) => event.startsWith('available'))).toHaveLength(2);
      await closeAll();
      await subscriber.closeSubscription('slow');
    });

    const untethered = ['window-limit', 'linger', 'resting']
      .map((name) => `untethered-${name}-timeout=300ms`)
      .join('|');

    it('tether=false on both sides: a slow spy and a slow receiver leave and come back', async () => {
      const session = await publish('p', `|ssc=true|${untethered}`);
      await publisher.addSubscription('spy', `aeron-spy:${channel}|tether=false`, streamId);
      await subscribe('slow', `|tether=false|${untethered}`);
      await subscribe('s');
      await connected();
      await publisher.awaitImages('spy', 1);
      await subscriber.awaitImages('slow', 1);
      await exchange(0, 200);
      const { position } = await publisher.describe('p');
      for (const [client, name] of [
        [publisher, 'spy'],
        [subscriber, 'slow'],
      ] as const) {
        await eventually(`${name} has left`, async () => (await client.events()).includes(`unavailable ${session}`));
        await eventually(`${name} is back`, async () => (await client.images(name))[0]?.joinPosition === position);
      }
      await publisher.closeSubscription('spy');
      await subscriber.closeSubscription('slow');
      await closeAll();
    });

    knownTo(
      'revoke',
      from,
      to,
    )('revoke: the image ends at once, both sides count it', async () => {
      const before = [
        await systemCounter(publisher, 'PUBLICATIONS_REVOKED'),
        await systemCounter(subscriber, 'PUBLICATION_IMAGES_REVOKED'),
      ] as const;
      await subscribe('s');
      await publish('p', '');
      await connected();
      await exchange(0, 50);
      await publisher.publish('p', run(50, 5));
      await publisher.revoke('p');
      await subscriber.awaitImages('s', 0);
      await eventually(
        'counted',
        async () => (await systemCounter(publisher, 'PUBLICATIONS_REVOKED')) === before[0] + 1,
      );
      expect(await systemCounter(subscriber, 'PUBLICATION_IMAGES_REVOKED')).toBe(before[1] + 1);
      await subscriber.closeSubscription('s');
    });

    it('control port 0: the sender takes one of its range, and receivers find it', async () => {
      const control = 'aeron:udp?control=127.0.0.1:0|control-mode=dynamic';
      const publication = `${control}|term-length=64k|alias=n${streamId}`;
      await publisher.addExclusivePublication('p', publication, streamId);
      await eventually('bound', async () => (await boundAddress(publisher, publication)) !== undefined);
      const address = (await boundAddress(publisher, publication)) ?? '';
      const port = Number(address.split(':')[1]);
      expect(port).toBeGreaterThanOrEqual(lowestPort);
      expect(port).toBeLessThan(lowestPort + PORTS_OF_A_RANGE);
      const subscription = `aeron:udp?endpoint=127.0.0.1:0|control=${address}|control-mode=dynamic`;
      await subscriber.addSubscription('s', subscription, streamId);
      await connected();
      const own = Number((await subscriber.resolvedEndpoint('s')).split(':')[1]);
      expect(own).toBeGreaterThanOrEqual(lowestPort + PORTS_OF_A_RANGE);
      expect(own).toBeLessThan(lowestPort + 2 * PORTS_OF_A_RANGE);
      await exchange(0, 100);
      await closeAll();
    });
  });
});
