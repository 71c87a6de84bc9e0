// SPDX-License-Identifier: Apache-2.0
/**
 * A publication as a Node or web writable stream: a chunk is done with when the log has taken it, so `pipe` and `pipeline` go
 * at the subscribers' pace. What is longer than the longest message is cut, as befits a stream of bytes.
 */
import { Writable } from 'node:stream';
import { WritableStream } from 'node:stream/web';
import { AeronError } from '@aeron/core';

/** What a stream needs of a publication, of either kind. */
export interface WritablePublication {
  readonly channel: string;
  readonly streamId: number;
  /** Bytes of the longest message. */
  readonly maxMessageLength: number;
  /** @returns the position after the message, or a negative code. */
  offer(message: Uint8Array, offset: number, length: number): number;
  /** Offers and waits for the window. */
  offerAsync(message: Uint8Array, options?: { signal?: AbortSignal; timeoutMs?: number }): Promise<number>;
  /** Called at the stream’s end where `autoClose` asks for it. */
  close(): unknown;
}

/** How a publication becomes a writable stream. */
export interface WritableOptions {
  /** How long a piece may wait for a subscriber and for room. Ms; no limit when left out. */
  readonly timeoutMs?: number;
  /** Ends the stream with the signal's reason, also while a chunk waits. */
  readonly signal?: AbortSignal;
  /** Bytes that the stream may hold besides the chunk under way. The stream's own default when left out. */
  readonly highWaterMark?: number;
  /** Closes the publication when the stream has ended or was destroyed. Default false. */
  readonly autoClose?: boolean;
}

/** A Node stream into `publication`. Strings are sent in the encoding given to `write`; empty chunks are not sent. */
export function writable(publication: WritablePublication, options: WritableOptions = {}): Writable {
  const { highWaterMark, signal } = options;
  const writer = new ChunkWriter(publication, options);
  const onAbort = (): void => {
    stream.destroy(signal?.reason);
  };
  const stream = new Writable({
    ...(highWaterMark === undefined ? {} : { highWaterMark }),
    write(chunk: Uint8Array, _encoding, callback): void {
      writer.write(chunk).then(() => callback(), callback);
    },
    final(callback): void {
      writer.close();
      callback();
    },
    destroy(error, callback): void {
      signal?.removeEventListener('abort', onAbort);
      writer.abort(error);
      callback(error);
    },
  });
  if (signal?.aborted) {
    onAbort();
  }
  signal?.addEventListener('abort', onAbort, { once: true });
  return stream;
}

/** A web stream into `publication`; see {@link writable}. */
export function writableStream(
  publication: WritablePublication,
  options: WritableOptions = {},
): WritableStream<Uint8Array> {
  const { highWaterMark, signal } = options;
  const writer = new ChunkWriter(publication, options);
  return new WritableStream<Uint8Array>(
    {
      start(controller): void {
        const onAbort = (): void => {
          writer.abort(signal?.reason);
          controller.error(signal?.reason);
        };
        if (signal?.aborted) {
          onAbort();
        }
        signal?.addEventListener('abort', onAbort, { once: true });
        // Tells of an abort at once; the sink's own `abort` comes only after the write under way.
        const aborted = (controller as unknown as { readonly signal: AbortSignal }).signal;
        aborted.addEventListener('abort', () => writer.abort(aborted.reason), { once: true });
      },
      write: (chunk) => writer.write(chunk),
      close: () => writer.close(),
      abort: (reason) => writer.abort(reason),
    },
    highWaterMark === undefined ? { highWaterMark: 1 } : { highWaterMark, size: (chunk) => chunk.byteLength },
  );
}

/** Offers chunks piece by piece; one at a time, as streams call it. */
class ChunkWriter {
  readonly #publication: WritablePublication;
  readonly #closesPublication: boolean;
  readonly #abort = new AbortController();
  readonly #waitOptions: { signal: AbortSignal; timeoutMs?: number };

  constructor(publication: WritablePublication, options: WritableOptions) {
    const { timeoutMs, autoClose = false } = options;
    this.#publication = publication;
    this.#closesPublication = autoClose;
    this.#waitOptions = { signal: this.#abort.signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  }

  /** Resolves when the log has taken all of `chunk`. */
  async write(chunk: Uint8Array): Promise<void> {
    const { maxMessageLength } = this.#publication;
    for (let offset = 0; offset < chunk.length; offset += maxMessageLength) {
      this.#abort.signal.throwIfAborted();
      const length = Math.min(maxMessageLength, chunk.length - offset);
      // Mostly there is room, and then nothing is allocated for the wait.
      if (this.#publication.offer(chunk, offset, length) < 0) {
        await this.#publication.offerAsync(chunk.subarray(offset, offset + length), this.#waitOptions);
      }
    }
  }

  close(): void {
    if (this.#closesPublication) {
      this.#publication.close();
    }
  }

  /** Ends a wait that is under way, and all later writes. */
  abort(reason: unknown): void {
    const { channel, streamId } = this.#publication;
    this.#abort.abort(reason ?? new AeronError('CLOSED', `stream was closed: channel=${channel} streamId=${streamId}`));
    this.close();
  }
}
