// SPDX-License-Identifier: Apache-2.0
/** A driver that is killed or stopped under its clients: they learn of it, end in order, and its successor serves again. */
import type { RemoteClient } from '../support/remote-client.ts';
import { DRIVER_TIMEOUT_MS, onStage, type Stage, stopDriver } from '../support/stage.ts';
import { until } from '../support/until.ts';

jest.setTimeout(180_000);

const STREAM = 1001;
const MESSAGES = 60;
const SHORT = 200;
const OPTIONS = { driverTimeoutMs: DRIVER_TIMEOUT_MS };

interface Status {
  readonly isClosed: boolean;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

async function startPair(stage: Stage, directory: string): Promise<[RemoteClient, RemoteClient]> {
  return [await stage.startClient(directory, OPTIONS), await stage.startClient(directory, OPTIONS)];
}

/** Messages from one new client to another: the driver serves. */
async function expectServes(stage: Stage, directory: string): Promise<void> {
  const [publisher, subscriber] = await startPair(stage, directory);
  const images = await subscriber.subscription(STREAM);
  const handle = await publisher.publication(STREAM);
  await publisher.call('publish', { handle, publisher: 1, count: 300 });
  await until(async () => (await subscriber.received(images)).counts[1] === 300, 'all messages');
  for (const client of [publisher, subscriber]) {
    await client.call('closeClient');
    expect(await client.exit()).toMatchObject({ code: 0, stderr: '' });
  }
}

async function untilEnded(client: RemoteClient): Promise<Status> {
  return until(async () => {
    const status = await client.call<Status>('status');
    return status.isClosed && status;
  }, 'the end of the client');
}

describe('a driver that is killed', () => {
  it('is missed by its clients, which lose no message that was committed, and its successor serves again', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      const [publisher, subscriber] = await startPair(stage, directory);
      const images = await subscriber.subscription(STREAM);
      const handle = await publisher.publication(STREAM);
      const counter = await publisher.call('addCounter', { label: 'mine' });
      await publisher.call('publish', { handle, publisher: 1, count: MESSAGES, maxLength: SHORT });
      await driver.kill();

      // The logs outlive the driver, until the clients have noticed.
      await publisher.call('publish', { handle, publisher: 1, first: MESSAGES, count: MESSAGES, maxLength: SHORT });
      await until(async () => (await subscriber.received(images)).counts[1] === 2 * MESSAGES, 'what was committed');

      // So long as the dead driver's heartbeat is fresh, nobody may take its place.
      const refused = await stage.launchDriver(directory).ended;
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('ACTIVE_DRIVER') });
      expect(refused.stderr).toContain(directory);

      for (const client of [publisher, subscriber]) {
        const { errors } = await untilEnded(client);
        expect(errors).toEqual([{ code: 'DRIVER_TIMEOUT', message: expect.stringContaining(directory) }]);
        expect(errors[0]?.message).toMatch(new RegExp(`age=\\d+ms > timeout=${DRIVER_TIMEOUT_MS}ms`));
      }
      expect(await publisher.call('offer', { handle })).toBe('CLOSED');
      expect(await publisher.call('describe', { handle: counter })).toMatchObject({ isClosed: true });
      expect(await subscriber.call('describe', { handle: images })).toMatchObject({ isClosed: true, images: 0 });
      await expect(publisher.publication(STREAM)).rejects.toMatchObject({ code: 'CLOSED' });
      expect(await publisher.exit()).toMatchObject({ code: 0, stderr: '' });
      expect(await subscriber.exit()).toMatchObject({ code: 0, stderr: '' });
      await expect(stage.startClient(directory, { driverTimeoutMs: 200 })).rejects.toMatchObject({
        code: 'DRIVER_TIMEOUT',
        message: expect.stringMatching(new RegExp(`${directory} driverTimeoutMs=200: .*ageMs=\\d+`)),
      });

      const successor = await stage.startDriver(directory);
      await expectServes(stage, directory);
      await stopDriver(successor);
      expect(stage.leftovers()).toEqual([]);
    });
  });

  it('is survived by clients that go on as if nothing had happened until they notice', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      const [publisher, subscriber] = await startPair(stage, directory);
      await subscriber.subscription(STREAM);
      const handle = await publisher.publication(STREAM);
      const publishing = publisher.call('publish', { handle, publisher: 1, count: 1e9 });
      const result = expect(publishing).rejects.toMatchObject({
        code: 'CLOSED',
        message: expect.stringContaining('DRIVER_TIMEOUT'),
      });
      await driver.kill();
      await result;
      const pending = subscriber.publication(STREAM);
      await expect(pending).rejects.toMatchObject({ code: expect.stringMatching(/^(CLOSED|DRIVER_TIMEOUT)$/) });
      await untilEnded(subscriber);
      const successor = await stage.startDriver(directory);
      await expectServes(stage, directory); // while the old clients still hold what they had mapped
      expect(await publisher.exit()).toMatchObject({ code: 0, stderr: '' });
      expect(await subscriber.exit()).toMatchObject({ code: 0, stderr: '' });
      await stopDriver(successor);
    });
  });
});

describe('a driver that is stopped', () => {
  it('tells its clients at once', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory, { 'aeron.dir.delete.on.shutdown': 'false' });
      const client = await stage.startClient(directory); // would wait ten seconds for a driver that was killed
      await client.publication(STREAM);
      await stopDriver(driver);
      const stoppedMs = Date.now();
      const { errors } = await untilEnded(client);
      expect(Date.now() - stoppedMs).toBeLessThan(8000);
      expect(errors).toEqual([{ code: 'DRIVER_TIMEOUT', message: `MediaDriver (${directory}) has been shutdown` }]);
      await expect(stage.startClient(directory, { driverTimeoutMs: 200 })).rejects.toMatchObject({
        code: 'DRIVER_TIMEOUT',
        message: expect.stringContaining('the driver has been shut down'),
      });
      const successor = await stage.startDriver(directory);
      await expectServes(stage, directory);
      await stopDriver(successor);
      expect(stage.leftovers()).toEqual([]);
    });
  });
});
