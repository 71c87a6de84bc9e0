// SPDX-License-Identifier: Apache-2.0
/** What clients of both implementations do on drivers of both: ways to publish and to poll, death and its consequences. */
import { existsSync } from 'node:fs';
import { MediaDriver } from '@aeron/driver';
import { type ClientKind, eventually } from './support/clients.ts';
import { freshDirectory } from './support/driver-directories.ts';
import type { DriverKind } from './support/drivers.ts';
import type { ConsumeWay, PublishWay } from './support/interop-client.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { Setting } from './support/setting.ts';

const SECONDS = 1000;
const CHANNEL = 'aeron:ipc?term-length=64k';
const QUICK = {
  'aeron.timer.interval': '100ms',
  'aeron.client.liveness.timeout': '1s',
  'aeron.publication.unblock.timeout': '1500ms',
};
const HEARTBEAT_TYPE_ID = 11;
const COUNTER_TYPE_ID = 1001;
const PUBLISHER_POSITION_TYPE_ID = 12;

const WAYS: readonly [PublishWay, ConsumeWay, number][] = [
  ['vector', 'controlled', 8192],
  ['claim', 'bounded', 1344],
  ['padded', 'block', 1344],
  ['block', 'controlled', 1344],
  ['claim', 'bounded-controlled', 1344],
  ['block', 'raw', 1344],
];

/** Driver, the client that acts, the client that looks on. */
const SIDES: readonly [DriverKind, ClientKind, ClientKind][] = [
  ['aeronmd', 'reference', 'node-process'],
  ['aeronmd', 'node-process', 'reference'],
  ['reference', 'node-process', 'reference'],
  ['reference', 'reference', 'node-process'],
];

/** Runs in this thread, as only there the validator can be a function. Ends as soon as it is asked with the right word. */
function ownDriverWithToken(): Promise<MediaDriver> {
  return MediaDriver.launch({
    aeronDirectoryName: freshDirectory(),
    dirDeleteOnShutdown: true,
    threadingMode: 'SHARED',
    callingThread: 'guest',
    validateTermination: (_directory, token) => new TextDecoder().decode(token) === 'the word',
  });
}

