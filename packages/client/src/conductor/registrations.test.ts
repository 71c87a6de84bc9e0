// SPDX-License-Identifier: Apache-2.0
import { composeVersion, ErrorCode, SystemCounterId } from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core';
import { Counter } from '../counter/counter.ts';
import { ConcurrentPublication } from '../publication/concurrent-publication.ts';
import { ExclusivePublication } from '../publication/exclusive-publication.ts';
import { ClientHarness } from '../testing/client-harness.ts';
import { FakeDriver } from '../testing/fake-driver.ts';

const CHANNEL = 'aeron:ipc';

describe('adding publications', () => {
  it('sends the command and resolves with what the driver answered', async () => {
    const harness = ClientHarness.open();
    const publication = await harness.settle(harness.aeron.addPublication(CHANNEL, 1001));
    expect(publication).toBeInstanceOf(ConcurrentPublication);
    const command = harness.driver.last('ADD_PUBLICATION');
    expect(command).toMatchObject({ clientId: harness.aeron.clientId, streamId: 1001, channel: CHANNEL });
    expect(publication.registrationId).toBe(command['correlationId']);
    expect(publication.isOriginal).toBe(true);
    expect(publication.channelStatus).toBe(1);
    expect(publication.offer(AtomicBuffer.allocate(8))).toBe(64);
  });

  it('awaits several answers at once, in whatever order they come', async () => {
    const harness = ClientHarness.open();
    harness.driver.silentOn.add('ADD_PUBLICATION');
    const [first, second] = [harness.aeron.addPublication(CHANNEL, 1), harness.aeron.addPublication(CHANNEL, 2)];
    await harness.advance(5);
    const [one, two] = harness.driver.commands.map(({ fields }) => Number(fields['correlationId']));
    harness.driver.publicationReady(two as number, harness.driver.addStream(two as number));
    expect((await harness.settle(second)).registrationId).toBe(two);
    harness.driver.publicationReady(one as number, harness.driver.addStream(one as number));
    expect((await harness.settle(first)).registrationId).toBe(one);
  });

  it('shares one log between publications of the same stream, until the last of them is closed', async () => {
    const harness = ClientHarness.open();
    const first = await harness.settle(harness.aeron.addPublication(CHANNEL, 1001));
    harness.driver.silentOn.add('ADD_PUBLICATION');
    const pending = harness.aeron.addPublication(CHANNEL, 1001);
    await harness.advance(3);
    const stream = harness.driver.streams.get(first.registrationId);
    harness.driver.publicationReady(Number(harness.driver.last('ADD_PUBLICATION')['correlationId']), stream as never);
    const second = await harness.settle(pending);
    expect(second.logBuffers).toBe(first.logBuffers);
    expect(second.isOriginal).toBe(false);
    first.close();
    await harness.advance(2000);
    expect(first.offer('x')).toBe(-4);
    expect(second.offer('still here')).toBeGreaterThan(0);
    second.close();
    expect(second.logBuffers.isClosed).toBe(false);
    await harness.advance(1100);
    expect(second.logBuffers.isClosed).toBe(true);
  });

  it('rejects with the reason and number of the driver', async () => {
    const harness = ClientHarness.open();
    harness.driver.refuses.set('ADD_PUBLICATION', ErrorCode.INVALID_CHANNEL);
    await expect(harness.settle(harness.aeron.addPublication('aeron:nonsense', 1))).rejects.toMatchObject({
      code: 'REGISTRATION',
      errorCode: 'INVALID_CHANNEL',
      errorCodeValue: 1,
      category: 'ERROR',
      message: expect.stringMatching(/^ADD_PUBLICATION refused, correlationId=\d+ errorCodeValue=1$/),
    });
  });

  it('calls a refusal that may pass a warning, and knows no name for a number that is new', async () => {
    const harness = ClientHarness.open();
    harness.driver.refuses.set('ADD_PUBLICATION', ErrorCode.RESOURCE_TEMPORARILY_UNAVAILABLE);
    await expect(harness.settle(harness.aeron.addPublication(CHANNEL, 1))).rejects.toMatchObject({ category: 'WARN' });
    harness.driver.refuses.set('ADD_PUBLICATION', 4711);
    await expect(harness.settle(harness.aeron.addPublication(CHANNEL, 1))).rejects.toMatchObject({
      errorCode: 'UNKNOWN_CODE_VALUE',
      errorCodeValue: 4711,
    });
  });

  it('rejects after the driver time-out, goes on, and takes back what the driver may still have made', async () => {
    const harness = ClientHarness.open({ driverTimeoutMs: 500 });
    harness.driver.silentOn.add('ADD_PUBLICATION');
    const pending = harness.aeron.addPublication(CHANNEL, 1);
    await expect(harness.settle(pending)).rejects.toMatchObject({ code: 'DRIVER_TIMEOUT', category: 'ERROR' });
    expect(harness.aeron.isClosed).toBe(false);
    await harness.advance(2);
    const added = harness.driver.last('ADD_PUBLICATION')['correlationId'] as number;
    expect(harness.driver.last('REMOVE_PUBLICATION')).toMatchObject({ registrationId: added });
    harness.driver.publicationReady(added, harness.driver.addStream(added));
    await harness.advance(5);
    expect(harness.aeron.getPublication(added)).toBeNull();
    expect(harness.errors).toEqual([]);
  });

  it('waits as long as it is told to', async () => {
    const harness = ClientHarness.open();
    harness.driver.silentOn.add('ADD_PUBLICATION');
    const before = harness.driver.world.nowNs;
    await expect(harness.settle(harness.aeron.addPublication(CHANNEL, 1, { timeoutMs: 50 }))).rejects.toMatchObject({
      code: 'DRIVER_TIMEOUT',
    });
    expect(harness.driver.world.nowNs - before).toBeLessThan(80e6);
  });

  it('rejects with the reason of its signal, also of one that fired before', async () => {
    const harness = ClientHarness.open();
    harness.driver.silentOn.add('ADD_PUBLICATION');
    const controller = new AbortController();
    const pending = harness.aeron.addPublication(CHANNEL, 1, { signal: controller.signal });
    await harness.advance(2);
    const reason = new Error('changed my mind');
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await harness.advance(2);
    expect(harness.driver.commands.map(({ name }) => name)).toEqual(['ADD_PUBLICATION', 'REMOVE_PUBLICATION']);
    await expect(harness.aeron.addPublication(CHANNEL, 1, { signal: controller.signal })).rejects.toBe(reason);
    expect(harness.driver.readCommands()).toEqual([]);
  });

  it('rejects when the log of the answer is unusable, and has the driver remove the publication', async () => {
    const harness = ClientHarness.open();
    harness.driver.silentOn.add('ADD_PUBLICATION');
    const pending = harness.aeron.addPublication(CHANNEL, 1);
    await harness.advance(3);
    const id = harness.driver.last('ADD_PUBLICATION')['correlationId'] as number;
    const stream = harness.driver.addStream(id);
    stream.log.metadata.putInt32(276, 12345);
    harness.driver.publicationReady(id, stream);
    await expect(harness.settle(pending)).rejects.toMatchObject({
      code: 'LOG_BUFFER_CORRUPT',
      message: expect.stringMatching(
        /clientId=\d+ clientName= registrationId=\d+ channel=aeron:ipc path=.*termLength=12345/,
      ),
    });
    await harness.advance(2);
    expect(harness.driver.last('REMOVE_PUBLICATION')).toMatchObject({ registrationId: id });
    expect(harness.aeron.isClosed).toBe(false);
  });

  it('fails at once when the command buffer of the driver is full', async () => {
    const harness = ClientHarness.open();
    harness.isDriverAlive = false;
    const channel = `aeron:ipc?alias=${'x'.repeat(4000)}`;
    const added: number[] = [];
    expect(() => {
      for (;;) {
        added.push(harness.aeron.asyncAddPublication(channel, 1));
      }
    }).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_CAPACITY' }));
    expect(added.length).toBeGreaterThan(10);
    await expect(harness.aeron.addSubscription(channel, 1)).rejects.toMatchObject({ code: 'INSUFFICIENT_CAPACITY' });
  });
});

