// SPDX-License-Identifier: Apache-2.0
import { EventEmitter, once } from 'node:events';
import { inspect } from 'node:util';
import { AgentTerminationError } from '@aeron/core';
import type { AeronOptions } from '../config/client-options.ts';
import type { Image } from '../subscription/image.ts';
import { ClientHarness } from '../testing/client-harness.ts';

const CHANNEL = 'aeron:ipc';
const HEARTBEAT_TYPE_ID = 11;

async function openWithImage(options: AeronOptions = {}) {
  const harness = ClientHarness.open(options);
  const publication = await harness.settle(harness.aeron.addPublication(CHANNEL, 1001));
  const subscription = await harness.settle(harness.aeron.addSubscription(CHANNEL, 1001));
  const stream = harness.driver.streams.get(publication.registrationId);
  if (stream === undefined) {
    throw new Error('no stream');
  }
  return { harness, publication, subscription, stream };
}

describe('images', () => {
  it('come and go with handlers, events and a lingering log', async () => {
    const seen: string[] = [];
    const { harness, subscription, stream } = await openWithImage({
      availableImageHandler: (image) => seen.push(`handler +${image.correlationId} closed=${image.isClosed}`),
      unavailableImageHandler: (image) => seen.push(`handler -${image.correlationId} closed=${image.isClosed}`),
    });
    harness.aeron.on('availableImage', (image) => seen.push(`event +${image.correlationId}`));
    harness.aeron.on('unavailableImage', (image) => seen.push(`event -${image.correlationId}`));
    harness.driver.availableImage(300, subscription.registrationId, stream);
    await harness.advance(30);
    const image = subscription.imageAtIndex(0);
    expect(image).toMatchObject({ sessionId: stream.sessionId, sourceIdentity: 'aeron:ipc', isClosed: false });
    expect(image.logBuffers).not.toBe(undefined);
    harness.driver.unavailableImage(300, subscription.registrationId);
    await harness.advance(30);
    expect(seen).toEqual(['handler +300 closed=false', 'event +300', 'handler -300 closed=true', 'event -300']);
    expect(subscription.imageCount).toBe(0);
    await harness.advance(2900);
    expect(image.logBuffers.isClosed).toBe(false);
    await harness.advance(200);
    expect(image.logBuffers.isClosed).toBe(true);
    expect(image.poll(() => undefined, 10)).toBe(0);
  });

  it('use the handlers of their subscription instead of those of the client, or none', async () => {
    const seen: string[] = [];
    const { harness, stream } = await openWithImage({ availableImageHandler: () => seen.push('client') });
    const own = await harness.settle(
      harness.aeron.addSubscription(CHANNEL, 1001, { availableImageHandler: () => seen.push('own') }),
    );
    const none = await harness.settle(harness.aeron.addSubscription(CHANNEL, 1001, { availableImageHandler: null }));
    harness.driver.availableImage(300, own.registrationId, stream);
    harness.driver.availableImage(301, none.registrationId, stream);
    await harness.advance(40);
    expect(seen).toEqual(['own']);
    expect(none.imageCount).toBe(1);
  });

  it('go with their subscription, which tells of each and leaves the logs for a second', async () => {
    const gone: Image[] = [];
    const { harness, subscription, stream } = await openWithImage({
      unavailableImageHandler: (image) => gone.push(image),
    });
    harness.driver.availableImage(300, subscription.registrationId, stream);
    harness.driver.availableImage(301, subscription.registrationId, stream);
    await harness.advance(40);
    const images = [...subscription.images];
    subscription.close();
    expect(gone).toEqual(images);
    expect(images.every((image) => image.isClosed)).toBe(true);
    harness.driver.readCommands();
    expect(harness.driver.last('REMOVE_SUBSCRIPTION')).toMatchObject({ registrationId: subscription.registrationId });
    await harness.advance(900);
    expect(images.map(({ logBuffers }) => logBuffers.isClosed)).toEqual([false, false]);
    await harness.advance(200);
    expect(images.map(({ logBuffers }) => logBuffers.isClosed)).toEqual([true, true]);
  });

  it('of an unknown subscription, or with an impossible counter, are no harm', async () => {
    const { harness, subscription, stream } = await openWithImage();
    harness.driver.availableImage(300, 12345, stream);
    harness.driver.unavailableImage(300, subscription.registrationId);
    await harness.advance(40);
    expect(harness.errors).toEqual([]);
    stream.log.metadata.putInt32(272, 3);
    harness.driver.availableImage(302, subscription.registrationId, stream);
    await harness.advance(40);
    expect(harness.errors).toMatchObject([{ code: 'LOG_BUFFER_CORRUPT' }]);
    expect(subscription.imageCount).toBe(0);
    expect(harness.aeron.isClosed).toBe(false);
  });
});

