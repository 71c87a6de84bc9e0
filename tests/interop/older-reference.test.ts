// SPDX-License-Identifier: Apache-2.0
/** What our client can do on the driver of an older reference, which lacks some of it, and its client on our driver. */
import type { InteropClient } from './support/clients.ts';
import type { InteropDriver } from './support/drivers.ts';
import { freePort } from './support/ports.ts';
import { REFERENCE_VERSIONS } from './support/reference-versions.ts';
import { refusalOf } from './support/refusal.ts';
import { Setting } from './support/setting.ts';

const SECONDS = 1000;
const STREAM_ID = 1001;
const TOO_OLD = 'needs a driver of version 1.47.0 or later: driver=';
const MALFORMED_COMMAND = 7;

describe.each(REFERENCE_VERSIONS.slice(1))('on the driver of io.aeron:aeron-all:%s', (version) => {
  const setting = new Setting(version);
  let driver: InteropDriver;
  let node: InteropClient;
  let reference: InteropClient;

  beforeAll(async () => {
    driver = await setting.driver('reference');
    node = await setting.client('node', driver);
    reference = await setting.client('reference', driver);
  }, 60 * SECONDS);
  afterAll(() => setting.close(), 60 * SECONDS);

  // It does not store what kind a log is, and leaves the tails of an image alone.
  it.each([0, 1, 1000, -5])('reads an image, whatever its initial term id: %i', async (initialTermId) => {
    const run = { first: 0, count: 300, minLength: 0, maxLength: 4000, seed: 5 };
    const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
    const position = `init-term-id=${initialTermId}|term-id=${initialTermId}|term-offset=0`;
    await node.addSubscription('s', channel, STREAM_ID);
    await reference.addPublication('p', `${channel}|term-length=64k|${position}`, STREAM_ID);
    await node.awaitImages('s', 1);
    await Promise.all([reference.publish('p', run), node.consume('s', run)]);
    await reference.closePublication('p');
    await node.closeSubscription('s');
  });

  it('takes a revoked publication for one that was closed', async () => {
    await reference.addSubscription('s', 'aeron:ipc', STREAM_ID);
    await node.addExclusivePublication('p', 'aeron:ipc?term-length=64k', STREAM_ID);
    await reference.awaitImages('s', 1);
    await node.revoke('p');
    await reference.awaitImages('s', 0);
    await reference.closeSubscription('s');
  });

  // It would not answer: it does not tell who sent a command that it does not know.
  it('is not sent the removal of a destination by id', async () => {
    await node.addExclusivePublication('p', 'aeron:udp?control-mode=manual|term-length=64k', STREAM_ID);
    const id = await node.asyncAddDestination('p', `aeron:udp?endpoint=127.0.0.1:${await freePort()}`);
    await expect(node.removeDestinationById('p', id)).rejects.toThrow(
      `to remove a destination by id ${TOO_OLD}${version}`,
    );
    await node.closePublication('p');
  });

  it('gives no session ids, so that the client takes one by chance', async () => {
    const ids = [await node.nextSessionId(STREAM_ID), await node.nextSessionId(STREAM_ID)];
    expect(ids).toEqual([expect.any(Number), expect.any(Number)]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  // It would take it for the removal of a destination, whose id the command took over.
  it('is not sent the rejection of an image', async () => {
    for (const channel of [`aeron:udp?endpoint=127.0.0.1:${await freePort()}`, 'aeron:ipc']) {
      await node.addSubscription('s', channel, STREAM_ID);
      await reference.addPublication('p', `${channel}${channel.includes('?') ? '|' : '?'}term-length=64k`, STREAM_ID);
      await node.awaitImages('s', 1);
      await expect(node.reject('s', 'not wanted')).rejects.toThrow(`to reject an image ${TOO_OLD}${version}`);
      await reference.closePublication('p');
      await node.closeSubscription('s');
    }
  });
});

describe.each(REFERENCE_VERSIONS.slice(1))('a client of io.aeron:aeron-all:%s on our driver', (version) => {
  const setting = new Setting(version);
  afterAll(() => setting.close(), 60 * SECONDS);

  it('can remove destinations, but not by id: that command has become another one', async () => {
    const client = await setting.client('reference', await setting.driver('aeronmd'));
    const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
    await client.addExclusivePublication('p', 'aeron:udp?control-mode=manual|term-length=64k', STREAM_ID);
    const id = await client.asyncAddDestination('p', channel);
    expect(await refusalOf(client.removeDestinationById('p', id))).toMatchObject({ code: MALFORMED_COMMAND });
    await client.removeDestination('p', channel);
  });
});