describe('adding without waiting', () => {
  it('gives null until the answer is there, then the publication', () => {
    const harness = ClientHarness.open();
    const id = harness.aeron.asyncAddPublication(CHANNEL, 1);
    const exclusiveId = harness.aeron.asyncAddExclusivePublication(CHANNEL, 1);
    expect(harness.aeron.getPublication(id)).toBeNull();
    expect(harness.aeron.isCommandActive(id)).toBe(true);
    expect(harness.aeron.hasActiveCommands()).toBe(true);
    harness.driver.readCommands();
    expect(harness.aeron.getPublication(id)).toBeInstanceOf(ConcurrentPublication);
    expect(harness.aeron.isCommandActive(exclusiveId)).toBe(false);
    expect(harness.aeron.getExclusivePublication(exclusiveId)).toBeInstanceOf(ExclusivePublication);
    expect(harness.aeron.getPublication(exclusiveId)).toBeNull();
    expect(harness.aeron.hasActiveCommands()).toBe(false);
  });

  it('throws the refusal once', () => {
    const harness = ClientHarness.open();
    harness.driver.refuses.set('ADD_PUBLICATION', ErrorCode.GENERIC_ERROR);
    const id = harness.aeron.asyncAddPublication(CHANNEL, 1);
    harness.driver.readCommands();
    expect(() => harness.aeron.getPublication(id)).toThrow(expect.objectContaining({ code: 'REGISTRATION' }));
    expect(harness.aeron.getPublication(id)).toBeNull();
    expect(harness.errors).toEqual([]);
  });

  it('removes what is there and takes back what is pending', () => {
    const harness = ClientHarness.open();
    const id = harness.aeron.asyncAddPublication(CHANNEL, 1);
    harness.driver.readCommands();
    const publication = harness.aeron.getPublication(id);
    harness.aeron.asyncRemovePublication(id);
    expect(publication?.isClosed).toBe(true);
    const pendingId = harness.aeron.asyncAddPublication(CHANNEL, 2);
    harness.aeron.asyncRemovePublication(pendingId);
    expect(harness.aeron.getPublication(pendingId)).toBeNull();
    harness.driver.refuses.set('REMOVE_PUBLICATION', ErrorCode.UNKNOWN_PUBLICATION);
    harness.driver.readCommands();
    expect(harness.driver.commands.map(({ name }) => name)).toEqual([
      'ADD_PUBLICATION',
      'REMOVE_PUBLICATION',
      'ADD_PUBLICATION',
      'REMOVE_PUBLICATION',
    ]);
    harness.aeron.asyncRemovePublication(-1);
    expect(harness.driver.readCommands()).toEqual([]);
  });

  it('refuses to remove a resource of another kind', async () => {
    const harness = ClientHarness.open();
    const publication = await harness.settle(harness.aeron.addPublication(CHANNEL, 1));
    const subscription = await harness.settle(harness.aeron.addSubscription(CHANNEL, 1));
    expect(() => harness.aeron.asyncRemoveSubscription(publication.registrationId)).toThrow('not a Subscription');
    expect(() => harness.aeron.asyncRemoveCounter(publication.registrationId)).toThrow('not a Counter');
    expect(() => harness.aeron.asyncRemovePublication(subscription.registrationId)).toThrow('not a Publication');
    expect(publication.isClosed || subscription.isClosed).toBe(false);
  });
});