describe('callbacks', () => {
  it('may not call the client, and what they throw goes to the error handler', async () => {
    const { harness, subscription, stream } = await openWithImage({
      availableImageHandler: () => {
        expect(() => harness.aeron.asyncAddPublication(CHANNEL, 1)).toThrow(
          expect.objectContaining({ code: 'REENTRANT_CALL' }),
        );
        expect(() => subscription.close()).toThrow(expect.objectContaining({ code: 'REENTRANT_CALL' }));
        throw new Error('from the handler');
      },
    });
    harness.driver.availableImage(300, subscription.registrationId, stream);
    await harness.advance(30);
    expect(harness.errors.map(({ message }) => message)).toEqual(['from the handler']);
    expect(subscription.imageCount).toBe(1);
  });

  it('may be async; a rejection goes to the error handler', async () => {
    const { harness, subscription, stream } = await openWithImage({
      availableImageHandler: (async () => {
        throw new Error('later');
      }) as () => void,
    });
    harness.driver.availableImage(300, subscription.registrationId, stream);
    await harness.advance(30);
    expect(harness.errors.map(({ message }) => message)).toEqual(['later']);
  });

  it('end the client by throwing a termination', async () => {
    const { harness, subscription, stream } = await openWithImage({
      availableImageHandler: () => {
        throw new AgentTerminationError('enough');
      },
    });
    harness.driver.availableImage(300, subscription.registrationId, stream);
    await harness.advance(50);
    expect(harness.aeron.isClosed).toBe(true);
    expect(subscription.isClosed).toBe(true);
  });

  it('that are listeners of events may call the client, even close it', async () => {
    const { harness, subscription, stream } = await openWithImage();
    let added: Promise<unknown> | undefined;
    harness.aeron.once('availableImage', () => {
      added = harness.aeron.addPublication(CHANNEL, 2);
    });
    harness.driver.availableImage(300, subscription.registrationId, stream);
    await harness.advance(30);
    await expect(added).resolves.toMatchObject({ isClosed: false });
    harness.aeron.on('availableImage', () => void harness.aeron.close());
    harness.driver.availableImage(301, subscription.registrationId, stream);
    await harness.advance(30);
    expect(harness.aeron.isClosed).toBe(true);
  });

  it('that are handlers may close the client', async () => {
    const { harness, publication, subscription, stream } = await openWithImage({
      availableImageHandler: () => void harness.aeron.close(),
    });
    harness.driver.availableImage(300, subscription.registrationId, stream);
    await harness.advance(30);
    await harness.aeron.close();
    expect(publication.offer('x')).toBe(-4);
    expect(harness.driver.last('CLIENT_CLOSE')).toMatchObject({ clientId: harness.aeron.clientId, correlationId: -1 });
  });
});

describe('error frames of receivers', () => {
  it('are told for each publication of the stream, outside of the guard', async () => {
    const frames: unknown[] = [];
    const { harness, publication } = await openWithImage({
      publicationErrorFrameHandler: (frame) => {
        frames.push(frame);
        harness.aeron.asyncAddPublication(CHANNEL, 9);
        throw new Error('handler of frames');
      },
    });
    harness.driver.publicationError(publication.registrationId + 1000, 13, 'not ours');
    harness.driver.publicationError(publication.registrationId, 13, 'no room');
    await harness.advance(40);
    expect(frames).toMatchObject([
      {
        registrationId: publication.registrationId,
        errorCode: 'IMAGE_REJECTED',
        errorMessage: 'no room',
        sourceAddress: { address: '127.0.0.1', port: 4000 },
      },
    ]);
    expect(harness.errors.map(({ message }) => message)).toEqual(['handler of frames']);
  });
});

