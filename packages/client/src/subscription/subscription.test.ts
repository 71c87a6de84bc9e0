// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { isAeronError } from '@aeron/core';
import { bytes, SubscriptionFixture } from '../testing/subscription-fixture.ts';
import { ControlledAction } from './controlled-action.ts';

/** A subscription with a log per session, each with `count` messages of one byte that names the session. */
function withSessions(sessionCount: number, count: number): SubscriptionFixture {
  const fixture = new SubscriptionFixture();
  for (let sessionId = 1; sessionId <= sessionCount; sessionId++) {
    const { log } = fixture.addImage({ sessionId });
    for (let i = 0; i < count; i++) {
      log.append({ payload: Uint8Array.of(sessionId) });
    }
  }
  return fixture;
}

describe('Subscription.poll', () => {
  it('reads nothing without images', () => {
    const { subscription } = new SubscriptionFixture();
    expect(subscription.poll(() => undefined, 10)).toBe(0);
    expect(subscription.controlledPoll(() => ControlledAction.CONTINUE, 10)).toBe(0);
    expect(subscription.blockPoll(() => undefined, 10)).toBe(0);
    expect(subscription.rawPoll(() => undefined, 10)).toBe(0);
  });

  it.each(['poll', 'controlledPoll'] as const)('lets images take turns in being first: %s', (method) => {
    const { subscription } = withSessions(3, 5);
    const firsts: number[] = [];
    for (let i = 0; i < 7; i++) {
      const count = subscription[method]((buffer, offset) => {
        firsts.push(buffer.getUint8(offset));
        return ControlledAction.CONTINUE;
      }, 1);
      expect(count).toBe(1);
    }
    // The turn that runs past the end begins at the first image, and the one after at the second.
    expect(firsts).toEqual([1, 2, 3, 1, 2, 3, 1]);
  });

  it('goes on after the start with the rest and then with those before', () => {
    const { subscription } = withSessions(3, 2);
    const seen: number[] = [];
    const handler = (buffer: { getUint8(offset: number): number }, offset: number): void => {
      seen.push(buffer.getUint8(offset));
    };
    subscription.poll(() => undefined, 0);
    expect(subscription.poll(handler, 5)).toBe(5);
    expect(seen).toEqual([2, 2, 3, 3, 1]);
  });

  it('begins with the first image again when images have gone', () => {
    const { subscription } = withSessions(3, 5);
    subscription.poll(() => undefined, 1);
    subscription.poll(() => undefined, 1);
    subscription.removeImage(subscription.imageAtIndex(2).correlationId);
    const seen: number[] = [];
    for (let i = 0; i < 3; i++) {
      subscription.poll((buffer, offset) => seen.push(buffer.getUint8(offset)), 1);
    }
    expect(seen).toEqual([1, 2, 1]);
  });

  it('adds up the bytes of blocks of all images', () => {
    const { subscription } = withSessions(2, 3);
    const sessions: number[] = [];
    expect(subscription.blockPoll((_buffer, _offset, _length, sessionId) => sessions.push(sessionId), 128)).toBe(256);
    expect(subscription.rawPoll(() => undefined, 4096)).toBe(128);
    expect(sessions).toEqual([1, 2]);
  });

  it('polls on the images that it began with when a handler closes the subscription', () => {
    const { subscription } = withSessions(2, 2);
    expect(subscription.poll(() => subscription.close(), 10)).toBe(1);
    expect(subscription.poll(() => undefined, 10)).toBe(0);
  });
});

