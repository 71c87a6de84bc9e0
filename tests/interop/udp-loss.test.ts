// SPDX-License-Identifier: Apache-2.0
/** UDP with losses made on purpose by either side's driver, in each direction. */
import type { InteropClient } from './support/clients.ts';
import type { DriverKind } from './support/drivers.ts';
import { LOSSES } from './support/losses.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { clientOf, Setting } from './support/setting.ts';

const SECONDS = 1000;
const COUNT = 2000;
const MAX_LENGTH = 1024;

const CASES: readonly [publisher: DriverKind, subscriber: DriverKind, losing: 'publisher' | 'subscriber'][] = [
  ['aeronmd', 'reference', 'publisher'],
  ['aeronmd', 'reference', 'subscriber'],
  ['reference', 'aeronmd', 'publisher'],
  ['reference', 'aeronmd', 'subscriber'],
];

const NAKS_RECEIVED_TYPE_ID = 19;

describe.each(REFERENCE_VERSIONS.slice(0, 1))('against io.aeron:aeron-all:%s', (version) => {
  describe.each(CASES)('from a driver of kind %s to one of kind %s, the %s losing', (from, to, losing) => {
    const setting = new Setting(version);
    let publisher: InteropClient;
    let subscriber: InteropClient;

    beforeAll(async () => {
      const [sending, receiving] = losing === 'publisher' ? [LOSSES, {}] : [{}, LOSSES];
      publisher = await setting.client(clientOf(from), await setting.driver(from, sending));
      subscriber = await setting.client(clientOf(to), await setting.driver(to, receiving));
    }, 60 * SECONDS);
    afterAll(() => setting.close(), 60 * SECONDS);

    async function connect(parameters: string, streamId: number): Promise<void> {
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
      await subscriber.addSubscription('s', `${channel}${parameters}`, streamId);
      await publisher.addExclusivePublication('p', `${channel}|term-length=64k`, streamId);
      await publisher.awaitConnected('p');
      await subscriber.awaitImages('s', 1);
    }

    async function naksReceived(): Promise<number> {
      const counters = [...(await publisher.counters()).values()];
      return counters.find((counter) => counter.typeId === NAKS_RECEIVED_TYPE_ID)?.value ?? 0;
    }

    // Cubic shrinks its window again and again at such losses: fewer messages.
    it.each([
      ['', COUNT],
      ['|cc=cubic', COUNT / 8],
    ])('loses nothing of a reliable stream%s', async (parameters, count) => {
      const run = { first: 0, count, minLength: 0, maxLength: 3 * MAX_LENGTH, seed: 5 };
      await connect(parameters, 3001);
      await Promise.all([publisher.publish('p', run), subscriber.consume('s', run)]);
      expect(await naksReceived()).toBeGreaterThan(0);
      await publisher.closePublication('p');
      await subscriber.awaitImages('s', 0);
      await subscriber.closeSubscription('s');
    });

    it('keeps the order of an unreliable stream, which has gaps', async () => {
      await connect('|reliable=false', 3002);
      const [, received] = await Promise.all([
        publisher.stressPublish('p', 0, COUNT, MAX_LENGTH).then(() => publisher.closePublication('p')),
        subscriber.consumeWithGaps('s', MAX_LENGTH),
      ]);
      expect(received).toBeGreaterThan(COUNT / 2);
      expect(received).toBeLessThan(COUNT);
      await subscriber.awaitImages('s', 0);
      await subscriber.closeSubscription('s');
    });
  });
});
