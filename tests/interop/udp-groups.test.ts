// SPDX-License-Identifier: Apache-2.0
/**
 * One publication, receivers on drivers of both implementations at once: multicast and multi-destination cast with each flow
 * control. All clients are ours, the drivers are what is tested.
 */
import type { InteropClient } from './support/clients.ts';
import { streamCounter } from './support/driver-counters.ts';
import type { DriverKind } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { Setting } from './support/setting.ts';
import { eventually } from './support/wait.ts';

const SECONDS = 1000;
const TERM_LENGTH = 64 * 1024;
const MAX_LENGTH = 2048;
const TAG = -7;

const TIMES = {
  'aeron.timer.interval': '100ms',
  'aeron.image.liveness.timeout': '2s',
  'aeron.publication.connection.timeout': '2s',
  'aeron.flow.control.receiver.timeout': '2s',
  // An image that has ended stays for five of them.
  'aeron.rcv.status.message.timeout': '50ms',
};
const SENDING = { ...TIMES, 'aeron.flow.control.group.tag': String(TAG) };
const RECEIVING = { ...TIMES, 'aeron.receiver.group.tag': String(TAG) };

const KINDS: readonly DriverKind[] = ['aeronmd', 'reference'];
type Receiver = 'aeronmd' | 'reference';

interface Cast {
  readonly name: string;
  publication(port: number): string;
  subscription(port: number): string;
  /** Of publications with manual control, by the port of each receiver. */
  readonly isManual?: boolean;
}

const CASTS: readonly Cast[] = [
  {
    name: 'multicast',
    publication: (port) => `aeron:udp?endpoint=224.20.30.47:${port}|interface=127.0.0.1`,
    subscription: (port) => `aeron:udp?endpoint=224.20.30.47:${port}|interface=127.0.0.1`,
  },
  {
    name: 'multi-destination cast with dynamic control',
    publication: (port) => `aeron:udp?control=127.0.0.1:${port}|control-mode=dynamic`,
    subscription: (port) => `aeron:udp?endpoint=127.0.0.1:0|control=127.0.0.1:${port}|control-mode=dynamic`,
  },
  {
    name: 'multi-destination cast with manual control',
    publication: () => 'aeron:udp?control-mode=manual',
    subscription: (port) => `aeron:udp?endpoint=127.0.0.1:${port}`,
    isManual: true,
  },
];
const MULTICAST = CASTS[0] as Cast;

