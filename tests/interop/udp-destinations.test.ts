// SPDX-License-Identifier: Apache-2.0
/**
 * A publication with manual control and a destination that nothing can be sent to. One whose address no way leads to holds up the
 * others until it is removed; one whose name is not known yet is left out until it is. Both drivers do so.
 */
import { streamCounter, systemCounter } from './support/driver-counters.ts';
import type { DriverKind } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { Setting } from './support/setting.ts';
import { eventually } from './support/wait.ts';

const SECONDS = 1000;
const TERM_LENGTH = 64 * 1024;
const STREAM_ID = 1001;
const SETTINGS = { 'aeron.timer.interval': '100ms' };
/** No datagram leaves for it from a socket of the loopback interface. */
const NO_WAY = '10.255.0.1:40123';
const NAME = 'receiver-to-come';

const PAIRS: readonly [DriverKind, DriverKind][] = [
  ['aeronmd', 'reference'],
  ['reference', 'aeronmd'],
];

const run = (first: number, count: number) => ({ first, count, minLength: 0, maxLength: 2048, seed: 7 });

describe.each(REFERENCE_VERSIONS)('against io.aeron:aeron-all:%s', (version) => {
  describe.each(PAIRS)('from a driver of kind %s to one of kind %s', (publisherDriver, subscriberDriver) => {
    const setting = new Setting(version);
    afterEach(() => setting.close(), 60 * SECONDS);

    /** The publication `p` with one destination, where the subscription `s` is. */
    async function open(settings: Readonly<Record<string, string>>) {
      const publisher = await setting.client('node', await setting.driver(publisherDriver, settings));
      const subscriber = await setting.client('node', await setting.driver(subscriberDriver, SETTINGS));
      const destination = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
      const control = `control=127.0.0.1:${await freePort()}|control-mode=manual`;
      await subscriber.addSubscription('s', destination, STREAM_ID);
      await publisher.addExclusivePublication('p', `aeron:udp?${control}|term-length=64k|linger=0s|fc=min`, STREAM_ID);
      await publisher.addDestination('p', destination);
      await publisher.awaitConnected('p');
      await subscriber.awaitImages('s', 1);
      return { publisher, subscriber };
    }

    it('is held up by a destination that no way leads to, and goes on without it', async () => {
      const { publisher, subscriber } = await open(SETTINGS);
      await Promise.all([publisher.publish('p', run(0, 100)), subscriber.consume('s', run(0, 100))]);
      const { position } = await publisher.describe('p');
      await publisher.addDestination('p', `aeron:udp?endpoint=${NO_WAY}`);

      const rest = Promise.all([publisher.publish('p', run(100, 400)), subscriber.consume('s', run(100, 400))]);
      await eventually('sends that come to nothing', async () => (await systemCounter(publisher, 'SHORT_SENDS')) > 100);
      // What was sent is at most what the socket took before the destination came; of the rest the window is full.
      expect((await publisher.describe('p')).position - position).toBeLessThanOrEqual(TERM_LENGTH);
      expect(await systemCounter(publisher, 'ERRORS')).toBeGreaterThan(0);

      await publisher.removeDestination('p', `aeron:udp?endpoint=${NO_WAY}`);
      await rest;
      expect((await publisher.describe('p')).position - position).toBeGreaterThan(4 * TERM_LENGTH);
    });

    it('is not held up by a destination whose name is not known, which gets the stream once it is', async () => {
      const [own, other, port] = [await freePort(), await freePort(), await freePort()];
      const gossip = (name: string, address: number, neighbor: number) => ({
        ...SETTINGS,
        'aeron.name.resolver.supplier': 'driver',
        'aeron.driver.resolver.name': name,
        'aeron.driver.resolver.interface': `127.0.0.1:${address}`,
        'aeron.driver.resolver.bootstrap.neighbor': `127.0.0.1:${neighbor}`,
      });
      const { publisher, subscriber } = await open(gossip('publisher', own, other));
      await subscriber.addSubscription('late', `aeron:udp?endpoint=127.0.0.1:${port}`, STREAM_ID);
      await publisher.addDestination('p', `aeron:udp?endpoint=${NAME}:${port}`);
      await Promise.all([publisher.publish('p', run(0, 400)), subscriber.consume('s', run(0, 400))]);
      expect((await publisher.describe('p')).position).toBeGreaterThan(4 * TERM_LENGTH);
      expect(await subscriber.images('late')).toEqual([]);

      await setting.driver(subscriberDriver, gossip(NAME, other, own));
      await subscriber.awaitImages('late', 1);
      await eventually(
        'two receivers that are waited for',
        async () => (await streamCounter(publisher, 'FLOW_CONTROL_RECEIVERS', STREAM_ID)) === 2,
      );
      await Promise.all([
        publisher.publish('p', run(400, 400)),
        subscriber.consume('s', run(400, 400)),
        subscriber.consume('late', run(400, 400)),
      ]);
    });
  });
});