describe('closing', () => {
  it('removes a publication at the driver, with the revoke flag where that was asked for', async () => {
    const harness = ClientHarness.open();
    const shared = await harness.settle(harness.aeron.addPublication(CHANNEL, 1));
    const exclusive = await harness.settle(harness.aeron.addExclusivePublication(CHANNEL, 1));
    shared.close();
    shared.close();
    exclusive.revoke();
    expect(harness.aeron.hasActiveCommands()).toBe(true);
    const removals = harness.driver.readCommands();
    expect(removals.map(({ fields }) => fields)).toMatchObject([
      { registrationId: shared.registrationId, revokeFlag: false },
      { registrationId: exclusive.registrationId, revokeFlag: true },
    ]);
    await harness.advance(40);
    expect(harness.aeron.hasActiveCommands()).toBe(false);
    expect(harness.aeron.getPublication(shared.registrationId)).toBeNull();
  });

  it('reports a refused removal to the error handler', async () => {
    const harness = ClientHarness.open();
    const publication = await harness.settle(harness.aeron.addPublication(CHANNEL, 1));
    harness.driver.refuses.set('REMOVE_PUBLICATION', ErrorCode.UNKNOWN_PUBLICATION);
    publication[Symbol.dispose]();
    await harness.advance(40);
    expect(harness.errors).toMatchObject([{ code: 'REGISTRATION', errorCode: 'UNKNOWN_PUBLICATION' }]);
  });
});