describe.each(REFERENCE_VERSIONS)('against io.aeron:aeron-all:%s', (version) => {
  const setting = new Setting(version);
  const publishers = new Map<DriverKind, InteropClient>();
  const receivers = new Map<DriverKind, InteropClient>();
  let streamId = 5000;

  beforeAll(async () => {
    for (const kind of KINDS) {
      publishers.set(kind, await setting.client('node', await setting.driver(kind, SENDING)));
      receivers.set(kind, await setting.client('node', await setting.driver(kind, RECEIVING)));
    }
  }, 60 * SECONDS);
  afterAll(() => setting.close(), 60 * SECONDS);

  describe.each(KINDS)('from a driver of kind %s to receivers of both kinds', (from) => {
    let publisher: InteropClient;
    let ours: InteropClient;
    let theirs: InteropClient;
    const receiver = (kind: Receiver): InteropClient => (kind === 'aeronmd' ? ours : theirs);

    beforeAll(() => {
      [publisher, ours, theirs] = [publishers.get(from), receivers.get('aeronmd'), receivers.get('reference')] as [
        InteropClient,
        InteropClient,
        InteropClient,
      ];
    });
    beforeEach(() => {
      streamId += 10;
    });

    const run = (first: number, count: number) => ({
      first,
      count,
      minLength: 0,
      maxLength: MAX_LENGTH,
      seed: streamId,
    });

    /** The publication `p`, and a subscription `s` on each receiving driver. */
    async function open(cast: Cast, flowControl: string): Promise<Map<Receiver, string>> {
      const port = await freePort();
      await publisher.addExclusivePublication(
        'p',
        `${cast.publication(port)}|term-length=64k|linger=0s${flowControl === '' ? '' : `|fc=${flowControl}`}`,
        streamId,
      );
      const channels = new Map<Receiver, string>();
      for (const kind of ['aeronmd', 'reference'] as const) {
        const channel = cast.subscription(cast.isManual ? await freePort() : port);
        channels.set(kind, channel);
        await receiver(kind).addSubscription('s', channel, streamId);
        if (cast.isManual) {
          await publisher.addDestination('p', channel);
        }
      }
      await publisher.awaitConnected('p');
      await Promise.all([ours, theirs].map((client) => client.awaitImages('s', 1)));
      return channels;
    }

    /** @param lazy the receiver that has not read to the end, and so keeps its image. */
    async function closeAll(lazy?: Receiver): Promise<void> {
      await publisher.closePublication('p');
      for (const kind of ['aeronmd', 'reference'] as const) {
        if (kind !== lazy) {
          await receiver(kind).awaitImages('s', 0);
        }
        await receiver(kind).closeSubscription('s');
      }
    }

    /** The number of receivers that min and tagged flow control wait for. */
    const awaitReceivers = (count: number): Promise<void> =>
      eventually(
        `${count} receivers`,
        async () => (await streamCounter(publisher, 'FLOW_CONTROL_RECEIVERS', streamId)) === count,
      );

    const heldBack = (): Promise<void> =>
      eventually('sender held back', async () => {
        const events = await streamCounter(publisher, 'SENDER_BACK_PRESSURE_EVENTS', streamId);
        return (events ?? 0) > 0;
      });

    it.each(CASTS)(
      'carries all to all over $name',
      async (cast) => {
        await open(cast, 'min,g:/2');
        await awaitReceivers(2);
        await Promise.all([
          publisher.publish('p', run(0, 500)),
          ours.consume('s', run(0, 500)),
          theirs.consume('s', run(0, 500)),
        ]);
        if (cast !== MULTICAST) {
          expect(await destinations()).toBe(2);
        }
        await closeAll();
      },
      60 * SECONDS,
    );

    async function destinations(): Promise<number | undefined> {
      const counters = [...(await publisher.counters()).values()];
      return counters.find(({ label }) => label.startsWith('mdc-num-dest'))?.value;
    }

    describe.each([
      ['aeronmd', 'reference'],
      ['reference', 'aeronmd'],
    ] as const)('of which the one of kind %s reads and the one of kind %s does not', (keen, lazy) => {
      it.each(CASTS)(
        'the fastest decides with fc=max, over $name',
        async (cast) => {
          await open(cast, 'max');
          // Ten times what fits the windows of publication and receiver.
          await Promise.all([publisher.publish('p', run(0, 600)), receiver(keen).consume('s', run(0, 600))]);
          expect((await publisher.describe('p')).position).toBeGreaterThan(8 * TERM_LENGTH);
          await closeAll(lazy);
        },
        60 * SECONDS,
      );

      it.each(CASTS)(
        'the slowest decides with fc=min, over $name',
        async (cast) => {
          await open(cast, 'min');
          await awaitReceivers(2);
          const keenDone = Promise.all([publisher.publish('p', run(0, 300)), receiver(keen).consume('s', run(0, 300))]);
          await heldBack();
          const { position } = await publisher.describe('p');
          const [image] = await receiver(lazy).images('s');
          // Half a term for the receiver's window, half a term for the publication's.
          expect(position - (image?.position ?? 0)).toBeLessThanOrEqual(TERM_LENGTH + MAX_LENGTH + 64);
          await Promise.all([keenDone, receiver(lazy).consume('s', run(0, 300))]);
          await closeAll();
        },
        60 * SECONDS,
      );
    });

    it('waits for those with the tag that the context of each driver gives, and for no other', async () => {
      const channel = MULTICAST.subscription(await freePort());
      await publisher.addExclusivePublication('p', `${channel}|term-length=64k|linger=0s|fc=tagged,g:/2`, streamId);
      await publisher.addSubscription('untagged', channel, streamId);
      await publisher.awaitImages('untagged', 1);
      expect((await publisher.describe('p')).isConnected).toBe(false);
      await ours.addSubscription('s', channel, streamId);
      await ours.awaitImages('s', 1);
      await awaitReceivers(1);
      expect((await publisher.describe('p')).isConnected).toBe(false);
      await theirs.addSubscription('s', channel, streamId);
      await awaitReceivers(2);
      await publisher.awaitConnected('p');
      await theirs.awaitImages('s', 1);
      // The one without tag does not read, and holds nobody back.
      await Promise.all([
        publisher.publish('p', run(0, 300)),
        ours.consume('s', run(0, 300)),
        theirs.consume('s', run(0, 300)),
      ]);
      await publisher.closeSubscription('untagged');
      await closeAll();
    });

    it.each([
      ['aeronmd', 'reference'],
      ['reference', 'aeronmd'],
    ] as const)(
      'a tag of the channel goes before that of the context: %s has it, %s has another',
      async (has, other) => {
        const channel = MULTICAST.subscription(await freePort());
        await receiver(other).addSubscription('s', `${channel}|gtag=5`, streamId);
        await publisher.addExclusivePublication('p', `${channel}|term-length=64k|linger=0s|fc=tagged,g:11/1`, streamId);
        await receiver(other).awaitImages('s', 1);
        expect((await publisher.describe('p')).isConnected).toBe(false);
        await receiver(has).addSubscription('s', `${channel}|gtag=11`, streamId);
        await publisher.awaitConnected('p');
        await receiver(has).awaitImages('s', 1);
        await awaitReceivers(1);
        await Promise.all([publisher.publish('p', run(0, 300)), receiver(has).consume('s', run(0, 300))]);
        await closeAll(other);
      },
    );

    it.each(['min,g:/2,t:500ms', `tagged,g:${TAG}/2,t:500ms`])(
      'is connected as long as the group is large enough: fc=%s',
      async (flowControl) => {
        const channels = await open(MULTICAST, flowControl);
        for (const leaving of ['aeronmd', 'reference'] as const) {
          await awaitReceivers(2);
          await receiver(leaving).closeSubscription('s');
          await eventually('not connected', async () => !(await publisher.describe('p')).isConnected);
          await receiver(leaving).addSubscription('s', channels.get(leaving) ?? '', streamId);
          await receiver(leaving).awaitImages('s', 1);
          await publisher.awaitConnected('p');
        }
        await awaitReceivers(2);
        await Promise.all([
          publisher.publish('p', run(0, 50)),
          ours.consume('s', run(0, 50)),
          theirs.consume('s', run(0, 50)),
        ]);
        await closeAll();
      },
      60 * SECONDS,
    );

    it.each([
      ['aeronmd', 'reference'],
      ['reference', 'aeronmd'],
    ] as const)('goes on to %s after the destination %s was removed', async (staying, leaving) => {
      const channels = await open(CASTS[2] as Cast, 'max');
      await publisher.removeDestination('p', channels.get(leaving) ?? '');
      await Promise.all([publisher.publish('p', run(0, 300)), receiver(staying).consume('s', run(0, 300))]);
      await receiver(leaving).awaitImages('s', 0);
      await closeAll();
    });

    it('groups on one port do not hear each other', async () => {
      const port = await freePort();
      const groups = ['224.20.30.57', '224.20.30.59'].map(
        (address) => `aeron:udp?endpoint=${address}:${port}|interface=127.0.0.1`,
      ) as [string, string];
      for (const client of [ours, theirs]) {
        await client.addSubscription('first', groups[0], streamId);
        await client.addSubscription('second', groups[1], streamId);
      }
      const sessions: number[] = [];
      for (const [index, group] of groups.entries()) {
        const channel = `${group}|term-length=64k|linger=0s|fc=min,g:/2`;
        sessions.push(await publisher.addExclusivePublication(`p${index}`, channel, streamId));
        await publisher.awaitConnected(`p${index}`);
      }
      for (const client of [ours, theirs]) {
        await client.awaitImages('second', 1);
        await client.awaitImages('first', 1);
        expect((await client.images('first'))[0]?.sessionId).toBe(sessions[0]);
        expect((await client.images('second'))[0]?.sessionId).toBe(sessions[1]);
      }
      for (const [index, name] of ['first', 'second'].entries()) {
        await publisher.closePublication(`p${index}`);
        for (const client of [ours, theirs]) {
          await client.awaitImages(name, 0);
          await client.closeSubscription(name);
        }
      }
    });

    it.each([
      ['aeronmd', 'reference'],
      ['reference', 'aeronmd'],
    ] as const)('lets %s join late where %s is already, at the position of the publisher', async (late, early) => {
      for (const cast of CASTS.slice(0, 2)) {
        const port = await freePort();
        await publisher.addExclusivePublication('p', `${cast.publication(port)}|term-length=64k|linger=0s`, streamId);
        await receiver(early).addSubscription('s', cast.subscription(port), streamId);
        await publisher.awaitConnected('p');
        await receiver(early).awaitImages('s', 1);
        await Promise.all([publisher.publish('p', run(0, 100)), receiver(early).consume('s', run(0, 100))]);
        const { position } = await publisher.describe('p');
        await receiver(late).addSubscription('s', cast.subscription(port), streamId);
        await receiver(late).awaitImages('s', 1);
        expect((await receiver(late).images('s'))[0]?.joinPosition).toBe(position);
        await Promise.all([
          publisher.publish('p', run(100, 15)),
          receiver(early).consume('s', run(100, 15)),
          receiver(late).consume('s', run(100, 15)),
        ]);
        await closeAll();
      }
    });
  });
});
