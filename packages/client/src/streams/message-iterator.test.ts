// SPDX-License-Identifier: Apache-2.0
import {
  DATA_HEADER_BEGIN_FLAG as BEGIN,
  DATA_HEADER_END_FLAG as END,
  putEndOfStreamPosition,
} from '@aeron/codecs/internal';
import fc from 'fast-check';
import { bytes, SubscriptionFixture, settle } from '../testing/subscription-fixture.ts';
import type { Message } from './message.ts';
import type { MessagesOptions } from './message-iterator.ts';

/** Lets turns pass until `promise` has settled. */
async function drive<T>(fixture: SubscriptionFixture, promise: Promise<T>, maxTurns = 2000): Promise<T> {
  let isSettled = false;
  const observed = promise.finally(() => {
    isSettled = true;
  });
  observed.catch(() => undefined);
  await settle();
  for (let turn = 0; turn < maxTurns && !isSettled; turn++) {
    await fixture.loop.turn(1);
  }
  if (!isSettled) {
    throw new Error(`not settled after ${maxTurns} turns`);
  }
  return observed;
}

function firstByte(message: Message): number {
  return message.data[0] as number;
}

describe('Subscription.messages', () => {
  it('yields messages with what their header said', async () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    log.append({ payload: Buffer.from('hé'), reservedValue: -3n });
    const iterator = fixture.subscription.messages();
    const { value, done } = await iterator.next();
    expect(done).toBe(false);
    expect(value).toMatchObject({ image, sessionId: 101, streamId: 1001, position: 64, reservedValue: -3n });
    expect(value?.text()).toBe('hé');
  });

  it('counts a message as read when the next is asked for', async () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    log.append({ payload: bytes(8) });
    log.append({ payload: bytes(8) });
    const iterator = fixture.subscription.messages();
    await iterator.next();
    expect(fixture.publishedPosition(image)).toBe(0);
    await iterator.next();
    expect(fixture.publishedPosition(image)).toBe(64);
    await iterator.return();
    expect(fixture.publishedPosition(image)).toBe(128);
  });

  it('yields views of the log, or copies that may be kept', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    log.append({ payload: bytes(8, 1) });
    log.append({ payload: bytes(8, 2) });
    const views = fixture.subscription.messages();
    const view = (await views.next()).value;
    await views.return();
    const copies = fixture.subscription.messages({ copy: true });
    const copy = (await copies.next()).value;
    log.clean(0);
    expect(Uint8Array.from(view?.data ?? [])).toEqual(new Uint8Array(8));
    expect(Uint8Array.from(copy?.data ?? [])).toEqual(bytes(8, 2));
  });

  it('leaves unread what was not yielded when the loop is left, and goes on there the next time', async () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    for (let i = 1; i <= 5; i++) {
      log.append({ payload: Uint8Array.of(i) });
    }
    const seen: number[] = [];
    for await (const message of fixture.subscription) {
      seen.push((message as Message).data[0] as number);
      if (seen.length === 2) {
        break;
      }
    }
    expect(fixture.publishedPosition(image)).toBe(128);
    for await (const message of fixture.subscription.messages()) {
      seen.push(firstByte(message));
      if (seen.length === 5) {
        break;
      }
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('counts the message as read whose treatment threw', async () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    log.append({ payload: bytes(8) });
    const failing = (async () => {
      for await (const message of fixture.subscription.messages()) {
        throw new Error(`treatment of ${message.data.length}`);
      }
    })();
    await expect(failing).rejects.toThrow('treatment of 8');
    expect(fixture.publishedPosition(image)).toBe(64);
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it('waits for messages without holding the loop, and notices them', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    const waiting = fixture.subscription.messages().next();
    for (let i = 0; i < 20; i++) {
      await fixture.loop.turn(0);
    }
    log.append({ payload: Uint8Array.of(7) });
    await fixture.loop.turn(0);
    expect(firstByte((await waiting).value as Message)).toBe(7);
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it('notices images that come while it waits', async () => {
    const fixture = new SubscriptionFixture();
    const waiting = fixture.subscription.messages().next();
    await fixture.loop.turn(1);
    const { log } = fixture.addImage();
    log.append({ payload: Uint8Array.of(7) });
    expect(firstByte((await drive(fixture, waiting)).value as Message)).toBe(7);
  });

  it('gives other work of the loop a turn while messages keep coming', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    for (let i = 0; i < 200; i++) {
      log.append({ payload: bytes(8) });
    }
    let count = 0;
    const reading = (async () => {
      for await (const message of fixture.subscription.messages()) {
        fixture.loop.spend(100_000 * Math.sign(message.data.length));
        if (++count === 200) {
          break;
        }
      }
    })();
    await settle();
    expect(count).toBeGreaterThanOrEqual(10);
    expect(count).toBeLessThanOrEqual(32);
    await drive(fixture, reading);
    expect(count).toBe(200);
  });

  it('lets images take turns', async () => {
    const fixture = new SubscriptionFixture();
    for (const sessionId of [1, 2]) {
      const { log } = fixture.addImage({ sessionId });
      for (let i = 0; i < 4; i++) {
        log.append({ payload: Uint8Array.of(sessionId) });
      }
    }
    const seen: number[] = [];
    for await (const message of fixture.subscription.messages({ fragmentLimit: 2 })) {
      seen.push(firstByte(message));
      if (seen.length === 8) {
        break;
      }
    }
    expect(seen).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
  });

  it('puts fragments together, each image for itself, or yields them as they are', async () => {
    const fixture = new SubscriptionFixture();
    const logs = [1, 2].map((sessionId) => fixture.addImage({ sessionId }).log);
    for (const flags of [BEGIN, 0, END]) {
      for (const log of logs) {
        log.append({ payload: bytes(32, log.sessionId), flags });
      }
    }
    const expected = (sessionId: number): Uint8Array => {
      const part = bytes(32, sessionId);
      return Uint8Array.from([...part, ...part, ...part]);
    };
    const iterator = fixture.subscription.messages({ fragmentLimit: 1 });
    const seen = new Map<number, Uint8Array>();
    for (let i = 0; i < 2; i++) {
      const { value } = await drive(fixture, iterator.next());
      seen.set(value?.sessionId ?? 0, Uint8Array.from(value?.data ?? []));
      expect(value?.position).toBe(192);
    }
    await iterator.return();
    expect(seen).toEqual(new Map([1, 2].map((sessionId) => [sessionId, expected(sessionId)])));
    for (const flags of [BEGIN, END]) {
      logs[0]?.append({ payload: bytes(32, 5), flags });
    }
    const fragments = fixture.subscription.messages({ assemble: false });
    expect((await fragments.next()).value?.data.length).toBe(32);
    expect((await fragments.next()).value?.data.length).toBe(32);
  });

  it('keeps a message that was begun when one iteration ends and another begins', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    log.append({ payload: bytes(32, 1), flags: BEGIN });
    const first = fixture.subscription.messages();
    const pending = first.next();
    await fixture.loop.turn(0);
    await first.return();
    expect((await pending).done).toBe(true);
    log.append({ payload: bytes(32, 2), flags: END });
    const { value } = await fixture.subscription.messages().next();
    expect(Uint8Array.from(value?.data ?? [])).toEqual(Uint8Array.from([...bytes(32, 1), ...bytes(32, 2)]));
  });

  it('refuses a second iteration while one is under way', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    log.append();
    const first = fixture.subscription.messages();
    const second = fixture.subscription.messages();
    await first.next();
    await expect(second.next()).rejects.toMatchObject({ code: 'AERON' });
    expect((await second.next()).done).toBe(true);
    await first.return();
    log.append();
    expect((await fixture.subscription.messages().next()).done).toBe(false);
  });

  it('answers several that ask at once in order', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    const iterator = fixture.subscription.messages({ copy: true });
    const asked = [iterator.next(), iterator.next(), iterator.next()];
    log.append({ payload: Uint8Array.of(1) });
    log.append({ payload: Uint8Array.of(2) });
    await fixture.loop.turn(1);
    expect(firstByte((await asked[0])?.value as Message)).toBe(1);
    expect(firstByte((await asked[1])?.value as Message)).toBe(2);
    await iterator.return();
    expect((await asked[2])?.done).toBe(true);
  });

  it.each([
    ['the subscription', (fixture: SubscriptionFixture) => fixture.subscription.close()],
    [
      'the client',
      (fixture: SubscriptionFixture) => {
        fixture.port.isClosed = true;
      },
    ],
  ])('ends when %s closes', async (_name, close) => {
    const fixture = new SubscriptionFixture();
    fixture.addImage();
    const iterator = fixture.subscription.messages();
    const waiting = iterator.next();
    await fixture.loop.turn(1);
    close(fixture);
    expect(await drive(fixture, waiting)).toEqual({ done: true, value: undefined });
    expect((await iterator.next()).done).toBe(true);
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it('copes with a close between messages', async () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    log.append();
    log.append();
    const iterator = fixture.subscription.messages();
    await iterator.next();
    fixture.subscription.close();
    expect((await iterator.next()).done).toBe(true);
    expect(image.position).toBe(0);
  });

  it('rejects with the reason of its signal', async () => {
    const fixture = new SubscriptionFixture();
    const abort = new AbortController();
    const iterator = fixture.subscription.messages({ signal: abort.signal });
    const waiting = iterator.next();
    const reason = new Error('enough');
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect((await iterator.next()).done).toBe(true);
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it('rejects the next that asks when the signal fired meanwhile, or before the start', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    log.append();
    log.append();
    const abort = new AbortController();
    const iterator = fixture.subscription.messages({ signal: abort.signal });
    await iterator.next();
    abort.abort(new Error('enough'));
    await expect(iterator.next()).rejects.toThrow('enough');
    expect((await iterator.next()).done).toBe(true);
    await expect(fixture.subscription.messages({ signal: abort.signal }).next()).rejects.toThrow('enough');
    expect((await fixture.subscription.messages().next()).done).toBe(false);
  });

  it('ends with the publishers when asked to', async () => {
    const fixture = new SubscriptionFixture();
    const options: MessagesOptions = { endOnDisconnect: true };
    const iterator = fixture.subscription.messages(options);
    const waiting = iterator.next();
    await fixture.loop.turn(1);
    const one = fixture.addImage({ sessionId: 1 });
    const two = fixture.addImage({ sessionId: 2 });
    one.log.append({ payload: Uint8Array.of(1) });
    expect(firstByte((await drive(fixture, waiting)).value as Message)).toBe(1);
    putEndOfStreamPosition(one.log.logBuffers.metadata, one.log.writePosition);
    const next = iterator.next();
    await fixture.loop.turn(1);
    fixture.subscription.removeImage(two.image.correlationId);
    expect((await drive(fixture, next)).done).toBe(true);
  });

  it('tells how far behind it is', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage({ type: 2 });
    log.append({ payload: bytes(32) });
    log.append({ payload: bytes(32) });
    const iterator = fixture.subscription.messages();
    expect(iterator.lag).toBe(128);
    await iterator.next();
    await iterator.next();
    expect(iterator.lag).toBe(64);
  });

  it('rejects with what the error handler throws at corrupt memory', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    log.append({ frameLength: 5 });
    fixture.errorHandler = (error) => {
      throw error;
    };
    const iterator = fixture.subscription.messages();
    await expect(iterator.next()).rejects.toMatchObject({ code: 'LOG_BUFFER_CORRUPT' });
    expect((await iterator.next()).done).toBe(true);
  });

  it('refuses a fragment limit that reads nothing', () => {
    const { subscription } = new SubscriptionFixture();
    expect(() => subscription.messages({ fragmentLimit: 0 })).toThrow('fragmentLimit=0');
  });

  it('ends by throw and by disposal', async () => {
    const fixture = new SubscriptionFixture();
    const iterator = fixture.subscription.messages();
    const waiting = iterator.next();
    await expect(iterator.throw(new Error('out'))).rejects.toThrow('out');
    expect((await waiting).done).toBe(true);
    await iterator[Symbol.asyncDispose]();
    expect(iterator[Symbol.asyncIterator]()).toBe(iterator);
  });

  it('yields every message once and in order, however iterations and polls take turns', async () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ kind: fc.constant('iterate' as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constant('poll' as const), count: fc.integer({ min: 1, max: 5 }) }),
    );
    const property = fc.asyncProperty(fc.array(action, { maxLength: 15 }), fc.boolean(), async (actions, copy) => {
      const fixture = new SubscriptionFixture();
      const { log } = fixture.addImage();
      const published: number[] = [];
      const seen: number[] = [];
      for (const { kind, count } of actions) {
        if (kind === 'publish') {
          for (let i = 0; i < count; i++) {
            published.push(published.length & 0xff);
            log.append({ payload: Uint8Array.of(published.length - 1) });
          }
        } else if (kind === 'poll') {
          fixture.subscription.poll((buffer, offset) => seen.push(buffer.getUint8(offset)), count);
        } else {
          const iterator = fixture.subscription.messages({ copy });
          for (let i = 0; i < count && seen.length < published.length; i++) {
            seen.push(firstByte((await iterator.next()).value as Message));
          }
          await iterator.return();
        }
      }
      expect(seen).toEqual(published.slice(0, seen.length));
    });
    await fc.assert(property, { seed: 5, numRuns: 60 });
  });
});
