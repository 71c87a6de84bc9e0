// SPDX-License-Identifier: Apache-2.0
/** One client writes nonsense wherever it may write: the driver lives on, and the others exchange their messages undisturbed. */
import { onStage, stopDriver } from '../support/stage.ts';
import { until } from '../support/until.ts';

jest.setTimeout(120_000);

const STREAM = 1001;
const MESSAGES = 1500;
const COMMANDS = 2000;

describe('a client gone mad', () => {
  it.each([1, 2, 3])('harms nobody but itself and who listens to it (seed %i)', async (seed) => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory);
      const [publisher, subscriber, listener] = await stage.startClients(directory, 3);
      const images = await subscriber.subscription(STREAM);
      const handle = await publisher.publication(STREAM);
      await listener.subscription(STREAM + 1);
      const published = publisher.call('publish', { handle, publisher: 1, count: MESSAGES });
      const vandal = stage.startProgram('vandal.mjs', directory, String(seed), String(COMMANDS), String(STREAM + 1));
      await until(
        () => vandal.stdout.includes('done') || !vandal.isRunning,
        () => vandal.stderr,
      );
      expect(vandal.stderr).toBe('');

      await published;
      await until(async () => (await subscriber.received(images)).counts[1] === MESSAGES, 'all messages');
      expect((await subscriber.received(images)).problem).toBeNull();
      const more = await publisher.publication(STREAM + 2); // commands are still served
      await publisher.call('close', { handle: more });
      for (const client of [publisher, subscriber]) {
        expect(await client.call('status')).toMatchObject({ isClosed: false, errors: [] });
      }
      // Who has subscribed to its stream is told that it makes no sense, and lives on.
      expect(await listener.call('status')).toMatchObject({ isClosed: false });
      const view = stage.view(directory);
      expect(view.system('ERRORS')).toBeGreaterThan(COMMANDS / 2);
      expect(driver.isRunning).toBe(true);

      await vandal.kill();
      for (const client of [publisher, subscriber, listener]) {
        await client.call('closeClient');
        expect(await client.exit()).toMatchObject({ code: 0, signal: null, stderr: '' });
      }
      await until(
        () => view.counters().length === 0,
        () => JSON.stringify(view.counters()),
      );
      await stopDriver(driver);
      expect(stage.leftovers()).toEqual([]);
    });
  });
});