describe.each(REFERENCE_VERSIONS.slice(0, 1))('against io.aeron:aeron-all:%s', (version) => {
  describe.each(SIDES)('on a driver of kind %s, from a client of kind %s to one of kind %s', (kind, from, to) => {
    const setting = new Setting(version);
    afterEach(() => setting.close(), 60 * SECONDS);

    it('carries messages published and polled in each way', async () => {
      const driver = await setting.driver(kind);
      const [publisher, subscriber] = [await setting.client(from, driver), await setting.client(to, driver)];
      for (const [index, [publish, consume, maxLength]] of WAYS.entries()) {
        const run = { first: 0, count: 1000, minLength: 1, maxLength, seed: index };
        await publisher.addExclusivePublication('p', CHANNEL, index);
        await subscriber.addSubscription('s', CHANNEL, index);
        await publisher.awaitConnected('p');
        await subscriber.awaitImages('s', 1);
        await Promise.all([publisher.publishBy('p', publish, run), subscriber.consumeBy('s', consume, run)]);
        await publisher.closePublication('p');
        await subscriber.closeSubscription('s');
      }
    });

    it('frees everything of a client that was killed, and unblocks what it had claimed', async () => {
      const driver = await setting.driver(kind, QUICK);
      const [doomed, survivor] = [await setting.client(from, driver), await setting.client(to, driver)];
      await survivor.addSubscription('s', CHANNEL, 1);
      const session = await survivor.addPublication('shared', CHANNEL, 1);
      await doomed.addPublication('shared', CHANNEL, 1);
      const own = await doomed.addExclusivePublication('own', CHANNEL, 1);
      const counterId = await doomed.addCounter('c', COUNTER_TYPE_ID, 'doomed');
      await survivor.awaitImages('s', 2);
      expect(await doomed.claimAndHold('shared', 100)).toBeGreaterThan(0);
      await doomed.kill();
      await survivor.stressPublish('shared', 0, 20, 1000);
      expect(await survivor.stressConsume('s', 1000, [20])).toEqual([20]);
      await eventually('unavailable', async () => (await survivor.events()).includes(`unavailable ${own}`));
      await eventually('counters freed', async () => {
        const counters = await survivor.counters();
        const heartbeats = [...counters.values()].filter((counter) => counter.typeId === HEARTBEAT_TYPE_ID);
        return !counters.has(counterId) && heartbeats.length === 1;
      });
      expect((await survivor.images('s')).map((image) => image.sessionId)).toEqual([session]);
      const value = (label: string, counters: Map<number, { label: string; value: number }>) =>
        [...counters.values()].find((counter) => counter.label.startsWith(label))?.value;
      const counters = await survivor.counters();
      expect(value('Unblocked Publications', counters)).toBe(1);
      expect(value('Client liveness timeouts', counters)).toBe(1);
    });

    it('keeps order and content of two publishers at full speed on one log, over many terms', async () => {
      const driver = await setting.driver(kind);
      const clients = [];
      for (const client of [from, to, from, to]) {
        clients.push(await setting.client(client, driver));
      }
      const [a, b, x, y] = clients as [
        (typeof clients)[0],
        (typeof clients)[0],
        (typeof clients)[0],
        (typeof clients)[0],
      ];
      const count = 20_000;
      for (const subscriber of [x, y]) {
        await subscriber.addSubscription('s', CHANNEL, 1);
      }
      for (const publisher of [a, b]) {
        await publisher.addPublication('p', CHANNEL, 1);
      }
      await x.awaitImages('s', 1);
      await y.awaitImages('s', 1);
      await Promise.all([
        a.stressPublish('p', 0, count, 300),
        b.stressPublish('p', 1, count, 300),
        x.stressConsume('s', 300, [count, count]),
        y.stressConsume('s', 300, [count, count]),
      ]);
      expect((await a.describe('p')).position).toBeGreaterThan(50 * 65536);
    });

    it('goes on when one of two publishers is killed while it writes', async () => {
      const driver = await setting.driver(kind, QUICK);
      const doomed = await setting.client(from, driver);
      const survivor = await setting.client(to, driver);
      const subscriber = await setting.client(to, driver);
      await subscriber.addSubscription('s', CHANNEL, 1);
      await survivor.addPublication('p', CHANNEL, 1);
      await doomed.addPublication('p', CHANNEL, 1);
      await subscriber.awaitImages('s', 1);
      const observer = await setting.client('node', driver);
      const position = async () =>
        [...(await observer.counters()).values()].find((counter) => counter.typeId === PUBLISHER_POSITION_TYPE_ID)
          ?.value;
      const writing = doomed.stressPublish('p', 1, 100_000_000, 300).catch(() => 'killed');
      const surviving = survivor.stressPublish('p', 0, 20_000, 300);
      const consuming = subscriber.stressConsume('s', 300, [20_000, 1]);
      await eventually('many terms', async () => Number(await position()) > 20 * 65536);
      await doomed.kill();
      expect(await writing).toBe('killed');
      await surviving;
      expect((await consuming)[0]).toBe(20_000);
    });
  });

  describe.each([
    ['aeronmd', 'reference'],
    ['reference', 'node'],
  ] as const)('a driver of kind %s, asked by a client of kind %s to end', (kind, client) => {
    const setting = new Setting(version);
    afterEach(() => setting.close(), 60 * SECONDS);

    it('goes on where that is not allowed', async () => {
      const driver = await setting.driver(kind);
      const asking = await setting.client(client, driver);
      expect(await asking.requestDriverTermination(driver.directory, 'token')).toBe(true);
      // The request stands before this command in the ring.
      expect(await asking.addPublication('p', CHANNEL, 1)).toEqual(expect.any(Number));
      expect(existsSync(driver.directory)).toBe(true);
    });

    it('ends where that is allowed', async () => {
      const driver = await setting.driver(kind, {
        'aeron.driver.termination.validator': 'io.aeron.driver.DefaultAllowTerminationValidator',
      });
      const asking = await setting.client(client, driver);
      expect(await asking.requestDriverTermination(driver.directory, 'token')).toBe(true);
      await eventually('driver gone', () => !existsSync(driver.directory));
    });
  });

  // The reference's driver hands its validator other bytes than the token: docs/interop.md.
  it('our driver asks its validator about the token that a client of the reference sends', async () => {
    const setting = new Setting(version);
    const driver = await ownDriverWithToken();
    try {
      const directory = driver.aeronDirectoryName;
      const asking = await setting.client('reference', { directory });
      expect(await asking.requestDriverTermination(directory, 'another word')).toBe(true);
      expect(await asking.addPublication('p', CHANNEL, 1)).toEqual(expect.any(Number));
      expect(await asking.requestDriverTermination(directory, 'the word')).toBe(true);
      await eventually('driver gone', () => !existsSync(directory));
    } finally {
      await setting.close();
      await driver.close();
    }
  });
});
