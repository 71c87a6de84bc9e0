// SPDX-License-Identifier: Apache-2.0
import diagnosticsChannel from 'node:diagnostics_channel';
import { NodeDiagnostics } from '../../../core/src/platform/node/diagnostics.ts';
import { ClientHarness } from '../testing/client-harness.ts';
import { FAKE_DIRECTORY, FakeDriver } from '../testing/fake-driver.ts';
import { CLIENT_CHANNELS, type ClientChannelName } from './client-channels.ts';

interface Heard {
  readonly name: string;
  readonly message: Readonly<Record<string, unknown>>;
}

/** A client on a fake driver that publishes to the channels of this process, and all that they said. */
function openHeard() {
  const heard: Heard[] = [];
  const onMessage = (message: unknown, name: string | symbol) => {
    heard.push({ name: String(name), message: message as Heard['message'] });
  };
  for (const name of Object.keys(CLIENT_CHANNELS)) {
    diagnosticsChannel.subscribe(name, onMessage);
  }
  const driver = FakeDriver.started();
  const platform = { ...driver.clientPlatform(), diagnostics: new NodeDiagnostics() };
  const harness = ClientHarness.open({ platform, clientName: 'heard' }, driver);
  const end = () => {
    for (const name of Object.keys(CLIENT_CHANNELS)) {
      diagnosticsChannel.unsubscribe(name, onMessage);
    }
  };
  return { heard, harness, end, names: () => heard.map(({ name }) => name) };
}

describe('diagnostics channels of a client', () => {
  it('tell its whole life, with who, what and which object', async () => {
    const { heard, harness, end } = openHeard();
    const { aeron, driver } = harness;
    const { clientId } = aeron;
    const publication = await harness.settle(aeron.addPublication('aeron:ipc', 1001));
    const exclusive = await harness.settle(aeron.addExclusivePublication('aeron:ipc', 1002));
    const subscription = await harness.settle(aeron.addSubscription('aeron:ipc', 1001));
    const stream = driver.streams.get(publication.registrationId);
    driver.availableImage(300, subscription.registrationId, stream as never);
    await harness.advance(30);
    const image = subscription.imageAtIndex(0);
    driver.unavailableImage(300, subscription.registrationId);
    const counter = await harness.settle(aeron.addCounter(1001, 'mine'));
    await harness.advance(30);
    counter.close();
    publication.close();
    await aeron.close();
    end();
    const identity = { clientId, clientName: 'heard', aeronDirectory: FAKE_DIRECTORY };
    expect(heard.map(({ name }) => name)).toEqual([
      'aeron:client:connect',
      'aeron:publication:add',
      'aeron:publication:add',
      'aeron:subscription:add',
      'aeron:image:available',
      'aeron:image:unavailable',
      'aeron:counter:add',
      'aeron:counter:available',
      'aeron:counter:remove',
      'aeron:publication:remove',
      'aeron:publication:remove',
      'aeron:subscription:remove',
      'aeron:client:close',
    ]);
    expect(heard.every(({ message }) => message['clientId'] === clientId)).toBe(true);
    expect(heard[0]?.message).toEqual(identity);
    const { channel, streamId, sessionId, registrationId } = publication;
    expect(heard[1]?.message).toEqual({
      ...identity,
      publication,
      channel,
      streamId,
      sessionId,
      registrationId,
      isExclusive: false,
    });
    expect(heard[1]?.message['publication']).toBe(publication);
    expect(heard[2]?.message).toMatchObject({ isExclusive: true });
    expect(heard[2]?.message['publication']).toBe(exclusive);
    expect(heard[4]?.message).toMatchObject({ streamId: 1001, sessionId, sourceIdentity: 'aeron:ipc', position: 0 });
    expect(heard[4]?.message['image']).toBe(image);
    expect(heard[6]?.message).toMatchObject({ counterId: counter.id, registrationId: counter.registrationId });
  });

  it('tell of refusals and errors', async () => {
    const { heard, harness, end } = openHeard();
    harness.driver.refuses.set('ADD_PUBLICATION', 1);
    const refused = harness.aeron.addPublication('aeron:udp?endpoint=nowhere', 1);
    await expect(harness.settle(refused)).rejects.toMatchObject({ code: 'REGISTRATION' });
    harness.driver.clientTimeout(harness.aeron.clientId);
    await harness.advance(60);
    end();
    expect(heard.map(({ name }) => name)).toEqual([
      'aeron:client:connect',
      'aeron:client:refusal',
      'aeron:client:error',
      'aeron:client:close',
    ]);
    expect(heard[1]?.message).toMatchObject({
      command: 'publication',
      channel: 'aeron:udp?endpoint=nowhere',
      error: { code: 'REGISTRATION', errorCode: 'INVALID_CHANNEL' },
    });
    expect(heard[2]?.message).toMatchObject({ error: { code: 'CLIENT_TIMEOUT' } });
  });

  it('let a listener call the client, because the conductor has finished', async () => {
    const { harness, end, names } = openHeard();
    let added: Promise<unknown> | undefined;
    const onSubscription = () => {
      added ??= harness.aeron.addPublication('aeron:ipc', 7);
    };
    diagnosticsChannel.subscribe('aeron:subscription:add', onSubscription);
    await harness.settle(harness.aeron.addSubscription('aeron:ipc', 7));
    await harness.settle(added as Promise<unknown>);
    diagnosticsChannel.unsubscribe('aeron:subscription:add', onSubscription);
    end();
    expect(names()).toEqual(['aeron:client:connect', 'aeron:subscription:add', 'aeron:publication:add']);
    await harness.aeron.close();
  });

  it('make no message for a channel that nobody listens to', async () => {
    const published: string[] = [];
    const driver = FakeDriver.started();
    const channel = (name: string) => ({ hasSubscribers: false, publish: () => void published.push(name) });
    const platform = { ...driver.clientPlatform(), diagnostics: { channel, subscribe: () => () => undefined } };
    const harness = ClientHarness.open({ platform }, driver);
    await harness.settle(harness.aeron.addPublication('aeron:ipc', 1001));
    await harness.aeron.close();
    expect(published).toEqual([]);
  });

  it('carry the fields that their table states', async () => {
    const { heard, harness, end } = openHeard();
    const publication = await harness.settle(harness.aeron.addPublication('aeron:ipc', 1001));
    const subscription = await harness.settle(harness.aeron.addSubscription('aeron:ipc', 1001));
    harness.driver.availableImage(
      300,
      subscription.registrationId,
      harness.driver.streams.get(publication.registrationId) as never,
    );
    await harness.settle(harness.aeron.addCounter(1001, 'mine'));
    await harness.advance(30);
    await harness.aeron.close();
    end();
    expect(new Set(heard.map(({ name }) => name)).size).toBeGreaterThan(9);
    for (const { name, message } of heard) {
      const fields = ['clientId', 'clientName', 'aeronDirectory', ...CLIENT_CHANNELS[name as ClientChannelName].fields];
      expect([name, Object.keys(message).sort()]).toEqual([name, fields.sort()]);
    }
  });
});
