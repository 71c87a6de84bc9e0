// SPDX-License-Identifier: Apache-2.0
/**
 * `for await` over a subscription. It pulls: nothing is read before it is asked for, and what was not yielded stays unread in
 * the log, where flow control sees it. Messages that are there are yielded without leaving the current turn of the event loop,
 * for about a millisecond; then other work of the loop has its turn.
 */
import { AeronError } from '@aeron/core';
import type { IdleStrategy } from '@aeron/core/internal';
import type { SubscriptionPort } from '../conductor/ports.ts';
import type { Subscription } from '../subscription/subscription.ts';
import { EventLoopPace } from './event-loop-pace.ts';
import type { Message } from './message.ts';
import type { MessageReader, ReadMode } from './message-reader.ts';

const DEFAULT_FRAGMENT_LIMIT = 64;

/** How messages are iterated. */
export interface MessagesOptions {
  /** Yields copies that may be kept, instead of views that are valid until the next message is asked for. Default false. */
  readonly copy?: boolean;
  /** Puts fragmented messages together; when false each fragment is yielded by itself. Default true. */
  readonly assemble?: boolean;
  /** How many fragments one image may deliver before the next one has its turn. Default 64. */
  readonly fragmentLimit?: number;
  /** Ends the iteration: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Ends the iteration when all images that were there have been read to their end or are gone. Default false: it waits for
   * publishers to come, and ends when the subscription or the client closes.
   */
  readonly endOnDisconnect?: boolean;
  /** How to wait for messages. By default: soon, and after a quiet millisecond once per millisecond. */
  readonly idleStrategy?: IdleStrategy;
}

interface Request {
  readonly resolve: (result: IteratorResult<Message, undefined>) => void;
  readonly reject: (reason: unknown) => void;
}

const DONE: IteratorResult<Message, undefined> = { done: true, value: undefined };

/** The iteration that `Subscription.messages` begins. Only one per subscription can be under way. */
export class MessageIterator implements AsyncIterableIterator<Message, undefined> {
  readonly #subscription: Subscription;
  readonly #conductor: SubscriptionPort;
  readonly #reader: MessageReader;
  readonly #mode: ReadMode;
  readonly #pace: EventLoopPace;
  readonly #signal: AbortSignal | undefined;
  readonly #endsOnDisconnect: boolean;
  readonly #onAbort = (): void => this.#fail(this.#signal?.reason);
  readonly #onTurn = (): void => this.#serve();
  /** Callers of `next` that wait, in order; usually none or one. */
  readonly #requests: Request[] = [];
  #hasStarted = false;
  #isDone = false;
  #wasConnected = false;
  #failure: { readonly reason: unknown } | undefined;

  constructor(
    subscription: Subscription,
    conductor: SubscriptionPort,
    reader: MessageReader,
    options: MessagesOptions = {},
  ) {
    const fragmentLimit = options.fragmentLimit ?? DEFAULT_FRAGMENT_LIMIT;
    if (!(fragmentLimit >= 1)) {
      throw new AeronError('INVALID_ARGUMENT', `fragment limit must be at least 1: fragmentLimit=${fragmentLimit}`);
    }
    this.#subscription = subscription;
    this.#conductor = conductor;
    this.#reader = reader;
    this.#mode = { copy: options.copy ?? false, assemble: options.assemble ?? true, fragmentLimit };
    this.#pace = new EventLoopPace(conductor.scheduler, conductor.clock, { idleStrategy: options.idleStrategy });
    this.#signal = options.signal;
    this.#endsOnDisconnect = options.endOnDisconnect ?? false;
  }

  /** Bytes that are there to be read and were not yielded yet. */
  get lag(): number {
    return this.#subscription.lag;
  }

  /**
   * The next message, as soon as there is one; `done` at the end. Calls may overlap and are answered in order. Rejects
   * with the signal’s reason, and with what a poll threw.
   */
  next(): Promise<IteratorResult<Message, undefined>> {
    if (!this.#hasStarted) {
      this.#start();
    }
    const message = this.#readAtOnce();
    if (message !== undefined) {
      return Promise.resolve({ done: false, value: message });
    }
    return new Promise((resolve, reject) => {
      this.#requests.push({ resolve, reject });
      if (!this.#pace.isScheduled) {
        this.#serve();
      }
    });
  }

  /** Ends the iteration; the message yielded last counts as read, what follows it does not. */
  async return(): Promise<IteratorResult<Message, undefined>> {
    this.#failure = undefined;
    this.#end();
    return DONE;
  }

  /** Ends the iteration as `return` does, and rejects with `error`. */
  async throw(error: unknown): Promise<IteratorResult<Message, undefined>> {
    this.#end();
    throw error;
  }

  /** Itself: an iteration begins once. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** As `return`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
  }

  #start(): void {
    this.#hasStarted = true;
    try {
      this.#signal?.throwIfAborted();
      this.#reader.acquire(this);
      this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The short way, for a message that is there while nobody waits. */
  #readAtOnce(): Message | undefined {
    const { isTurnOver, isScheduled } = this.#pace;
    if (isTurnOver || isScheduled || this.#isDone || this.#requests.length > 0 || this.#isOver()) {
      return undefined;
    }
    try {
      const message = this.#reader.read(this.#mode);
      if (message !== undefined) {
        this.#pace.worked(this.#reader.fragmentsRead);
      }
      return message;
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  /** Answers waiting requests as long as there are messages and the loop can wait. */
  #serve(): void {
    try {
      while (this.#requests.length > 0) {
        if (this.#isDone || this.#isOver()) {
          this.#end();
        } else if (!this.#step()) {
          return;
        }
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Tries to answer the first request. @returns whether to go on in this turn. */
  #step(): boolean {
    if (this.#pace.isTurnOver) {
      this.#pace.yieldTurn(this.#onTurn);
      return false;
    }
    const message = this.#reader.read(this.#mode);
    const { fragmentsRead } = this.#reader;
    if (fragmentsRead > 0) {
      this.#pace.worked(fragmentsRead);
      if (message !== undefined) {
        this.#requests.shift()?.resolve({ done: false, value: message });
      }
      return true;
    }
    if (this.#hasDisconnected()) {
      this.#end();
      return false;
    }
    return this.#pace.idled(this.#onTurn);
  }

  #isOver(): boolean {
    return this.#subscription.isClosed || this.#conductor.isClosed;
  }

  #hasDisconnected(): boolean {
    const { images } = this.#subscription;
    this.#wasConnected ||= images.length > 0;
    return this.#endsOnDisconnect && this.#wasConnected && images.every((image) => image.isEndOfStream);
  }

  #end(): void {
    this.#finish();
    const failure = this.#failure;
    this.#failure = undefined;
    for (const { resolve, reject } of this.#requests.splice(0)) {
      if (failure === undefined) {
        resolve(DONE);
      } else {
        reject(failure.reason);
      }
    }
  }

  /** Whoever waits learns of it, or else the next one to ask. */
  #fail(reason: unknown): void {
    this.#failure = { reason };
    if (this.#requests.length > 0) {
      this.#end();
    } else {
      this.#finish();
    }
  }

  #finish(): void {
    this.#isDone = true;
    this.#pace.cancel();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#reader.surrender(this);
  }
}