describe('counters', () => {
  it('adds one with key and label, and removes it on close', async () => {
    const harness = ClientHarness.open();
    const key = Uint8Array.of(1, 2, 3);
    const counter = await harness.settle(harness.aeron.addCounter(1001, { key, label: 'things done' }));
    const command = harness.driver.last('ADD_COUNTER');
    expect(command).toMatchObject({ typeId: 1001, label: 'things done' });
    expect([...(command['key'] as Uint8Array)]).toEqual([1, 2, 3]);
    counter.set(41);
    expect(counter.increment()).toBe(41);
    expect(harness.driver.counters.getCounterValue(counter.id)).toBe(42);
    expect(counter).toMatchObject({ label: 'things done', state: 1, isClientOwned: true });
    counter.close();
    harness.driver.readCommands();
    expect(harness.driver.last('REMOVE_COUNTER')).toMatchObject({ registrationId: counter.registrationId });
    expect(() => counter.get()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });

  it('gets a static one, which closing leaves alone', async () => {
    const harness = ClientHarness.open();
    const seen: number[] = [];
    harness.aeron.addAvailableCounterHandler((_, registrationId) => seen.push(registrationId));
    const counter = await harness.settle(harness.aeron.addStaticCounter(1002, 'static', 77));
    expect(counter.registrationId).toBe(77);
    expect(counter.registrationIdBigInt).toBe(77n);
    expect(counter.correlationId).not.toBe(77);
    counter.close();
    expect(harness.driver.readCommands()).toEqual([]);
    expect(seen).toEqual([]);
  });

  it('gets a static one whose id needs all 64 bits', async () => {
    const harness = ClientHarness.open();
    const registrationId = -(2n ** 62n) - 1n;
    const counter = await harness.settle(harness.aeron.addStaticCounter(1002, 'static', registrationId));
    expect(harness.driver.last('ADD_STATIC_COUNTER')).toMatchObject({ registrationId });
    expect(counter.registrationIdBigInt).toBe(registrationId);
    for (const wrong of [2 ** 53, 1.5, Number.NaN, 2n ** 63n]) {
      await expect(harness.aeron.addStaticCounter(1002, 'static', wrong)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(`registrationId=${wrong}`),
      });
      expect(() => harness.aeron.asyncAddStaticCounter(1002, 'static', wrong)).toThrow('registrationId=');
    }
  });

  it('can take a static one back that is pending', () => {
    const harness = ClientHarness.open();
    const id = harness.aeron.asyncAddStaticCounter(1001, 'two', 5);
    harness.aeron.asyncRemoveCounter(BigInt(id));
    expect(harness.aeron.isCommandActive(id)).toBe(false);
    harness.driver.readCommands();
    harness.tick();
    expect(harness.aeron.getCounter(BigInt(id))).toBeNull();
  });

  it('works without waiting too', () => {
    const harness = ClientHarness.open();
    const ids = [harness.aeron.asyncAddCounter(1001, 'one'), harness.aeron.asyncAddStaticCounter(1001, 'two', 5)];
    harness.driver.readCommands();
    while (harness.aeron.hasActiveCommands()) {
      harness.aeron.isCommandActive(ids[1] as number);
    }
    expect(ids.map((id) => harness.aeron.getCounter(id))).toEqual([expect.any(Counter), expect.any(Counter)]);
    harness.aeron.asyncRemoveCounter(ids[0] as number);
    harness.aeron.asyncRemoveCounter(harness.aeron.asyncAddCounter(1001, 'three'));
    expect(harness.driver.readCommands().map(({ name }) => name)).toEqual([
      'REMOVE_COUNTER',
      'ADD_COUNTER',
      'REMOVE_COUNTER',
    ]);
  });

  it('refuses keys and labels that are too long before anything is sent', async () => {
    const harness = ClientHarness.open();
    const key = new Uint8Array(113);
    await expect(harness.aeron.addCounter(1001, { key, label: '' })).rejects.toThrow('keyLength=113 max=112');
    await expect(harness.aeron.addCounter(1001, 'x'.repeat(381))).rejects.toThrow('labelLength=381 max=380');
    expect(() => harness.aeron.asyncAddStaticCounter(1001, 'x'.repeat(381), 1)).toThrow('labelLength=381');
    expect(harness.driver.readCommands()).toEqual([]);
  });

  it('tells handlers of every counter that comes and goes', async () => {
    const seen: string[] = [];
    const harness = ClientHarness.open({
      availableCounterHandler: (_, registrationId, id) => seen.push(`option +${registrationId}/${id}`),
      unavailableCounterHandler: (_, registrationId, id) => seen.push(`option -${registrationId}/${id}`),
    });
    const handlerId = harness.aeron.addAvailableCounterHandler((_, id) => seen.push(`added +${id}`));
    harness.aeron.on('availableCounter', (registrationId) => seen.push(`event +${registrationId}`));
    harness.driver.counterReady(500, 60);
    await harness.advance(30);
    expect(seen).toEqual(['option +500/60', 'added +500', 'event +500']);
    expect(harness.aeron.removeAvailableCounterHandler(handlerId)).toBe(true);
    expect(harness.aeron.removeAvailableCounterHandler(handlerId)).toBe(false);
    seen.length = 0;
    harness.driver.counterReady(501, 61);
    harness.driver.unavailableCounter(500, 60);
    await harness.advance(30);
    expect(seen).toEqual(['option +501/61', 'event +501', 'option -500/60']);
  });
});

