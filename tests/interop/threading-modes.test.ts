// SPDX-License-Identifier: Apache-2.0
/** The main cells in each threading mode of the driver, with clients of both implementations. SHARED has all cells: ipc.test.ts. */
import { eventually, type InteropClient } from './support/clients.ts';
import type { DriverKind, InteropDriver } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { refusalOf } from './support/refusal.ts';
import { Setting } from './support/setting.ts';

const SECONDS = 1000;
const IPC = 'aeron:ipc?term-length=64k';
const STREAM_ID = 1001;
const RUN = { first: 0, count: 1000, minLength: 0, maxLength: 4000, seed: 11 };
const CONDUCTOR_CYCLE_COUNTER = 26;

const MODES: readonly [DriverKind, string][] = [
  ['node', 'DEDICATED'],
  ['node', 'SHARED_NETWORK'],
  ['node', 'SHARED'],
  ['node', 'INVOKER'],
  ['aeronmd', 'DEDICATED'],
  ['aeronmd', 'SHARED_NETWORK'],
  ['reference', 'DEDICATED'],
  ['reference', 'SHARED_NETWORK'],
];

describe.each(REFERENCE_VERSIONS.slice(0, 1))('against io.aeron:aeron-all:%s', (version) => {
  describe.each(MODES)('on a driver of kind %s in mode %s', (kind, mode) => {
    const setting = new Setting(version);
    let driver: InteropDriver;
    let node: InteropClient;
    let reference: InteropClient;

    beforeAll(async () => {
      driver = await setting.driver(kind, { 'aeron.threading.mode': mode });
      node = await setting.client('node', driver);
      reference = await setting.client('reference', driver);
    }, 60 * SECONDS);
    afterAll(() => setting.close(), 60 * SECONDS);

    it('is what the driver says of itself', async () => {
      for (const client of [node, reference]) {
        expect((await client.counters()).get(CONDUCTOR_CYCLE_COUNTER)?.label).toMatch(new RegExp(`: ${mode}$`));
      }
    });

    const channels = async () => [IPC, `aeron:udp?endpoint=127.0.0.1:${await freePort()}|term-length=64k`] as const;

    it.each(['node to reference', 'reference to node'])('carries messages over IPC and UDP: %s', async (way) => {
      const [publisher, subscriber] = way.startsWith('node') ? [node, reference] : [reference, node];
      for (const channel of await channels()) {
        await subscriber.addSubscription('s', channel, STREAM_ID);
        await publisher.addPublication('p', channel, STREAM_ID);
        await publisher.awaitConnected('p');
        await subscriber.awaitImages('s', 1);
        await Promise.all([publisher.publish('p', RUN), subscriber.consume('s', RUN)]);
        await publisher.closePublication('p');
        await subscriber.closeSubscription('s');
      }
    });

    it('shows counters of either client to the other', async () => {
      for (const [owner, viewer] of [
        [node, reference],
        [reference, node],
      ] as const) {
        const label = `made by ${owner.kind}`;
        const id = await owner.addCounter('c', 1001, label);
        await owner.setCounter('c', 2 ** 40 + 7);
        expect((await viewer.counters()).get(id)).toEqual({ typeId: 1001, value: 2 ** 40 + 7, label });
        await eventually('told of it', async () => (await viewer.events()).includes(`counter-available ${id}`));
        await owner.closeCounter('c');
        await eventually('told that it is gone', async () =>
          (await viewer.events()).includes(`counter-unavailable ${id}`),
        );
        expect((await viewer.counters()).has(id)).toBe(false);
      }
    });

    it('refuses to both', async () => {
      for (const client of [node, reference]) {
        for (const channel of ['aeron:ipc?session-id=word', 'aeron:udp?endpoint=host.invalid:40123']) {
          expect(await refusalOf(client.addPublication('bad', channel, STREAM_ID))).toMatchObject({ code: 1 });
        }
      }
    });
  });
});
