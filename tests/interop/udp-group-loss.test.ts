// SPDX-License-Identifier: Apache-2.0
/**
 * Losses in groups that have receivers of both implementations, who all ask the one publisher for what they lack; and the
 * parameters of repair. All clients are ours, the drivers are what is tested.
 */
import type { InteropClient } from './support/clients.ts';
import { streamCounter, systemCounter } from './support/driver-counters.ts';
import type { DriverKind } from './support/drivers.ts';
import { LOSSES } from './support/losses.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { Setting } from './support/setting.ts';

const SECONDS = 1000;
const KINDS: readonly DriverKind[] = ['aeronmd', 'reference'];
const COUNT = 500;

const BACK_OFF = { 'aeron.nak.multicast.group.size': '2', 'aeron.nak.multicast.max.backoff': '20ms' };
const RECEIVE_LOSSES = Object.fromEntries(Object.entries(LOSSES).filter(([name]) => !name.includes('send')));
const SEND_LOSSES = Object.fromEntries(Object.entries(LOSSES).filter(([name]) => !name.includes('receive')));

describe.each(REFERENCE_VERSIONS.slice(0, 1))('against io.aeron:aeron-all:%s', (version) => {
  const setting = new Setting(version);
  const clients = new Map<string, InteropClient>();
  let streamId = 10_000;

  beforeAll(async () => {
    for (const kind of KINDS) {
      for (const [role, settings] of Object.entries({
        sound: BACK_OFF,
        receives: { ...BACK_OFF, ...RECEIVE_LOSSES },
        sends: { ...BACK_OFF, ...SEND_LOSSES },
      })) {
        clients.set(`${kind} ${role}`, await setting.client('node', await setting.driver(kind, settings)));
      }
    }
  }, 60 * SECONDS);
  afterAll(() => setting.close(), 60 * SECONDS);
  beforeEach(() => {
    streamId += 10;
  });

  const client = (kind: DriverKind, role: 'sound' | 'receives' | 'sends'): InteropClient =>
    clients.get(`${kind} ${role}`) as InteropClient;
  const run = (count: number) => ({ first: 0, count, minLength: 0, maxLength: 2048, seed: streamId });

  async function open(
    publisher: InteropClient,
    receivers: readonly InteropClient[],
    publication: string,
    subscription: string,
  ): Promise<void> {
    await publisher.addExclusivePublication('p', `${publication}|term-length=64k|linger=1s`, streamId);
    for (const receiver of receivers) {
      await receiver.addSubscription('s', subscription, streamId);
    }
    await publisher.awaitConnected('p');
    await Promise.all(receivers.map((receiver) => receiver.awaitImages('s', 1)));
  }

  async function transfer(publisher: InteropClient, receivers: readonly InteropClient[], count: number): Promise<void> {
    await Promise.all([
      publisher.publish('p', run(count)),
      ...receivers.map((receiver) => receiver.consume('s', run(count))),
    ]);
    await publisher.closePublication('p');
    await Promise.all(receivers.map((receiver) => receiver.awaitImages('s', 0)));
    await Promise.all(receivers.map((receiver) => receiver.closeSubscription('s')));
  }

  describe.each(KINDS)('from a driver of kind %s', (from) => {
    const group = async (): Promise<string> =>
      `aeron:udp?endpoint=224.20.30.55:${await freePort()}|interface=127.0.0.1`;

    it.each(['sends', 'receives'] as const)(
      'all receivers of both kinds get all, though one side loses: the one that %s',
      async (losing) => {
        const publisher = client(from, losing === 'sends' ? 'sends' : 'sound');
        const receivers = KINDS.map((kind) => client(kind, losing === 'sends' ? 'sound' : 'receives'));
        const channel = await group();
        const before = await Promise.all(receivers.map((receiver) => systemCounter(receiver, 'NAK_MESSAGES_SENT')));
        await open(publisher, receivers, `${channel}|fc=min,g:/2`, channel);
        await transfer(publisher, receivers, COUNT);
        for (const [index, receiver] of receivers.entries()) {
          expect(await systemCounter(receiver, 'NAK_MESSAGES_SENT')).toBeGreaterThan(before[index] ?? 0);
        }
      },
      90 * SECONDS,
    );

    it(
      'max-resend=1: one repair at a time, further NAKs are counted as overflow, and all is repaired',
      async () => {
        const publisher = client(from, 'sound');
        const receivers = KINDS.map((kind) => client(kind, 'receives'));
        const channel = await group();
        const before = await systemCounter(publisher, 'RETRANSMIT_OVERFLOW');
        await open(publisher, receivers, `${channel}|fc=min,g:/2|max-resend=1`, channel);
        await transfer(publisher, receivers, COUNT);
        expect(await systemCounter(publisher, 'RETRANSMIT_OVERFLOW')).toBeGreaterThan(before);
      },
      90 * SECONDS,
    );

    it.each(KINDS)(
      'nak-delay: the receiver of kind %s waits before it asks',
      async (to) => {
        const delayMs = 20;
        const [publisher, receiver] = [client(from, 'sound'), client(to, 'receives')];
        const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
        await open(publisher, [receiver], channel, `${channel}|nak-delay=${delayMs}ms`);
        const startMs = performance.now();
        await Promise.all([publisher.publish('p', run(100)), receiver.consume('s', run(100))]);
        const naks = (await streamCounter(receiver, 'RECEIVER_NAKS_SENT', streamId)) ?? 0;
        expect(naks).toBeGreaterThan(0);
        // One gap at a time, each asked for after the delay.
        expect(performance.now() - startMs).toBeGreaterThan(naks * delayMs);
        await publisher.closePublication('p');
        await receiver.awaitImages('s', 0);
        await receiver.closeSubscription('s');
      },
      90 * SECONDS,
    );

    it.each(KINDS)(
      'group=true on unicast, group=false on multicast: the receiver of kind %s repairs all the same',
      async (to) => {
        const [publisher, receiver] = [client(from, 'sound'), client(to, 'receives')];
        for (const [channel, isGroup] of [
          [`aeron:udp?endpoint=127.0.0.1:${await freePort()}`, true],
          [await group(), false],
        ] as const) {
          await open(publisher, [receiver], channel, `${channel}|group=${isGroup}`);
          await transfer(publisher, [receiver], 100);
        }
      },
      90 * SECONDS,
    );
  });
});
