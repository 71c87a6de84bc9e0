// SPDX-License-Identifier: Apache-2.0
/**
 * Clients that are killed (kill -9) or suspended wherever it hurts most. Everybody else must go on: no committed message lost or
 * out of order, nothing blocked for longer than the time-outs say, and whatever the dead had is freed.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RemoteClient } from '../support/remote-client.ts';
import { CLIENT_LIVENESS_MS, onStage, type Stage, stopDriver, UNBLOCK_MS } from '../support/stage.ts';
import { until } from '../support/until.ts';

jest.setTimeout(180_000);

const STREAM = 1001;
/** So short that a window holds all messages of a step. */
const SHORT = 200;
const LONG = 8192;

async function untilReceived(client: RemoteClient, handle: number, counts: Record<number, number>): Promise<void> {
  await until(async () => {
    const received = await client.received(handle);
    expect(received.problem).toBeNull();
    return Object.entries(counts).every(([publisher, count]) => (received.counts[publisher] ?? 0) >= count);
  }, JSON.stringify(counts));
  expect((await client.received(handle)).counts).toMatchObject(counts);
}

async function publish(client: RemoteClient, handle: number, publisher: number, first: number, count: number) {
  await client.call('publish', { handle, publisher, first, count, maxLength: SHORT });
}

/** All that the killed had is freed; the others close in order, without an error ever having been reported to them. */
async function expectOrderlyEnd(stage: Stage, directory: string, survivors: readonly RemoteClient[]): Promise<void> {
  for (const survivor of survivors) {
    expect(await survivor.call('status')).toMatchObject({ isClosed: false, errors: [] });
    await survivor.call('closeClient');
    expect(await survivor.exit()).toMatchObject({ code: 0, stderr: '' });
  }
  const view = stage.view(directory);
  await until(
    () => view.counters().length === 0,
    () => `counters are left: ${JSON.stringify(view.counters())}`,
  );
  await until(() => logFiles(directory).length === 0, 'log files are left');
}

function logFiles(directory: string): string[] {
  const folder = join(directory, 'publications');
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe('a publisher that is killed', () => {
  it.concurrent.each([
    ['between claim and commit', 'claim'],
    ['between moving the tail and writing the header', 'moveTail'],
  ])('%s blocks its stream only until the driver steps over the claim', async (_when, operation) => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      const [subscriber, doomed, survivor] = await stage.startClients(directory, 3);
      const images = await subscriber.subscription(STREAM, { maxLength: SHORT });
      const [first, second] = [await doomed.publication(STREAM), await survivor.publication(STREAM)];
      await Promise.all([publish(doomed, first, 1, 0, 40), publish(survivor, second, 2, 0, 40)]);
      await untilReceived(subscriber, images, { 1: 40, 2: 40 });
      await doomed.call(operation, { handle: first, publisher: 1, index: 40, length: 500 });
      await publish(survivor, second, 2, 40, 40);
      await publish(doomed, first, 1, 40, 5);
      expect((await subscriber.received(images)).counts).toEqual({ 1: 40, 2: 40 });

      const killedMs = Date.now();
      await doomed.child.kill();
      await untilReceived(subscriber, images, { 1: 45, 2: 80 });
      expect(Date.now() - killedMs).toBeLessThan(10 * UNBLOCK_MS);
      expect(stage.view(directory).system('UNBLOCKED_PUBLICATIONS')).toBeGreaterThanOrEqual(1);
      await publish(survivor, second, 2, 80, 200);
      await untilReceived(subscriber, images, { 1: 45, 2: 280 });
      await expectOrderlyEnd(stage, directory, [subscriber, survivor]);
      await stopDriver(driver);
      expect(stage.leftovers()).toEqual([]);
    });
  });

  it.concurrent('with a log of its own leaves nothing unread that it had committed, also behind an open claim', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      const [subscriber, doomed] = await stage.startClients(directory, 2);
      const images = await subscriber.subscription(STREAM, { maxLength: SHORT });
      const handle = await doomed.publication(STREAM, { isExclusive: true });
      await publish(doomed, handle, 1, 0, 30);
      await doomed.call('claim', { handle, publisher: 1, index: 30, length: 500 });
      await publish(doomed, handle, 1, 30, 30);
      await doomed.child.kill();
      await untilReceived(subscriber, images, { 1: 60 });
      await until(async () => (await subscriber.received(images)).images === 0, 'the end of the stream');
      expect(stage.view(directory).system('CLIENT_TIMEOUTS')).toBe(1);
      await expectOrderlyEnd(stage, directory, [subscriber]);
      await stopDriver(driver);
    });
  });

  it.concurrent('in full flight, again and again, takes nothing with it that it had committed', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      const [subscriber, survivor] = await stage.startClients(directory, 2);
      const images = await subscriber.subscription(STREAM, { maxLength: LONG });
      const steady = await survivor.publication(STREAM);
      const published = survivor.call('publish', { handle: steady, publisher: 1, count: 1500, maxLength: LONG });
      const committed: Record<number, number> = {};
      for (const publisher of [2, 3, 4, 5]) {
        committed[publisher] = await publishUntilKilled(stage, directory, publisher, 50 * publisher);
      }
      await published;
      await until(
        async () => {
          const { counts, problem } = await subscriber.received(images);
          expect(problem).toBeNull();
          return counts[1] === 1500 && [2, 3, 4, 5].every((each) => (counts[each] ?? 0) >= (committed[each] ?? 0));
        },
        `committed ${JSON.stringify(committed)}`,
      );
      const { counts } = await subscriber.received(images);
      for (const publisher of [2, 3, 4, 5]) {
        // The last message may have been committed and the killed publisher not have noted it.
        expect((counts[publisher] ?? 0) - (committed[publisher] ?? 0)).toBeLessThanOrEqual(1);
      }
      await expectOrderlyEnd(stage, directory, [subscriber, survivor]);
      await stopDriver(driver);
    });
  });
});