describe('session ids', () => {
  it('come from a driver that supplies them', async () => {
    const harness = ClientHarness.open();
    expect(await harness.settle(harness.aeron.nextSessionId(1001))).toBe(900);
    expect(harness.driver.last('GET_NEXT_AVAILABLE_SESSION_ID')).toMatchObject({ streamId: 1001 });
  });

  it('are random where an old driver supplies none', async () => {
    const driver = FakeDriver.started();
    driver.counters.setCounterRegistrationId(SystemCounterId.CONTROL_PROTOCOL_VERSION, 12345);
    const harness = ClientHarness.open({}, driver);
    const [one, two] = [await harness.aeron.nextSessionId(1001), await harness.aeron.nextSessionId(1001)];
    expect(one).toBe(one | 0);
    expect(one).not.toBe(two);
    expect(driver.readCommands()).toEqual([]);
  });
});

describe('a driver that is too old for a command', () => {
  it.each([
    ['says nothing', 0, 'driver=0.0.0'],
    ['is one of 1.46.9', composeVersion(1, 46, 9), 'driver=1.46.9'],
  ])('is not sent it: the driver %s', async (_which, version, text) => {
    const harness = ClientHarness.open({}, oldDriver(version));
    const publication = await harness.settle(harness.aeron.addPublication(CHANNEL, 1));
    harness.driver.readCommands();
    const refusal = { code: 'CONTROL_PROTOCOL', message: expect.stringContaining(text) };
    await expect(publication.removeDestination(5)).rejects.toMatchObject(refusal);
    expect(() => publication.asyncRemoveDestination(5)).toThrow(expect.objectContaining(refusal));
    expect(harness.driver.readCommands()).toEqual([]);
  });

  it('is sent it from 1.47.0 on, which has no version of the control protocol yet', async () => {
    const harness = ClientHarness.open({}, oldDriver(composeVersion(1, 47, 0)));
    const publication = await harness.settle(harness.aeron.addPublication(CHANNEL, 1));
    await harness.settle(publication.removeDestination(5));
    expect(harness.driver.last('REMOVE_DESTINATION_BY_ID')).toMatchObject({ destinationRegistrationId: 5 });
  });

  function oldDriver(version: number): FakeDriver {
    const driver = FakeDriver.started();
    driver.counters.setCounterRegistrationId(SystemCounterId.CONTROL_PROTOCOL_VERSION, 12345);
    driver.counters.setCounterValue(SystemCounterId.AERON_VERSION, version);
    return driver;
  }
});