describe('the error handler', () => {
  it('gets malformed events, which are skipped', async () => {
    const harness = ClientHarness.open();
    harness.driver.sendRaw(0x0f03, new Uint8Array(20));
    harness.driver.sendRaw(0x0eee, new Uint8Array(4));
    const publication = await harness.settle(harness.aeron.addPublication(CHANNEL, 1));
    expect(publication.isClosed).toBe(false);
    expect(harness.errors).toMatchObject([{ code: 'CONTROL_PROTOCOL' }]);
  });

  it('shares with listeners, and without either errors are printed', async () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      const silent = ClientHarness.open({ errorHandler: undefined } as never);
      silent.driver.sendRaw(0x0f03, new Uint8Array(20));
      await silent.advance(30);
      expect(printed).toHaveBeenCalledTimes(1);
      const heard: Error[] = [];
      silent.aeron.on('error', (error) => heard.push(error));
      silent.driver.sendRaw(0x0f03, new Uint8Array(20));
      await silent.advance(30);
      expect(heard).toHaveLength(1);
      expect(printed).toHaveBeenCalledTimes(1);
    } finally {
      printed.mockRestore();
    }
  });

  it('is where the settings say when nobody takes errors', async () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      const harness = ClientHarness.open({ errorHandler: undefined, fallbackLogger: 'no_op' } as never);
      harness.driver.sendRaw(0x0f03, new Uint8Array(20));
      await harness.advance(30);
      expect(printed).not.toHaveBeenCalled();
    } finally {
      printed.mockRestore();
    }
  });

  it('learns of channel end points that old drivers report by their status counter', async () => {
    const harness = ClientHarness.open();
    harness.driver.silentOn.add('ADD_SUBSCRIPTION');
    const pending = harness.aeron.addSubscription('aeron:udp?endpoint=a:1', 1);
    await harness.advance(3);
    harness.driver.subscriptionReady(Number(harness.driver.last('ADD_SUBSCRIPTION')['correlationId']), 55);
    await harness.settle(pending);
    harness.driver.error(55, 4, 'the interface went away');
    await harness.advance(30);
    expect(harness.errors).toMatchObject([
      { code: 'CHANNEL_ENDPOINT', statusIndicatorId: 55, message: 'the interface went away, statusIndicatorId=55' },
    ]);
  });
});

describe('liveness', () => {
  it('writes the heartbeat that the driver gave it, and says its name and version', async () => {
    const harness = ClientHarness.open({ clientName: 'tester' });
    const counterId = harness.driver.addHeartbeatCounter(harness.aeron.clientId);
    await harness.advance(600);
    const first = harness.driver.counters.getCounterValue(counterId);
    expect(first).toBeGreaterThan(0);
    expect(harness.driver.counters.getCounterLabel(counterId)).toMatch(
      /^client-heartbeat: id=\d+ name=tester version=\S+ commit=\S+$/,
    );
    await harness.advance(600);
    expect(harness.driver.counters.getCounterValue(counterId)).toBeGreaterThanOrEqual(first + 500);
  });

  it('ends when the driver takes the heartbeat away', async () => {
    const harness = ClientHarness.open();
    const counterId = harness.driver.addHeartbeatCounter(harness.aeron.clientId);
    await harness.advance(600);
    harness.driver.counters.free(counterId);
    await harness.advance(600);
    expect(harness.aeron.isClosed).toBe(true);
    expect(harness.errors[0]?.message).toContain('unexpected close of heartbeat timestamp counter');
  });

  it.each([
    ['stops', (harness: ClientHarness) => harness.isDriverAlive, 'keepalive: age='],
    ['shuts down', (harness: ClientHarness) => harness.driver.ring.putConsumerHeartbeatTimeMs(-1), 'has been shutdown'],
  ])('ends when the driver %s: everything closed, everyone told', async (_, end, message) => {
    const { harness, publication, subscription, stream } = await openWithImage({ driverTimeoutMs: 1000 });
    harness.driver.availableImage(300, subscription.registrationId, stream);
    await harness.advance(30);
    const gone: string[] = [];
    harness.aeron.on('unavailableImage', () => gone.push('image'));
    harness.aeron.on('close', () => gone.push('close'));
    harness.aeron.addCloseHandler(() => gone.push('close handler'));
    harness.isDriverAlive = false;
    end(harness);
    const pending = harness.aeron.addPublication(CHANNEL, 2, { timeoutMs: 60_000 });
    pending.catch(() => undefined);
    await harness.advance(1600);
    expect(harness.aeron.isClosed).toBe(true);
    expect(harness.errors).toMatchObject([
      { code: 'DRIVER_TIMEOUT', category: 'FATAL', message: expect.stringContaining(message) },
    ]);
    await expect(pending).rejects.toBe(harness.errors[0]);
    expect(gone).toEqual(['image', 'close handler', 'close']);
    expect(publication.offer('x')).toBe(-4);
    expect(subscription.poll(() => undefined, 1)).toBe(0);
    await expect(harness.aeron.addPublication(CHANNEL, 3)).rejects.toMatchObject({ code: 'CLOSED' });
    await harness.aeron.close();
  });

  it('ends when the driver has given it up, but not when it gave up another', async () => {
    const harness = ClientHarness.open();
    harness.driver.clientTimeout(harness.aeron.clientId + 1);
    await harness.advance(40);
    expect(harness.aeron.isClosed).toBe(false);
    harness.driver.clientTimeout(harness.aeron.clientId);
    await harness.advance(60);
    expect(harness.aeron.isClosed).toBe(true);
    expect(harness.errors).toMatchObject([{ code: 'CLIENT_TIMEOUT', category: 'FATAL' }]);
  });

  it('ends when it was not serviced for longer than the driver tolerates', () => {
    const harness = ClientHarness.open({ useConductorAgentInvoker: true });
    const invoker = harness.aeron.conductorAgentInvoker;
    invoker?.invoke();
    harness.driver.world.step(10_100_000_000);
    harness.driver.heartbeat();
    invoker?.invoke();
    expect(harness.errors).toMatchObject([{ code: 'CONDUCTOR_SERVICE_TIMEOUT' }]);
    invoker?.invoke();
    expect(invoker?.isClosed).toBe(true);
    expect(harness.errors).toHaveLength(1);
  });

  it('ends when it was lapped by the driver', () => {
    const harness = ClientHarness.open({ useConductorAgentInvoker: true });
    for (let i = 0; i < 5000; i++) {
      harness.driver.operationSuccess(100_000 + i);
    }
    harness.aeron.conductorAgentInvoker?.invoke();
    harness.aeron.conductorAgentInvoker?.invoke();
    expect(harness.errors).toMatchObject([{ code: 'BROADCAST_LAPPED' }]);
    expect(harness.aeron.isClosed).toBe(true);
  });
});

