// SPDX-License-Identifier: Apache-2.0
/** What is refused for now: a channel that is being closed (10), a log for which the disk has no room (12). */
import { join } from 'node:path';
import { CommandId, EventId } from '@aeron/codecs/internal';
import { MIB, onDisk, whyNoDisk } from '../support/small-disk.ts';
import type { DriverKind } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { RawClient } from './support/raw-client.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { refusalOf } from './support/refusal.ts';
import { Setting } from './support/setting.ts';
import { LIMIT_MS } from './support/wait.ts';

const SECONDS = 1000;
const STREAM_ID = 1001;
const DRIVERS: readonly DriverKind[] = ['reference', 'aeronmd'];
const TEMPORARILY_UNAVAILABLE = 10;
const STORAGE_SPACE = 12;
/** The receiver looks at its commands seldom, who else has to do with it always. */
const SLOW_RECEIVER = {
  'aeron.threading.mode': 'DEDICATED',
  'aeron.receiver.idle.strategy': 'org.agrona.concurrent.SleepingMillisIdleStrategy',
  'aeron.conductor.idle.strategy': 'org.agrona.concurrent.YieldingIdleStrategy',
  'aeron.driver.native.resource.agent.idle.strategy': 'org.agrona.concurrent.YieldingIdleStrategy',
};

describe.each(REFERENCE_VERSIONS.slice(0, 1))('against io.aeron:aeron-all:%s', (version) => {
  describe.each(DRIVERS)('a driver of kind %s', (kind) => {
    const setting = new Setting(version);
    afterEach(() => setting.close(), 60 * SECONDS);

    it('refuses a subscription for now while the one before is being closed', async () => {
      const raw = RawClient.open((await setting.driver(kind, SLOW_RECEIVER)).directory);
      const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
      const subscription = [-1n, STREAM_ID, channel] as const;
      const deadlineMs = Date.now() + LIMIT_MS;
      let answer = await raw.ask(CommandId.ADD_SUBSCRIPTION, subscription);
      while (answer.code === undefined && Date.now() < deadlineMs) {
        expect(answer.typeId).toBe(EventId.ON_SUBSCRIPTION_READY);
        raw.write(CommandId.REMOVE_SUBSCRIPTION, [answer.correlationId]);
        raw.write(CommandId.ADD_SUBSCRIPTION, subscription);
        expect((await raw.nextAnswer()).typeId).toBe(EventId.ON_OPERATION_SUCCESS);
        answer = await raw.nextAnswer();
      }
      expect(answer).toMatchObject({
        code: TEMPORARILY_UNAVAILABLE,
        text: expect.stringMatching(/ReceiveChannelEndpoint found in CLOSING state, please retry/),
      });
      raw.close();
    });

    const problem = whyNoDisk();
    (problem === undefined ? it : it.skip)('refuses a log for which there is no room', async () => {
      await onDisk(80 * MIB, async (disk) => {
        try {
          const driver = await setting.driver(kind, {}, join(disk, 'driver'));
          for (const clientKind of ['node', 'reference'] as const) {
            const client = await setting.client(clientKind, driver);
            for (const channel of ['aeron:ipc', 'aeron:udp?endpoint=127.0.0.1:40123']) {
              const separator = channel.includes('?') ? '|' : '?';
              const add = (term: string) =>
                refusalOf(client.addPublication(term, `${channel}${separator}term-length=${term}`, STREAM_ID));
              expect(await add('64k')).toBeUndefined();
              await client.closePublication('64k');
              expect(await add('64m')).toEqual({
                code: STORAGE_SPACE,
                text: expect.stringMatching(/insufficient usable storage/),
              });
            }
          }
        } finally {
          await setting.close();
        }
      });
    });
  });
});