describe('destinations', () => {
  it('are added and removed by commands under the original registration id', async () => {
    const harness = ClientHarness.open();
    const publication = await harness.settle(harness.aeron.addPublication(CHANNEL, 1));
    const id = await harness.settle(publication.addDestination('aeron:udp?endpoint=a:1'));
    expect(harness.driver.last('ADD_DESTINATION')).toMatchObject({
      correlationId: id,
      resourceRegistrationId: publication.originalRegistrationId,
      channel: 'aeron:udp?endpoint=a:1',
    });
    await harness.settle(publication.removeDestination(id));
    expect(harness.driver.last('REMOVE_DESTINATION_BY_ID')).toMatchObject({ destinationRegistrationId: id });
    const removal = publication.asyncRemoveDestination('aeron:udp?endpoint=a:1');
    expect(harness.aeron.isCommandActive(removal)).toBe(true);
    harness.driver.readCommands();
    expect(harness.aeron.isCommandActive(removal)).toBe(false);
    publication.close();
    await expect(publication.addDestination('aeron:udp?endpoint=a:1')).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('what an application hands in', () => {
  it('is checked before anything is sent, and named', async () => {
    const { aeron, driver } = ClientHarness.open();
    const channel = 'aeron:ipc';
    const noChannel = undefined as unknown as string;
    const refusals: [string, () => unknown][] = [
      ['streamId=1.5', () => aeron.addPublication(channel, 1.5)],
      ['streamId=2147483648', () => aeron.addExclusivePublication(channel, 2 ** 31)],
      ['streamId=NaN', () => aeron.addSubscription(channel, Number.NaN)],
      ['streamId=7', () => aeron.addPublication(channel, '7' as unknown as number)],
      ['streamId=undefined', () => aeron.nextSessionId(undefined as unknown as number)],
      ['channel=undefined', () => aeron.addPublication(noChannel, 1)],
      ['channel=undefined', () => aeron.addExclusivePublication(noChannel, 1)],
      ['channel=undefined', () => aeron.addSubscription(noChannel, 1)],
      ['typeId=x', () => aeron.addCounter('x' as unknown as number, 'label')],
      ['timeoutMs=NaN', () => aeron.addPublication(channel, 1, { timeoutMs: Number.NaN })],
      ['timeoutMs=-1', () => aeron.addSubscription(channel, 1, { timeoutMs: -1 })],
      ['streamId=1.5', async () => aeron.asyncAddPublication(channel, 1.5)],
      ['streamId=1.5', async () => aeron.asyncAddExclusivePublication(channel, 1.5)],
      ['streamId=1.5', async () => aeron.asyncAddSubscription(channel, 1.5)],
      ['registrationId=NaN', async () => aeron.getPublication(Number.NaN)],
      ['registrationId=18446744073709551616', async () => aeron.asyncRemoveSubscription(2n ** 64n)],
      ['correlationId=0.5', async () => aeron.isCommandActive(0.5)],
    ];
    for (const [facts, call] of refusals) {
      await expect(call()).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(facts),
      });
    }
    expect(driver.readCommands()).toEqual([]);
    expect(aeron.hasActiveCommands()).toBe(false);
  });
});