describe('Subscription images', () => {
  it('are found by session and index', () => {
    const { subscription } = withSessions(2, 0);
    expect(subscription.imageBySessionId(2)).toBe(subscription.imageAtIndex(1));
    expect(subscription.imageBySessionId(3)).toBeUndefined();
    expect(() => subscription.imageAtIndex(2)).toThrow('index=2 imageCount=2');
    const seen: number[] = [];
    subscription.forEachImage((image) => seen.push(image.sessionId));
    expect(seen).toEqual([1, 2]);
  });

  it('are a list that never changes', () => {
    const { subscription } = withSessions(2, 0);
    const before = subscription.images;
    const removed = subscription.removeImage(subscription.imageAtIndex(0).correlationId);
    expect(removed?.isClosed).toBe(true);
    expect(before).toHaveLength(2);
    expect(subscription.images).toHaveLength(1);
    expect(subscription.removeImage(4711)).toBeUndefined();
  });

  it('make the subscription connected while one is open', () => {
    const fixture = new SubscriptionFixture();
    const { subscription } = fixture;
    expect([subscription.isConnected, subscription.hasNoImages, subscription.imageCount]).toEqual([false, true, 0]);
    const { image } = fixture.addImage();
    expect([subscription.isConnected, subscription.hasNoImages, subscription.imageCount]).toEqual([true, false, 1]);
    image.closeLocally();
    expect(subscription.isConnected).toBe(false);
  });
});