/** @returns how many messages it had committed when it was killed, as it noted in a file. */
async function publishUntilKilled(
  stage: Stage,
  directory: string,
  publisher: number,
  messages: number,
): Promise<number> {
  const client = await stage.startClient(directory);
  const handle = await client.publication(STREAM);
  const progressFile = join(stage.folder, `progress-${publisher}`);
  client.call('publish', { handle, publisher, count: 1e9, progressFile, maxLength: LONG }).catch(() => undefined); // it never ends
  await until(() => existsSync(progressFile) && progressOf(progressFile) >= messages, 'the publisher in full flight');
  await client.child.kill();
  return progressOf(progressFile);
}

function progressOf(file: string): number {
  const content = readFileSync(file);
  return content.length < 8 ? 0 : Number(content.readBigInt64LE(0));
}

describe('a subscriber that is killed', () => {
  it.concurrent('holds the publisher back only until its time-out', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      const [publisher, doomed, survivor] = await stage.startClients(directory, 3);
      const [slow, quick] = [
        await doomed.subscription(STREAM, { maxLength: SHORT }),
        await survivor.subscription(STREAM, { maxLength: SHORT }),
      ];
      const handle = await publisher.publication(STREAM);
      await doomed.call('stopReading', { handle: slow });
      const published = publish(publisher, handle, 1, 0, 2000);
      await until(
        async () => (await publisher.call<{ window: number }>('describe', { handle })).window <= 0,
        'back-pressure',
      );
      await doomed.child.kill();
      await published;
      await untilReceived(survivor, quick, { 1: 2000 });
      await expectOrderlyEnd(stage, directory, [publisher, survivor]);
      await stopDriver(driver);
    });
  });
});

