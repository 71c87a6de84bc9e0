// SPDX-License-Identifier: Apache-2.0
/**
 * A subscription as a Node or web readable stream. Both pull: a message leaves the log when the stream has room for it, so a
 * slow consumer slows the publisher down through flow control and memory stays bounded.
 */
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import type { Subscription } from '../subscription/subscription.ts';
import type { Message } from './message.ts';
import type { MessageIterator, MessagesOptions } from './message-iterator.ts';

/** How a subscription becomes a readable stream. */
export interface ReadableOptions extends Omit<MessagesOptions, 'copy'> {
  /** Delivers {@link Message} objects instead of bytes. Default false: the bytes of one message per chunk. */
  readonly objectMode?: boolean;
  /** How much the stream may hold: bytes, or messages in object mode. The stream's own default when left out. */
  readonly highWaterMark?: number;
  /** Closes the subscription when the stream ends or is destroyed. Default false. */
  readonly autoClose?: boolean;
}

/**
 * A Node stream of what `subscription` receives. It ends when the subscription closes, or with the publishers
 * (`endOnDisconnect`); an abort signal destroys it with the signal's reason.
 */
export function readable(subscription: Subscription, options: ReadableOptions = {}): Readable {
  const { objectMode = false, highWaterMark, autoClose = false } = options;
  const iterator = subscription.messages({ ...options, copy: true });
  return new Readable({
    objectMode,
    ...(highWaterMark === undefined ? {} : { highWaterMark }),
    read(): void {
      nextChunk(iterator, objectMode).then(
        (chunk) => this.push(chunk ?? null),
        (error: unknown) => this.destroy(error as Error),
      );
    },
    destroy(error, callback): void {
      finish(iterator, subscription, autoClose).then(
        () => callback(error),
        (failure: unknown) => callback(error ?? (failure as Error)),
      );
    },
  });
}

/** A web stream of what `subscription` receives; like {@link readable}, and it holds nothing by itself. */
export function readableStream(
  subscription: Subscription,
  options: ReadableOptions & { readonly objectMode: true },
): ReadableStream<Message>;
export function readableStream(subscription: Subscription, options?: ReadableOptions): ReadableStream<Uint8Array>;
export function readableStream(
  subscription: Subscription,
  options: ReadableOptions = {},
): ReadableStream<Uint8Array> | ReadableStream<Message> {
  const { objectMode = false, highWaterMark = 0, autoClose = false } = options;
  const iterator = subscription.messages({ ...options, copy: true });
  return new ReadableStream<Uint8Array | Message>(
    {
      async pull(controller): Promise<void> {
        const chunk = await nextChunk(iterator, objectMode);
        if (chunk === undefined) {
          controller.close();
          await finish(iterator, subscription, autoClose);
        } else {
          controller.enqueue(chunk);
        }
      },
      cancel: () => finish(iterator, subscription, autoClose),
    },
    {
      highWaterMark,
      size: (chunk) => (objectMode ? 1 : (chunk as Uint8Array).byteLength),
    },
  ) as ReadableStream<Uint8Array>;
}

/** The next message that a stream can carry: a byte stream has no way to say "nothing", so it passes empty messages over. */
async function nextChunk(iterator: MessageIterator, objectMode: boolean): Promise<Message | Buffer | undefined> {
  for (;;) {
    const result = await iterator.next();
    if (result.done) {
      return undefined;
    }
    if (objectMode) {
      return result.value;
    }
    if (result.value.data.length > 0) {
      return result.value.data;
    }
  }
}

async function finish(iterator: MessageIterator, subscription: Subscription, closes: boolean): Promise<void> {
  await iterator.return();
  if (closes) {
    subscription.close();
  }
}
