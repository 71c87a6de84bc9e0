// SPDX-License-Identifier: Apache-2.0
/** Drivers that vanish and come back, and drivers that tell each other their names, in both directions. */
import { existsSync } from 'node:fs';
import type { InteropClient } from './support/clients.ts';
import type { DriverKind } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { clientOf, Setting } from './support/setting.ts';
import { eventually } from './support/wait.ts';

const SECONDS = 1000;
const SETTINGS = {
  'aeron.timer.interval': '100ms',
  'aeron.image.liveness.timeout': '1s',
  'aeron.publication.connection.timeout': '1s',
};
const RESOLVER_CACHE_TYPE_ID = 16;

const PAIRS: readonly [DriverKind, DriverKind][] = [
  ['aeronmd', 'reference'],
  ['reference', 'aeronmd'],
];

const run = (seed: number) => ({ first: 0, count: 300, minLength: 0, maxLength: 2048, seed });

describe.each(REFERENCE_VERSIONS.slice(0, 1))('against io.aeron:aeron-all:%s', (version) => {
  describe.each(PAIRS)('from a driver of kind %s to one of kind %s', (publisherDriver, subscriberDriver) => {
    const setting = new Setting(version);
    afterEach(() => setting.close(), 60 * SECONDS);

    const exchange = async (publisher: InteropClient, subscriber: InteropClient, seed: number): Promise<void> => {
      await publisher.awaitConnected('p');
      await subscriber.awaitImages('s', 1);
      await Promise.all([publisher.publish('p', run(seed)), subscriber.consume('s', run(seed))]);
    };

    it('goes on after the driver of the publisher was killed and another one has come', async () => {
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}|term-length=64k`;
      const subscriber = await setting.client(
        clientOf(subscriberDriver),
        await setting.driver(subscriberDriver, SETTINGS),
      );
      await subscriber.addSubscription('s', channel, 1);
      for (const seed of [1, 2]) {
        const driver = await setting.driver(publisherDriver, SETTINGS);
        const publisher = await setting.client('node-process', driver);
        await publisher.addExclusivePublication('p', channel, 1);
        await exchange(publisher, subscriber, seed);
        await publisher.kill();
        await driver.kill();
        expect(existsSync(driver.directory)).toBe(false);
        await subscriber.awaitImages('s', 0);
      }
    });

    it('goes on after the driver of the subscriber was killed and another one has come', async () => {
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}|term-length=64k`;
      const publisher = await setting.client(
        clientOf(publisherDriver),
        await setting.driver(publisherDriver, SETTINGS),
      );
      await publisher.addExclusivePublication('p', channel, 1);
      for (const seed of [1, 2]) {
        const driver = await setting.driver(subscriberDriver, SETTINGS);
        const subscriber = await setting.client('node-process', driver);
        await subscriber.addSubscription('s', channel, 1);
        await exchange(publisher, subscriber, seed);
        await subscriber.kill();
        await driver.kill();
        await eventually('disconnected', async () => !(await publisher.describe('p')).isConnected);
      }
    });

    it('keeps a publication for its linger time, so that late readers get all', async () => {
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
      const publisher = await setting.client(
        clientOf(publisherDriver),
        await setting.driver(publisherDriver, SETTINGS),
      );
      const subscriber = await setting.client(
        clientOf(subscriberDriver),
        await setting.driver(subscriberDriver, SETTINGS),
      );
      await subscriber.addSubscription('s', channel, 1);
      await publisher.addExclusivePublication('p', `${channel}|term-length=64k|linger=2s`, 1);
      await publisher.awaitConnected('p');
      await subscriber.awaitImages('s', 1);
      const few = { ...run(1), count: 15 };
      await publisher.publish('p', few);
      await publisher.closePublication('p');
      await publisher.close();
      await subscriber.consume('s', few);
      await subscriber.awaitImages('s', 0);
    });

    it('finds the other driver by its name', async () => {
      const [a, b] = [await freePort(), await freePort()];
      const gossip = (name: string, own: number, other: number) => ({
        ...SETTINGS,
        'aeron.name.resolver.supplier': 'driver',
        'aeron.driver.resolver.name': name,
        'aeron.driver.resolver.interface': `127.0.0.1:${own}`,
        'aeron.driver.resolver.bootstrap.neighbor': `127.0.0.1:${other}`,
      });
      const publisherSide = await setting.driver(publisherDriver, gossip('first', a, b));
      const subscriberSide = await setting.driver(subscriberDriver, gossip('second', b, a));
      const publisher = await setting.client(clientOf(publisherDriver), publisherSide);
      const subscriber = await setting.client(clientOf(subscriberDriver), subscriberSide);
      for (const client of [publisher, subscriber]) {
        await eventually('neighbour known', async () =>
          [...(await client.counters()).values()].some((c) => c.typeId === RESOLVER_CACHE_TYPE_ID && c.value > 0),
        );
      }
      const port = await freePort();
      await subscriber.addSubscription('s', `aeron:udp?endpoint=second:${port}`, 1);
      await publisher.addExclusivePublication('p', `aeron:udp?endpoint=second:${port}|term-length=64k`, 1);
      await exchange(publisher, subscriber, 3);
    });
  });
});