describe('closing the client', () => {
  it('closes what it handed out, tells the driver, and is done at once', async () => {
    const { harness, publication, subscription } = await openWithImage();
    const counter = await harness.settle(harness.aeron.addCounter(1001, 'mine'));
    const unavailable: number[] = [];
    harness.aeron.addUnavailableCounterHandler((_, registrationId) => unavailable.push(registrationId));
    const pending = harness.aeron.addPublication(CHANNEL, 2);
    pending.catch(() => undefined);
    harness.driver.readCommands();
    const closeHandler = jest.fn();
    const removed = jest.fn();
    harness.aeron.addCloseHandler(closeHandler);
    harness.aeron.addCloseHandler(removed);
    expect(harness.aeron.removeCloseHandler(removed)).toBe(true);
    const closing = harness.aeron.close();
    expect(harness.aeron.isClosed).toBe(true);
    await closing;
    expect(removed).not.toHaveBeenCalled();
    await harness.aeron.close();
    await expect(pending).rejects.toMatchObject({ code: 'CLOSED' });
    expect(closeHandler).toHaveBeenCalledTimes(1);
    expect([publication.isClosed, subscription.isClosed, counter.isClosed]).toEqual([true, true, true]);
    expect(publication.logBuffers.isClosed).toBe(true);
    expect(unavailable).toEqual([counter.registrationId]);
    expect(harness.driver.readCommands().map(({ name }) => name)).toEqual(['CLIENT_CLOSE']);
  });

  it('leaves nothing that crashes: each use gives a code or a typed error', async () => {
    const { harness, publication, subscription } = await openWithImage();
    const counter = await harness.settle(harness.aeron.addCounter(1001, 'mine'));
    const { aeron } = harness;
    await aeron.close();
    expect(publication).toMatchObject({
      position: -4,
      positionLimit: -4,
      availableWindow: -4,
      channelStatus: -1,
      isConnected: false,
      localSocketAddresses: [],
    });
    publication.close();
    subscription.close();
    counter.close();
    expect(inspect([aeron, publication, subscription, counter])).toContain('isClosed=true');
    const closed = expect.objectContaining({ code: 'CLOSED' });
    expect(() => aeron.countersReader).toThrow(closed);
    expect(() => aeron.nextCorrelationId()).toThrow(closed);
    expect(() => aeron.getPublication(publication.registrationId)).toThrow(closed);
    expect(() => aeron.addCloseHandler(() => undefined)).toThrow(closed);
    expect(() => counter.increment()).toThrow(closed);
    await expect(aeron.addSubscription(CHANNEL, 1)).rejects.toEqual(closed);
    await expect(publication.offerAsync('x')).rejects.toEqual(closed);
    expect(aeron.isCommandActive(1)).toBe(false);
    expect(aeron.hasActiveCommands()).toBe(false);
    aeron.asyncRemovePublication(publication.registrationId);
  });

  it('may come from inside a poll or an offer, which then end in order', async () => {
    const { harness, publication, subscription, stream } = await openWithImage();
    harness.driver.availableImage(300, subscription.registrationId, stream);
    await harness.advance(30);
    publication.offer('one');
    publication.offer('two');
    let calls = 0;
    const fragments = subscription.poll(() => {
      calls++;
      void harness.aeron.close();
    }, 10);
    expect([calls, fragments, subscription.isClosed]).toEqual([1, 1, true]);
    const other = await openWithImage();
    const supplier = (): bigint => {
      void other.harness.aeron.close();
      return 1n;
    };
    try {
      other.publication.offer('x', supplier);
    } catch (error) {
      expect(error).toBeInstanceOf(Error); // the log went away under the offer: an error, not a crash
    }
    expect(other.publication.offer('x')).toBe(-4);
  });

  it('waits for the close linger before it unmaps', async () => {
    const { harness, publication } = await openWithImage({ closeLingerDurationNs: '50ms' });
    let isClosed = false;
    const closing = harness.aeron.close().then(() => {
      isClosed = true;
    });
    await harness.advance(45);
    expect([isClosed, publication.logBuffers.isClosed]).toEqual([false, false]);
    await harness.settle(closing);
    expect(publication.logBuffers.isClosed).toBe(true);
  });

  it('is what leaving the block of an `await using` does', async () => {
    const harness = ClientHarness.open();
    await harness.aeron[Symbol.asyncDispose]();
    expect(harness.aeron.isClosed).toBe(true);
  });
});

