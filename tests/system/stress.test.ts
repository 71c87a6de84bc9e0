// SPDX-License-Identifier: Apache-2.0
/**
 * Many processes on one stream at once: publishers that share a log and publishers that have their own, subscribers that read in
 * every way, messages from nothing to the longest, terms of 64 KiB that are changed hundreds of times. Each subscriber checks
 * every byte of every message, and the order of each publisher.
 */
import type { RemoteClient } from '../support/remote-client.ts';
import { onStage, type Stage, stopDriver } from '../support/stage.ts';
import { until } from '../support/until.ts';

jest.setTimeout(300_000);

const STREAM = 1001;
const OTHER_STREAM = 1002;
const MESSAGES = 1500;
/** Payload of one publisher in term lengths, at least; known from the messages' lengths. */
const TERMS_MIN = 20;
const TERM_LENGTH = 64 * 1024;
/** The machine is busier here than anywhere else: nobody dies, so nobody need be found dead quickly. */
const PATIENT = { 'aeron.client.liveness.timeout': '30s', 'aeron.publication.unblock.timeout': '40s' };
const WAYS = ['poll', 'controlled', 'messages'] as const;

interface Role {
  readonly client: RemoteClient;
  readonly handle: number;
}

interface PublisherRole extends Role {
  readonly publisher: number;
  readonly streamId: number;
}

async function startPublishers(stage: Stage, directory: string): Promise<PublisherRole[]> {
  const wishes = [
    { publisher: 1, isExclusive: false, streamId: STREAM },
    { publisher: 2, isExclusive: false, streamId: STREAM },
    { publisher: 3, isExclusive: false, streamId: STREAM },
    { publisher: 4, isExclusive: true, streamId: STREAM },
    { publisher: 5, isExclusive: true, streamId: STREAM },
    { publisher: 6, isExclusive: false, streamId: OTHER_STREAM },
  ];
  return Promise.all(
    wishes.map(async ({ publisher, isExclusive, streamId }) => {
      const client = await stage.startClient(directory, { clientName: `publisher-${publisher}` });
      return { client, publisher, streamId, handle: await client.publication(streamId, { isExclusive }) };
    }),
  );
}

async function startSubscribers(stage: Stage, directory: string, streamId: number): Promise<Role[]> {
  return Promise.all(
    WAYS.map(async (way) => {
      const client = await stage.startClient(directory, { clientName: `subscriber-${way}-${streamId}` });
      return { client, handle: await client.subscription(streamId, { way }) };
    }),
  );
}

async function expectAll({ client, handle }: Role, publishers: readonly number[]): Promise<void> {
  const expected = Object.fromEntries(publishers.map((publisher) => [publisher, MESSAGES]));
  await until(
    async () => {
      const { counts, problem } = await client.received(handle);
      expect(problem).toBeNull();
      return publishers.every((publisher) => counts[publisher] === MESSAGES);
    },
    () => `all messages of ${publishers} at subscription ${handle}`,
  );
  expect((await client.received(handle)).counts).toEqual(expected);
}

describe('several publishers and several subscribers in processes of their own', () => {
  it('exchange messages of every length over many terms, each complete, in order and byte for byte', async () => {
    await onStage(async (stage) => {
      const directory = stage.newDirectory();
      const driver = await stage.startDriver(directory, PATIENT);
      const [mine, others] = [
        await startSubscribers(stage, directory, STREAM),
        await startSubscribers(stage, directory, OTHER_STREAM),
      ];
      const publishers = await startPublishers(stage, directory);
      // The three that share a log are one image, so the first stream has three.
      for (const { client, handle } of mine) {
        await until(async () => (await client.received(handle)).images === 3, 'three images');
      }
      const positions = await Promise.all(
        publishers.map(({ client, handle, publisher }) =>
          client.call<number>('publish', { handle, publisher, count: MESSAGES }),
        ),
      );
      await Promise.all(mine.map((role) => expectAll(role, [1, 2, 3, 4, 5])));
      await Promise.all(others.map((role) => expectAll(role, [6])));
      expect(Math.min(...positions)).toBeGreaterThan(TERMS_MIN * TERM_LENGTH);

      const view = stage.view(directory);
      expect(view.system('ERRORS')).toBe(0);
      expect(view.system('UNBLOCKED_PUBLICATIONS')).toBe(0);
      await expectNothingLeft(stage, directory, [...publishers, ...mine, ...others]);
      await stopDriver(driver);
      expect(stage.leftovers()).toEqual([]);
    });
  });
});

/** All clients close; the driver frees what they had. */
async function expectNothingLeft(stage: Stage, directory: string, roles: readonly Role[]): Promise<void> {
  for (const { client } of roles) {
    await client.call('closeClient');
    const { code, signal, stderr } = await client.exit();
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  }
  const view = stage.view(directory);
  await until(
    () => view.counters().length === 0,
    () => `counters that are left: ${JSON.stringify(view.counters())}`,
  );
}