describe('a client with many resources that is killed', () => {
  it.concurrent('loses all of them, and nobody else loses anything', async () => {
    const count = 40;
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      const [doomed, survivor] = await stage.startClients(directory, 2);
      const mine = await survivor.publication(STREAM);
      const images = await survivor.subscription(STREAM, { maxLength: SHORT });
      for (let i = 0; i < count; i++) {
        await doomed.publication(2000 + i, { isExclusive: i % 2 === 0 });
        await doomed.subscription(2000 + i);
        await doomed.call('addCounter', { label: `counter ${i}` });
      }
      await doomed.publication(STREAM); // one more on the survivor's log
      await doomed.subscription(STREAM, { maxLength: SHORT });
      const view = stage.view(directory);
      expect(view.counters().filter(({ typeId }) => typeId === 1001)).toHaveLength(count);
      expect(logFiles(directory)).toHaveLength(count + 1);

      const mappedBefore = view.system('BYTES_CURRENTLY_MAPPED');
      await doomed.child.kill();
      await until(
        () => logFiles(directory).length === 1,
        () => `log files: ${logFiles(directory)}`,
      );
      await until(
        () => view.counters().length === 4,
        () => JSON.stringify(view.counters()),
      );
      expect(
        view
          .counters()
          .map(({ label }) => label.split(':')[0])
          .sort(),
      ).toEqual(['client-heartbeat', 'pub-lmt', 'pub-pos (concurrent)', 'sub-pos']);
      expect(view.system('BYTES_CURRENTLY_MAPPED')).toBeLessThan(mappedBefore);
      expect(view.system('CLIENT_TIMEOUTS')).toBe(1);
      await publish(survivor, mine, 1, 0, 500);
      await untilReceived(survivor, images, { 1: 500 });
      await expectOrderlyEnd(stage, directory, [survivor]);
      await stopDriver(driver);
    });
  });
});

describe('a client that is killed while it writes a command', () => {
  it.concurrent('blocks the commands of others only until its time-out', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      const [doomed, survivor] = await stage.startClients(directory, 2);
      const images = await survivor.subscription(STREAM, { maxLength: SHORT });
      await doomed.call('claimCommand', { length: 100 });
      const blockedMs = Date.now();
      await doomed.child.kill();
      const handle = await survivor.publication(STREAM); // waits behind the dead command
      expect(Date.now() - blockedMs).toBeGreaterThan(CLIENT_LIVENESS_MS / 2);
      expect(stage.view(directory).system('UNBLOCKED_COMMANDS')).toBe(1);
      await publish(survivor, handle, 1, 0, 100);
      await untilReceived(survivor, images, { 1: 100 });
      await expectOrderlyEnd(stage, directory, [survivor]);
      await stopDriver(driver);
    });
  });
});

describe('a client that is suspended for longer than the driver waits', () => {
  it.concurrent('is told so when it wakes up, and finds everything closed', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      const [sleeper, survivor] = await stage.startClients(directory, 2);
      const images = await survivor.subscription(STREAM, { maxLength: SHORT });
      const [shared, other] = [await sleeper.publication(STREAM), await survivor.publication(STREAM)];
      await publish(sleeper, shared, 1, 0, 20);
      sleeper.child.signal('SIGSTOP');
      const view = stage.view(directory);
      await until(() => view.system('CLIENT_TIMEOUTS') === 1, 'the time-out of the sleeper');
      sleeper.child.signal('SIGCONT');
      const status = await until(async () => {
        const found = await sleeper.call<{ isClosed: boolean; errors: { code: string; message: string }[] }>('status');
        return found.isClosed && found;
      }, 'the end of the client');
      expect(status.errors).toHaveLength(1);
      // By its own clock, by its heartbeat counter that is gone, or by the driver's word, whichever it looks at first.
      expect(status.errors[0]).toMatchObject({
        code: expect.stringMatching(/^(CONDUCTOR_SERVICE_TIMEOUT|AERON|CLIENT_TIMEOUT)$/),
        message: expect.stringMatching(
          /service interval exceeded|heartbeat timestamp counter|client timeout from driver/,
        ),
      });
      expect(await sleeper.call('offer', { handle: shared })).toBe('CLOSED');
      expect(await sleeper.exit()).toMatchObject({ code: 0, stderr: '' });
      await publish(survivor, other, 2, 0, 500);
      await untilReceived(survivor, images, { 1: 20, 2: 500 });
      await expectOrderlyEnd(stage, directory, [survivor]);
      await stopDriver(driver);
    });
  });
});
