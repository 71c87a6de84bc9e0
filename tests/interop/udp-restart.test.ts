// SPDX-License-Identifier: Apache-2.0
/** Drivers that come back as they were before, or at another address under the same name, in both directions. */
import type { InteropClient } from './support/clients.ts';
import { systemCounter } from './support/driver-counters.ts';
import type { DriverKind, InteropDriver } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { Setting } from './support/setting.ts';
import { eventually } from './support/wait.ts';

const SECONDS = 1000;
const SETTINGS = {
  'aeron.timer.interval': '100ms',
  'aeron.image.liveness.timeout': '1s',
  'aeron.publication.connection.timeout': '1s',
};
const SESSION_ID = 501;
const RESOLVER_CACHE_TYPE_ID = 16;

const PAIRS: readonly [DriverKind, DriverKind][] = [
  ['aeronmd', 'reference'],
  ['reference', 'aeronmd'],
];

const run = (seed: number, first = 0) => ({ first, count: 200, minLength: 0, maxLength: 2048, seed });

describe.each(REFERENCE_VERSIONS.slice(0, 1))('against io.aeron:aeron-all:%s', (version) => {
  describe.each(PAIRS)('from a driver of kind %s to one of kind %s', (publisherDriver, subscriberDriver) => {
    const setting = new Setting(version);
    afterEach(() => setting.close(), 60 * SECONDS);

    async function exchange(
      publisher: InteropClient,
      subscriber: InteropClient,
      seed: number,
      first = 0,
    ): Promise<void> {
      await publisher.awaitConnected('p');
      await subscriber.awaitImages('s', 1);
      await Promise.all([publisher.publish('p', run(seed, first)), subscriber.consume('s', run(seed, first))]);
    }

    it('lets a killed publisher’s session in again, from another driver and another position, without being asked', async () => {
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
      const subscriber = await setting.client('node', await setting.driver(subscriberDriver, SETTINGS));
      await subscriber.addSubscription('s', channel, 1);
      for (const termId of [7, -300_000]) {
        const driver = await setting.driver(publisherDriver, SETTINGS);
        const publisher = await setting.client('node-process', driver);
        const position = `init-term-id=${termId}|term-id=${termId + 2}|term-offset=128`;
        await publisher.addExclusivePublication(
          'p',
          `${channel}|term-length=64k|session-id=${SESSION_ID}|${position}`,
          1,
        );
        await exchange(publisher, subscriber, termId);
        await publisher.kill();
        await driver.kill();
      }
      await subscriber.awaitImages('s', 0);
      const events = (await subscriber.events()).filter((event) => event.endsWith(` ${SESSION_ID}`));
      expect(events).toEqual([
        `available ${SESSION_ID}`,
        `unavailable ${SESSION_ID}`,
        `available ${SESSION_ID}`,
        `unavailable ${SESSION_ID}`,
      ]);
    });

    it('lets a receiver of one session that was killed join again where the publisher is', async () => {
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}|session-id=${SESSION_ID}`;
      const publisher = await setting.client('node', await setting.driver(publisherDriver, SETTINGS));
      await publisher.addExclusivePublication('p', `${channel}|term-length=64k`, 1);
      for (const first of [0, 200]) {
        const driver = await setting.driver(subscriberDriver, SETTINGS);
        const subscriber = await setting.client('node-process', driver);
        await subscriber.addSubscription('s', channel, 1);
        await publisher.awaitConnected('p');
        await subscriber.awaitImages('s', 1);
        const { position } = await publisher.describe('p');
        expect((await subscriber.images('s'))[0]?.joinPosition).toBe(position);
        await exchange(publisher, subscriber, 1, first);
        await subscriber.kill();
        await driver.kill();
        await eventually('disconnected', async () => !(await publisher.describe('p')).isConnected);
      }
    });
  });
});

const [newest = ''] = REFERENCE_VERSIONS;

// The resolver's times can be set from 1.50 on.
describe.each(PAIRS)(
  `against io.aeron:aeron-all:${newest}, a driver of kind %s and one of kind %s that moves`,
  (fixed, moving) => {
    const setting = new Setting(newest);
    afterAll(() => setting.close(), 60 * SECONDS);

    it(
      'finds the new address behind a name: of an endpoint, of a destination, of a control address',
      async () => {
        const [fixedPort, movingPort] = [await freePort(), await freePort()];
        const [unicast, destination, control] = [await freePort(), await freePort(), await freePort()];
        const gossip = (name: string, own: string, neighbours: string) => ({
          ...SETTINGS,
          'aeron.name.resolver.supplier': 'driver',
          'aeron.driver.resolver.name': name,
          'aeron.driver.resolver.interface': own,
          'aeron.driver.resolver.bootstrap.neighbor': neighbours,
          'aeron.driver.resolver.neighbor.timeout': '2s',
          'aeron.driver.resolver.self.resolution.interval': '100ms',
          'aeron.driver.resolver.neighbor.resolution.interval': '200ms',
          'aeron.driver.reresolution.check.interval': '200ms',
        });
        const hosts = ['127.0.0.2', '127.0.0.3'];
        const start = (host: string): Promise<InteropDriver> =>
          setting.driver(moving, gossip('moving', `${host}:${movingPort}`, `127.0.0.1:${fixedPort}`));
        const neighbours = hosts.map((host) => `${host}:${movingPort}`).join();
        const still = await setting.client(
          'node',
          await setting.driver(fixed, gossip('fixed', `127.0.0.1:${fixedPort}`, neighbours)),
        );
        for (const [seed, host] of hosts.entries()) {
          const driver = await start(host);
          const mover = await setting.client('node-process', driver);
          await mover.addSubscription('unicast', `aeron:udp?endpoint=${host}:${unicast}`, 1);
          await mover.addSubscription('destination', `aeron:udp?endpoint=${host}:${destination}`, 2);
          await mover.addExclusivePublication(
            'control',
            `aeron:udp?control=${host}:${control}|control-mode=dynamic|term-length=64k`,
            3,
          );
          if (seed === 0) {
            await knowsAnother(still);
            await still.addExclusivePublication('unicast', `aeron:udp?endpoint=moving:${unicast}|term-length=64k`, 1);
            await still.addExclusivePublication('destination', 'aeron:udp?control-mode=manual|term-length=64k', 2);
            await still.addDestination('destination', `aeron:udp?endpoint=moving:${destination}`);
            await still.addSubscription(
              'control',
              `aeron:udp?endpoint=127.0.0.1:0|control=moving:${control}|control-mode=dynamic`,
              3,
            );
          }
          for (const [publisher, subscriber, name] of [
            [still, mover, 'unicast'],
            [still, mover, 'destination'],
            [mover, still, 'control'],
          ] as const) {
            await publisher.awaitConnected(name);
            await subscriber.awaitImages(name, 1);
            await Promise.all([publisher.publish(name, run(seed)), subscriber.consume(name, run(seed))]);
          }
          await mover.kill();
          await driver.kill();
          for (const name of ['unicast', 'destination']) {
            await eventually('disconnected', async () => !(await still.describe(name)).isConnected);
          }
          await still.awaitImages('control', 0);
        }
        expect(await systemCounter(still, 'RESOLUTION_CHANGES')).toBeGreaterThanOrEqual(3);
      },
      90 * SECONDS,
    );

    /** Until the driver has heard of the other one: a name that nobody told is refused. */
    async function knowsAnother(client: InteropClient): Promise<void> {
      await eventually('a name known', async () =>
        [...(await client.counters()).values()].some(
          (counter) => counter.typeId === RESOLVER_CACHE_TYPE_ID && counter.value > 0,
        ),
      );
    }
  },
);