describe('logs', () => {
  it('are touched page by page when that is asked for, without changing them', async () => {
    const { publication, stream } = await openWithImage({ preTouchMappedMemory: true });
    expect(publication.offer('x')).toBe(64);
    expect(stream.log.terms[1]?.getInt32(0)).toBe(0);
  });
});

describe('invoker mode', () => {
  it('works by the hand of the application', () => {
    const harness = ClientHarness.open({ useConductorAgentInvoker: true });
    const { aeron, driver } = harness;
    const id = aeron.asyncAddPublication(CHANNEL, 1);
    driver.readCommands();
    driver.world.step(1e9);
    expect(aeron.isCommandActive(id)).toBe(false); // asking services the client, the passing of time alone does not
    driver.counterReady(1, 60);
    const seen: number[] = [];
    aeron.on('availableCounter', (registrationId) => seen.push(registrationId));
    driver.world.step(1e9);
    expect(seen).toEqual([]);
    expect(aeron.conductorAgentInvoker?.invoke()).toBeGreaterThan(0);
    expect(seen).toEqual([1]);
  });

  it('runs by itself while something is awaited, and the driver with it', async () => {
    let invocations = 0;
    const harness = ClientHarness.open({
      useConductorAgentInvoker: true,
      driverAgentInvoker: {
        invoke: () => {
          invocations++;
          return harness.driver.readCommands().length;
        },
      },
    });
    harness.isDriverAlive = false;
    const publication = await harness.settle(harness.aeron.addPublication(CHANNEL, 1));
    expect(publication.isClosed).toBe(false);
    const before = invocations;
    harness.driver.world.step(1e8);
    expect(invocations).toBeLessThanOrEqual(before + 1);
    await harness.aeron.close();
  });
});

describe('counters of others', () => {
  it('can be read and printed while the client is open', () => {
    const harness = ClientHarness.open();
    const counterId = harness.driver.counters.allocate('some counter', HEARTBEAT_TYPE_ID);
    harness.driver.counters.setCounterValue(counterId, 1234567);
    const lines: string[] = [];
    harness.aeron.printCounters((line) => lines.push(line));
    expect(lines.at(-1)).toBe(` ${counterId}:            1,234,567 - some counter`);
    expect(harness.aeron.countersReader.getCounterValue(counterId)).toBe(1234567);
  });
});

describe('the events of a client', () => {
  it('are those of a Node event emitter', async () => {
    const { aeron } = ClientHarness.open();
    expect(aeron).toBeInstanceOf(EventEmitter);
    const seen: string[] = [];
    const listener = (): void => void seen.push('close');
    aeron.addListener('close', listener).prependListener('close', () => seen.push('first'));
    expect(aeron.listenerCount('close')).toBe(2);
    const closed = once(aeron, 'close');
    await aeron.close();
    await closed;
    expect(seen).toEqual(['first', 'close']);
  });

  it('do no harm by listeners that fail, now or later', async () => {
    const errors: Error[] = [];
    const { aeron } = ClientHarness.open({ errorHandler: (error) => errors.push(error) });
    aeron.on('close', () => {
      throw new Error('now');
    });
    aeron.on('close', async () => {
      throw new Error('later');
    });
    await aeron.close();
    await new Promise(setImmediate);
    expect(errors.map(({ message }) => message)).toEqual(['now', 'later']);
  });
});
