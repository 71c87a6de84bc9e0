// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AeronError } from '@aeron/core';
import type { Publication } from '../publication/publication.ts';
import { bytes, settle } from '../testing/subscription-fixture.ts';
import { type WritablePublication, writable, writableStream } from './writable.ts';

/** A publication with a window of so many messages. */
class Window implements WritablePublication {
  readonly channel = 'aeron:ipc';
  readonly streamId = 1001;
  readonly maxMessageLength = 64;
  readonly sent: Uint8Array[] = [];
  readonly waits: { signal?: AbortSignal; timeoutMs?: number }[] = [];
  room: number;
  isClosed = false;
  #wake: () => void = () => undefined;

  constructor(room = Number.POSITIVE_INFINITY) {
    this.room = room;
  }

  open(room: number): void {
    this.room = room;
    this.#wake();
  }

  offer(message: Uint8Array, offset: number, length: number): number {
    if (this.room <= 0) {
      return -2;
    }
    this.room--;
    this.sent.push(message.slice(offset, offset + length));
    return this.sent.length * 96;
  }

  async offerAsync(message: Uint8Array, options: { signal?: AbortSignal; timeoutMs?: number } = {}): Promise<number> {
    this.waits.push(options);
    if (this.isClosed) {
      throw new AeronError('CLOSED', 'the publication is closed');
    }
    await new Promise<void>((resolve, reject) => {
      this.#wake = resolve;
      options.signal?.addEventListener('abort', () => reject(options.signal?.reason), { once: true });
    });
    return this.offer(message, 0, message.length);
  }

  close(): void {
    this.isClosed = true;
  }
}

/** Both kinds of publication can be written to; the compiler says so. */
export const asWritable = (publication: Publication): WritablePublication => publication;

describe('writable', () => {
  it('sends chunks, cut at the longest message', async () => {
    const publication = new Window();
    await pipeline(Readable.from([bytes(150), 'hé', new Uint8Array(0)], { objectMode: false }), writable(publication));
    expect(publication.sent.map((message) => message.length)).toEqual([64, 64, 22, 3]);
    expect(Buffer.concat(publication.sent.slice(0, 3))).toEqual(Buffer.from(bytes(150)));
    expect(publication.isClosed).toBe(false);
  });

  it('waits for the window and tells its writer to wait', async () => {
    const publication = new Window(1);
    const stream = writable(publication, { highWaterMark: 100, timeoutMs: 50 });
    expect(stream.write(bytes(64))).toBe(true);
    expect(stream.write(bytes(64))).toBe(false);
    expect(stream.write(bytes(64))).toBe(false);
    await settle();
    expect(publication.sent).toHaveLength(1);
    expect(publication.waits[0]?.timeoutMs).toBe(50);
    publication.open(Number.POSITIVE_INFINITY);
    await once(stream, 'drain');
    expect(publication.sent).toHaveLength(3);
  });

  it('ends its wait when it is destroyed', async () => {
    const publication = new Window(0);
    const stream = writable(publication, { autoClose: true });
    stream.write(bytes(10));
    await settle();
    stream.destroy();
    await once(stream, 'close');
    expect(publication.waits[0]?.signal?.aborted).toBe(true);
    expect(publication.isClosed).toBe(true);
    expect(publication.sent).toEqual([]);
  });

  it('fails when the publication is closed under it', async () => {
    const publication = new Window(0);
    publication.close();
    const stream = writable(publication);
    stream.write(bytes(10));
    const [error] = await once(stream, 'error');
    expect(error).toMatchObject({ code: 'CLOSED' });
  });

  it('fails when its signal fires, also while a chunk waits', async () => {
    const publication = new Window(0);
    const abort = new AbortController();
    const stream = writable(publication, { signal: abort.signal });
    stream.write(bytes(10));
    await settle();
    const reason = new Error('enough');
    setImmediate(() => abort.abort(reason));
    const [error] = await once(stream, 'error');
    expect(error).toBe(reason);
    expect(publication.waits[0]?.signal?.aborted).toBe(true);
    const [late] = await once(writable(publication, { signal: abort.signal }), 'error');
    expect(late).toBe(reason);
  });

  it('closes the publication at its end, if asked to', async () => {
    const publication = new Window();
    await pipeline(Readable.from([bytes(10)]), writable(publication, { autoClose: true }));
    expect(publication.isClosed).toBe(true);
    expect(publication.sent).toHaveLength(1);
  });
});

describe('writableStream', () => {
  it('sends chunks, cut at the longest message', async () => {
    const publication = new Window();
    const writer = writableStream(publication, { autoClose: true }).getWriter();
    await writer.write(bytes(100));
    await writer.close();
    expect(publication.sent.map((message) => message.length)).toEqual([64, 36]);
    expect(publication.isClosed).toBe(true);
  });

  it('is not ready while the window is closed', async () => {
    const publication = new Window(0);
    const writer = writableStream(publication, { highWaterMark: 20 }).getWriter();
    const writing = writer.write(bytes(30));
    expect(writer.desiredSize).toBeLessThanOrEqual(0);
    await settle();
    publication.open(1);
    await writing;
    await writer.ready;
    expect(publication.sent).toHaveLength(1);
  });

  it('ends its wait when it is aborted', async () => {
    const publication = new Window(0);
    const writer = writableStream(publication).getWriter();
    writer.closed.catch(() => undefined);
    const writing = writer.write(bytes(10));
    await settle();
    const reason = new Error('enough');
    const aborting = writer.abort(reason);
    await expect(writing).rejects.toBe(reason);
    await aborting;
    expect(publication.sent).toEqual([]);
  });

  it('fails with the reason of its signal', async () => {
    const publication = new Window(0);
    const abort = new AbortController();
    const writer = writableStream(publication, { signal: abort.signal }).getWriter();
    const closed = writer.closed.catch((error: unknown) => error);
    const writing = writer.write(bytes(10)).catch((error: unknown) => error);
    await settle();
    const reason = new Error('enough');
    abort.abort(reason);
    expect(await writing).toBe(reason);
    expect(await closed).toBe(reason);
    const late = writableStream(publication, { signal: abort.signal }).getWriter();
    await expect(late.closed).rejects.toBe(reason);
  });
});
