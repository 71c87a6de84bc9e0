// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { putEndOfStreamPosition } from '@aeron/codecs/internal';
import type { MemoryLog } from '../testing/memory-log.ts';
import { bytes, SubscriptionFixture, settle } from '../testing/subscription-fixture.ts';
import type { Message } from './message.ts';
import { readable, readableStream } from './readable.ts';

function publish(log: MemoryLog, count: number): void {
  for (let i = 0; i < count; i++) {
    log.append({ payload: bytes(100, i) });
  }
}

function endStream(log: MemoryLog): void {
  putEndOfStreamPosition(log.logBuffers.metadata, log.writePosition);
}

/** Runs turns until `done` says so. */
async function turnUntil(fixture: SubscriptionFixture, done: () => boolean): Promise<void> {
  for (let i = 0; i < 5000 && !done(); i++) {
    await fixture.loop.turn(1);
  }
  expect(done()).toBe(true);
}

describe('readable', () => {
  it('delivers the bytes of all messages and ends with the publishers', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    publish(log, 20);
    log.append();
    publish(log, 1);
    endStream(log);
    const chunks: Buffer[] = [];
    const stream = readable(fixture.subscription, { endOnDisconnect: true });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    let isEnded = false;
    stream.on('end', () => {
      isEnded = true;
    });
    await turnUntil(fixture, () => isEnded);
    expect(chunks).toHaveLength(21);
    expect(Uint8Array.from(Buffer.concat(chunks).subarray(1900, 2000))).toEqual(bytes(100, 19));
    expect(fixture.subscription.isClosed).toBe(false);
  });

  it('delivers messages in object mode', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    publish(log, 2);
    const stream = readable(fixture.subscription, { objectMode: true });
    const [message] = (await once(stream, 'data')) as [Message];
    expect(message.position).toBe(160);
    stream.destroy();
    await once(stream, 'close');
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it('leaves in the log what it has no room for', async () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    publish(log, 100);
    const stream = readable(fixture.subscription, { highWaterMark: 1000 });
    stream.read(0);
    for (let i = 0; i < 200; i++) {
      await settle();
    }
    expect(stream.readableLength).toBeGreaterThanOrEqual(1000);
    expect(stream.readableLength).toBeLessThanOrEqual(1100);
    expect(image.position).toBeLessThanOrEqual(12 * 160);
    stream.destroy();
    await once(stream, 'close');
  });

  it('fails with the reason of its signal', async () => {
    const fixture = new SubscriptionFixture();
    const abort = new AbortController();
    const stream = readable(fixture.subscription, { signal: abort.signal });
    stream.resume();
    await settle();
    const reason = new Error('enough');
    setImmediate(() => abort.abort(reason));
    const [error] = await once(stream, 'error');
    expect(error).toBe(reason);
  });

  it('closes the subscription when it is destroyed, if asked to', async () => {
    const fixture = new SubscriptionFixture();
    const stream = readable(fixture.subscription, { autoClose: true });
    stream.resume();
    await settle();
    stream.destroy();
    await once(stream, 'close');
    expect(fixture.subscription.isClosed).toBe(true);
    expect(fixture.loop.pendingCount).toBe(0);
  });
});

describe('readableStream', () => {
  it('delivers bytes when they are asked for, and no sooner', async () => {
    const fixture = new SubscriptionFixture();
    const { image, log } = fixture.addImage();
    publish(log, 3);
    endStream(log);
    const stream = readableStream(fixture.subscription, { endOnDisconnect: true });
    await settle();
    expect(image.position).toBe(0);
    const reader = stream.getReader();
    const first = await reader.read();
    expect(Uint8Array.from(first.value ?? [])).toEqual(bytes(100, 0));
    await settle();
    expect(image.position).toBe(160);
    await reader.read();
    await reader.read();
    expect((await reader.read()).done).toBe(true);
  });

  it('delivers messages in object mode', async () => {
    const fixture = new SubscriptionFixture();
    const { log } = fixture.addImage();
    publish(log, 1);
    const { value } = await readableStream(fixture.subscription, { objectMode: true }).getReader().read();
    expect(value?.sessionId).toBe(101);
  });

  it('lets go of the subscription when it is cancelled', async () => {
    const fixture = new SubscriptionFixture();
    const stream = readableStream(fixture.subscription, { autoClose: true });
    const reader = stream.getReader();
    const pending = reader.read();
    await fixture.loop.turn();
    await reader.cancel();
    expect((await pending).done).toBe(true);
    expect(fixture.subscription.isClosed).toBe(true);
    expect(fixture.loop.pendingCount).toBe(0);
  });

  it('fails with the reason of its signal', async () => {
    const fixture = new SubscriptionFixture();
    const abort = new AbortController();
    const reader = readableStream(fixture.subscription, { signal: abort.signal }).getReader();
    const pending = reader.read();
    abort.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
  });
});
