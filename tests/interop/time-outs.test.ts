// SPDX-License-Identifier: Apache-2.0
/** Clients that stop and drivers that stop, of both implementations: what the other side does about it, and what it tells. */
import { type ClientKind, eventually, type InteropClient } from './support/clients.ts';
import type { DriverKind } from './support/drivers.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { Setting } from './support/setting.ts';

const SECONDS = 1000;
const CHANNEL = 'aeron:ipc?term-length=64k';
const QUICK = { 'aeron.timer.interval': '100ms', 'aeron.client.liveness.timeout': '2s' };
const DRIVER_TIMEOUT_MS = 1500;
const CLIENT_TIMEOUTS_COUNTER = 24;

/** Driver, client. */
const SIDES: readonly [DriverKind, ClientKind][] = [
  ['aeronmd', 'reference'],
  ['aeronmd', 'node-process'],
  ['reference', 'node-process'],
];

describe.each(REFERENCE_VERSIONS.slice(0, 1))('against io.aeron:aeron-all:%s', (version) => {
  describe.each(SIDES)('a driver of kind %s and a client of kind %s', (driverKind, clientKind) => {
    const setting = new Setting(version);
    afterEach(() => setting.close(), 60 * SECONDS);

    const awaitEvent = (client: InteropClient, pattern: RegExp) =>
      eventually(`${pattern}`, async () => (await client.events()).some((event) => pattern.test(event)));

    const expectClosed = async (client: InteropClient) => {
      await awaitEvent(client, /^closed$/);
      await expect(client.addPublication('late', CHANNEL, 1)).rejects.toThrow(/closed|terminat/i);
    };

    it('a client that stands still is given up, and knows when it goes on', async () => {
      const driver = await setting.driver(driverKind, QUICK);
      const [client, observer] = [await setting.client(clientKind, driver), await setting.client('node', driver)];
      await observer.addSubscription('s', CHANNEL, 1);
      await client.addPublication('p', CHANNEL, 1);
      const counterId = await client.addCounter('c', 1001, 'of the client');
      await observer.awaitImages('s', 1);
      await client.suspend();
      await observer.awaitImages('s', 0);
      await eventually('counter gone', async () => !(await observer.counters()).has(counterId));
      expect((await observer.counters()).get(CLIENT_TIMEOUTS_COUNTER)?.value).toBe(1);
      await client.resume();
      await awaitEvent(client, /^error (ClientTimeout|ConductorServiceTimeout)(Exception|Error)$/);
      await expectClosed(client);
    });

    it('a client that closes is let go at once, and no time-out is counted', async () => {
      const driver = await setting.driver(driverKind, { ...QUICK, 'aeron.client.liveness.timeout': '10s' });
      const [client, observer] = [await setting.client(clientKind, driver), await setting.client('node', driver)];
      await observer.addSubscription('s', CHANNEL, 1);
      await client.addExclusivePublication('p', CHANNEL, 1);
      const counterId = await client.addCounter('c', 1001, 'of the client');
      await observer.awaitImages('s', 1);
      await client.close();
      await observer.awaitImages('s', 0);
      await eventually('counter gone', async () => !(await observer.counters()).has(counterId));
      expect((await observer.counters()).get(CLIENT_TIMEOUTS_COUNTER)?.value).toBe(0);
    });

    it('a driver that is killed is missed after the time-out', async () => {
      const driver = await setting.driver(driverKind, { ...QUICK, 'aeron.client.liveness.timeout': '10s' });
      const client = await setting.client(clientKind, driver, DRIVER_TIMEOUT_MS);
      await client.addPublication('p', CHANNEL, 1);
      await driver.kill();
      await awaitEvent(client, /^error DriverTimeout(Exception|Error)$/);
      await expectClosed(client);
    });

    it('a driver that ends in order is missed at once', async () => {
      const driver = await setting.driver(driverKind, { ...QUICK, 'aeron.client.liveness.timeout': '10s' });
      const client = await setting.client(clientKind, driver);
      await client.addPublication('p', CHANNEL, 1);
      const endedMs = Date.now();
      await driver.close();
      await awaitEvent(client, /^error DriverTimeout(Exception|Error)$/);
      expect(Date.now() - endedMs).toBeLessThan(8 * SECONDS); // the driver's time-out is 10 s
      await expectClosed(client);
    });
  });
});
