// SPDX-License-Identifier: Apache-2.0
import { PublicationFixture } from '../testing/publication-fixture.ts';
import { settle } from '../testing/subscription-fixture.ts';
import { DirectBufferVector } from './direct-buffer-vector.ts';

const TERM_LENGTH = 65536;

describe('an awaited offer', () => {
  it('is made at once where there is window', async () => {
    const fixture = new PublicationFixture();
    await expect(fixture.concurrent().offerAsync('now')).resolves.toBe(64);
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it('goes round an end of a term by itself', async () => {
    const fixture = new PublicationFixture({ position: TERM_LENGTH - 64 });
    const pending = fixture.concurrent().offerAsync('x'.repeat(100));
    await fixture.loop.turn();
    await expect(pending).resolves.toBe(TERM_LENGTH + 160);
  });

  it('waits for window and for subscribers, in the order of the calls', async () => {
    const fixture = new PublicationFixture();
    fixture.limit = 0;
    fixture.isConnected = false;
    const publication = fixture.exclusive();
    const done: string[] = [];
    const offers = ['one', 'two', 'three'].map(async (text) => {
      await publication.offerAsync([new DirectBufferVector(Buffer.from(text))]);
      done.push(text);
    });
    await fixture.loop.turn(5);
    fixture.isConnected = true;
    await fixture.loop.turn(5);
    expect(done).toEqual([]);
    fixture.limit = 64;
    await fixture.loop.turn(1);
    expect(done).toEqual(['one']);
    fixture.limit = 1024;
    await fixture.loop.turn(1);
    await Promise.all(offers);
    expect(fixture.read().map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it('looks eagerly at first, then once a millisecond', async () => {
    const fixture = new PublicationFixture();
    fixture.limit = 0;
    const pending = fixture.concurrent().offerAsync('x');
    for (let i = 0; i < 99; i++) {
      await fixture.loop.turn();
      expect(fixture.loop.pendingCount).toBe(1);
    }
    fixture.limit = 64;
    await fixture.loop.turn(0);
    await fixture.loop.turn(1);
    await expect(pending).resolves.toBe(64);
  });

  it('ends with TIMEOUT after its time', async () => {
    const fixture = new PublicationFixture();
    fixture.limit = 0;
    const pending = fixture.concurrent().offerAsync('x', { timeoutMs: 10 });
    pending.catch(() => undefined);
    await fixture.loop.turn(9);
    await fixture.loop.turn(2);
    await expect(pending).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('BACK_PRESSURED'),
    });
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it('ends with the reason of its signal, and lets the next one go on', async () => {
    const fixture = new PublicationFixture();
    fixture.limit = 0;
    const publication = fixture.concurrent();
    const controller = new AbortController();
    const first = publication.offerAsync('one', { signal: controller.signal });
    const second = publication.offerAsync('two');
    controller.abort(new Error('no more'));
    await expect(first).rejects.toThrow('no more');
    await expect(publication.offerAsync('three', { signal: controller.signal })).rejects.toThrow('no more');
    fixture.limit = 64;
    await fixture.loop.turn();
    await expect(second).resolves.toBe(64);
    expect(fixture.read().map(({ text }) => text)).toEqual(['two']);
  });

  it('ends when the publication is closed', async () => {
    const fixture = new PublicationFixture();
    fixture.limit = 0;
    const publication = fixture.concurrent();
    const pending = publication.offerAsync('x');
    publication.close();
    await expect(pending).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(publication.offerAsync('y')).rejects.toMatchObject({ code: 'CLOSED' });
    await settle();
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it('fails for good at the last position and for a message that is too long', async () => {
    const end = TERM_LENGTH * 2 ** 31;
    const fixture = new PublicationFixture({ position: end - 32 });
    fixture.limit = end;
    const publication = fixture.concurrent();
    await expect(publication.offerAsync('x')).rejects.toMatchObject({ code: 'MAX_POSITION_EXCEEDED' });
    const other = new PublicationFixture();
    other.limit = 0;
    const pending = other.concurrent().offerAsync(Buffer.alloc(9000));
    const next = expect(pending).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    other.limit = 64;
    await other.loop.turn();
    await next;
  });
});

describe('waiting for a subscriber', () => {
  it('resolves when one is there, and fails in time when none comes', async () => {
    const fixture = new PublicationFixture();
    fixture.isConnected = false;
    const publication = fixture.concurrent();
    const connected = publication.waitForSubscriber();
    const inVain = publication.waitForSubscriber({ timeoutMs: 5 });
    inVain.catch(() => undefined);
    for (let i = 0; i < 20; i++) {
      await fixture.loop.turn(1);
    }
    await expect(inVain).rejects.toMatchObject({ code: 'TIMEOUT' });
    fixture.isConnected = true;
    await fixture.loop.turn(1);
    await connected;
    publication.close();
    await expect(publication.waitForSubscriber()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