describe('Subscription life cycle', () => {
  it('closes once, with its images', async () => {
    const fixture = withSessions(2, 1);
    const { subscription } = fixture;
    const { images } = subscription;
    subscription.close();
    subscription.close();
    subscription[Symbol.dispose]();
    await subscription[Symbol.asyncDispose]();
    expect(fixture.port.calls).toEqual([['releaseSubscription', 42, 2]]);
    expect(subscription.isClosed).toBe(true);
    expect(images.map((image) => image.isClosed)).toEqual([true, true]);
    expect([subscription.imageCount, subscription.isConnected, subscription.channelStatus]).toEqual([0, false, -1]);
    expect(subscription.localSocketAddresses).toEqual([]);
    expect(subscription.poll(() => undefined, 1)).toBe(0);
  });

  it('refuses commands once closed', async () => {
    const fixture = new SubscriptionFixture();
    const { subscription } = fixture;
    subscription.close();
    await expect(subscription.addDestination('aeron:ipc')).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(subscription.removeDestination('aeron:ipc')).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(subscription.waitForConnection()).rejects.toMatchObject({ code: 'CLOSED' });
    expect(() => subscription.asyncAddDestination('aeron:ipc')).toThrow('registrationId=42');
    expect(() => subscription.asyncRemoveDestination('aeron:ipc')).toThrow('registrationId=42');
    expect(() => subscription.startPolling(() => undefined)).toThrow('registrationId=42');
    expect(fixture.port.calls).toHaveLength(1);
  });

  it('passes destinations on', async () => {
    const { port, subscription } = new SubscriptionFixture();
    expect(await subscription.addDestination('aeron:udp?endpoint=a:1', { timeoutMs: 5 })).toBe(77);
    await subscription.removeDestination('aeron:udp?endpoint=a:1');
    expect(subscription.asyncAddDestination('b')).toBe(78);
    expect(subscription.asyncRemoveDestination('b')).toBe(79);
    expect(port.calls).toEqual([
      ['addReceiveDestination', 42, 'aeron:udp?endpoint=a:1', { timeoutMs: 5 }],
      ['removeReceiveDestination', 42, 'aeron:udp?endpoint=a:1', undefined],
      ['asyncAddReceiveDestination', 42, 'b'],
      ['asyncRemoveReceiveDestination', 42, 'b'],
    ]);
  });

  it('shows itself in logs without its memory', () => {
    const fixture = withSessions(1, 0);
    expect(inspect(fixture.subscription)).toContain('Subscription{registrationId=42 isClosed=false isConnected=true');
    expect(inspect(fixture.subscription.imageAtIndex(0))).toMatch(/^Image\{correlationId=1001 sessionId=1 /);
  });
});

describe('Subscription channel', () => {
  it('has the status and addresses of its end point', () => {
    const { port, subscription } = new SubscriptionFixture('aeron:udp?endpoint=localhost:0');
    subscription.onReady(5);
    port.status = 0;
    port.addresses = ['127.0.0.1:4711'];
    expect([subscription.channelStatusId, subscription.channelStatus]).toEqual([5, 0]);
    expect(subscription.localSocketAddresses).toEqual([]);
    expect(subscription.resolvedEndpoint).toBeUndefined();
    port.status = 1;
    expect(subscription.localSocketAddresses).toEqual(['127.0.0.1:4711']);
    expect(subscription.resolvedEndpoint).toBe('127.0.0.1:4711');
    port.addresses = ['127.0.0.1:1'];
    expect(subscription.resolvedEndpoint).toBe('127.0.0.1:4711');
  });

  it.each([
    'aeron:ipc',
    'aeron:udp?endpoint=localhost:4000',
    'aeron:udp?control=localhost:0|control-mode=manual',
    'aeron:udp?endpoint=localhost:0|control=localhost:1|control-mode=manual',
  ])('is what it is where there is no wildcard port to resolve: %s', (channel) => {
    const { subscription } = new SubscriptionFixture(channel);
    subscription.onReady(5);
    expect(subscription.tryResolveChannelEndpointPort()).toBe(channel);
  });

  it('gets the port that was bound in place of a wildcard', () => {
    const { port, subscription } = new SubscriptionFixture('aeron:udp?endpoint=localhost:0|reliable=false');
    subscription.onReady(5);
    expect(subscription.tryResolveChannelEndpointPort()).toBeUndefined();
    port.addresses = ['127.0.0.1:4711'];
    const resolved = subscription.tryResolveChannelEndpointPort();
    expect(resolved).toContain('endpoint=localhost:4711');
    expect(resolved).toContain('reliable=false');
    expect(subscription.tryResolveChannelEndpointPort()).toBe(resolved);
  });
});

describe('Subscription.waitForImage', () => {
  it('resolves at once with an image that is there', async () => {
    const fixture = withSessions(2, 0);
    const { subscription } = fixture;
    expect(await subscription.waitForImage({ sessionId: 2 })).toBe(subscription.imageAtIndex(1));
    await subscription.waitForConnection();
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it('services the client until the image comes', async () => {
    const fixture = new SubscriptionFixture();
    let rounds = 0;
    fixture.port.onService = () => {
      if (++rounds === 3) {
        fixture.addImage({ sessionId: 9 });
      }
    };
    const waiting = fixture.subscription.waitForImage({ sessionId: 9 });
    for (let i = 0; i < 3; i++) {
      await fixture.loop.turn(1);
    }
    expect((await waiting).sessionId).toBe(9);
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it('rejects with the reason of its signal, at once', async () => {
    const fixture = new SubscriptionFixture();
    const abort = new AbortController();
    const waiting = fixture.subscription.waitForConnection({ signal: abort.signal });
    const reason = new Error('enough');
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(fixture.loop.pendingCount).toBe(0);
    await expect(fixture.subscription.waitForConnection({ signal: abort.signal })).rejects.toBe(reason);
  });

  it('rejects when its time is over, naming what it waited for', async () => {
    const fixture = new SubscriptionFixture();
    const waiting = fixture.subscription.waitForImage({ timeoutMs: 2, sessionId: 3 });
    const outcome = waiting.catch((error: unknown) => error);
    await fixture.loop.turn(1);
    await fixture.loop.turn(1);
    const error = await outcome;
    expect(isAeronError(error, 'TIMEOUT')).toBe(true);
    expect(String(error)).toContain('sessionId=3: timeoutMs=2');
  });

  it('rejects when the subscription or the client closes meanwhile', async () => {
    for (const close of [(f: SubscriptionFixture) => f.subscription.close(), closeClient]) {
      const fixture = new SubscriptionFixture();
      const outcome = fixture.subscription.waitForConnection().catch((error: unknown) => error);
      await fixture.loop.turn(0);
      close(fixture);
      await fixture.loop.turn(1);
      expect(isAeronError(await outcome, 'CLOSED')).toBe(true);
    }
  });
});

function closeClient(fixture: SubscriptionFixture): void {
  fixture.port.isClosed = true;
}

it('Subscription.lag adds up what its images have not read', () => {
  const fixture = new SubscriptionFixture();
  for (const sessionId of [1, 2]) {
    const { log } = fixture.addImage({ sessionId, type: 2 });
    log.append({ payload: bytes(40) });
  }
  expect(fixture.subscription.lag).toBe(192);
});
