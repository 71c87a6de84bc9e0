// SPDX-License-Identifier: Apache-2.0
/** Adding and removing without waiting, and destinations in each way, by clients of both on drivers of both. */
import { type ClientKind, eventually, type InteropClient } from './support/clients.ts';
import type { DriverKind } from './support/drivers.ts';
import type { AsyncKind } from './support/interop-client.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { refusalOf } from './support/refusal.ts';
import { Setting } from './support/setting.ts';

const SECONDS = 1000;
const STREAM_ID = 1001;
const COUNTER_TYPE = 1004;
const RECEIVE_CHANNEL_TYPE = 7;
const PUBLISHER_POSITION_TYPE = 12;
const LOCAL_ADDRESS_TYPE = 14;
const DESTINATIONS_TYPE = 18;

/** Driver, client. */
const SIDES: readonly [DriverKind, ClientKind][] = [
  ['aeronmd', 'reference'],
  ['aeronmd', 'node-process'],
  ['reference', 'node-process'],
];

/** What is added, and the type of the counter that shows it to everyone. */
const KINDS: readonly [AsyncKind, string, number][] = [
  ['publication', 'aeron:udp?endpoint=127.0.0.1:PORT|term-length=64k', PUBLISHER_POSITION_TYPE],
  ['exclusive', 'aeron:ipc?term-length=64k|alias=PORT', PUBLISHER_POSITION_TYPE],
  ['subscription', 'aeron:udp?endpoint=127.0.0.1:PORT', RECEIVE_CHANNEL_TYPE],
  ['counter', 'counter PORT', COUNTER_TYPE],
];

describe.each(REFERENCE_VERSIONS.slice(0, 1))('against io.aeron:aeron-all:%s', (version) => {
  describe.each(SIDES)('on a driver of kind %s, a client of kind %s', (driverKind, clientKind) => {
    const setting = new Setting(version);
    let client: InteropClient;
    let observer: InteropClient;

    beforeAll(async () => {
      const driver = await setting.driver(driverKind, {
        'aeron.timer.interval': '50ms',
        'aeron.publication.linger.timeout': '100ms',
      });
      client = await setting.client(clientKind, driver);
      observer = await setting.client('node', driver);
    }, 60 * SECONDS);
    afterAll(() => setting.close(), 60 * SECONDS);

    const valuesOf = async (typeId: number, text: string) =>
      [...(await observer.counters()).values()]
        .filter((counter) => counter.typeId === typeId && counter.label.includes(text))
        .map(({ value }) => value);

    it.each(KINDS)('adds and removes a %s without waiting', async (kind, pattern, typeId) => {
      const port = String(await freePort());
      const channel = pattern.replace('PORT', port);
      const streamId = kind === 'counter' ? COUNTER_TYPE : STREAM_ID;
      const registrationId = await client.asyncAdd(kind, kind, channel, streamId);
      expect(registrationId).toBeGreaterThan(0);
      expect(await valuesOf(typeId, port)).toHaveLength(1);
      await client.asyncRemove(kind, registrationId);
      await eventually(`${kind} gone`, async () => (await valuesOf(typeId, port)).length === 0);
    });

    it.each(KINDS)('takes back a %s before the driver has answered', async (kind, pattern, typeId) => {
      const port = String(await freePort());
      const streamId = kind === 'counter' ? COUNTER_TYPE : STREAM_ID;
      await client.asyncAddAndRemove(kind, pattern.replace('PORT', port), streamId);
      await eventually(`${kind} gone`, async () => (await valuesOf(typeId, port)).length === 0);
    });

    it.each([
      ['publication', 'aeron:udp?endpoint=127.0.0.1'],
      ['exclusive', 'aeron:ipc?session-id=word'],
      ['subscription', 'aeron:udp?endpoint=127.0.0.1'],
    ] as const)('is told when it asks for a %s that was refused', async (kind, channel) => {
      expect(await refusalOf(client.asyncAdd(kind, 'bad', channel, STREAM_ID))).toMatchObject({ code: 1 });
    });

    it('adds and removes destinations of a publication: by channel, by id, with and without waiting', async () => {
      const alias = `alias=mdc-${driverKind}-${clientKind}`;
      const ports = [await freePort(), await freePort(), await freePort()];
      const [a, b, c] = ports.map((port) => `aeron:udp?endpoint=127.0.0.1:${port}`) as [string, string, string];
      const awaitCount = (count: number) =>
        eventually(`${count} destinations`, async () => (await valuesOf(DESTINATIONS_TYPE, alias))[0] === count);
      await client.addExclusivePublication('mdc', `aeron:udp?control-mode=manual|term-length=64k|${alias}`, STREAM_ID);
      await client.addDestination('mdc', a);
      const idOfB = await client.asyncAddDestination('mdc', b);
      const idOfC = await client.asyncAddDestination('mdc', c);
      await awaitCount(3);
      await client.asyncRemoveDestination('mdc', idOfC);
      await awaitCount(2);
      await client.removeDestinationById('mdc', idOfB);
      await awaitCount(1);
      await client.asyncAddDestination('mdc', b);
      await client.asyncRemoveDestination('mdc', a);
      await awaitCount(1);
      await client.removeDestination('mdc', b);
      await awaitCount(0);
      await client.closePublication('mdc');
    });

    it('adds and removes destinations of a subscription, with and without waiting', async () => {
      const ports = [await freePort(), await freePort()] as const;
      const [a, b] = ports.map((port) => `aeron:udp?endpoint=127.0.0.1:${port}`) as [string, string];
      const bound = async (port: number) => (await valuesOf(LOCAL_ADDRESS_TYPE, `:${port}`)).length;
      await client.addSubscription('mds', 'aeron:udp?control-mode=manual', STREAM_ID);
      await client.addReceiveDestination('mds', a);
      await client.asyncAddReceiveDestination('mds', b);
      await eventually('both bound', async () => (await bound(ports[0])) === 1 && (await bound(ports[1])) === 1);
      await client.asyncRemoveReceiveDestination('mds', a);
      await eventually('the first is free', async () => (await bound(ports[0])) === 0);
      await client.asyncAddReceiveDestination('mds', 'aeron:ipc');
      await observer.addPublication('local', 'aeron:ipc?term-length=64k', STREAM_ID);
      await client.awaitImages('mds', 1);
      await client.asyncRemoveReceiveDestination('mds', 'aeron:ipc');
      await client.awaitImages('mds', 0);
      await client.removeReceiveDestination('mds', b);
      await eventually('the second is free', async () => (await bound(ports[1])) === 0);
      await observer.closePublication('local');
      await client.closeSubscription('mds');
    });
  });
});
