// SPDX-License-Identifier: Apache-2.0
/**
 * Polls a subscription with a handler from the event loop, so that an application need not write a loop that blocks it.
 */
import type { IdleStrategy } from '@aeron/core/internal';
import type { SubscriptionPort } from '../conductor/ports.ts';
import type { FragmentHandler } from '../subscription/handlers.ts';
import { EventLoopPace } from './event-loop-pace.ts';

const DEFAULT_FRAGMENT_LIMIT = 10;

/** How the event loop polls. */
export interface PollingOptions {
  /** Fragments per poll. Default 10. */
  readonly fragmentLimit?: number;
  /** How to wait when there is nothing. By default: soon, and after a quiet millisecond once per millisecond. */
  readonly idleStrategy?: IdleStrategy;
  /** Whether the polling keeps the process alive. Default true. */
  readonly keepAlive?: boolean;
  /** Stops the polling. */
  readonly signal?: AbortSignal;
}

/** What is polled; a subscription. */
export interface Pollable {
  readonly isClosed: boolean;
  poll(handler: FragmentHandler, fragmentLimit: number): number;
}

/** Polling under way, see `Subscription.startPolling`. */
export class Polling {
  /**
   * Resolves when the polling was stopped or the subscription closed. Rejects when a poll threw, which it does when the
   * subscriber error handler throws; the client's error handler is told as well.
   */
  readonly finished: Promise<void>;
  readonly #pollable: Pollable;
  readonly #conductor: SubscriptionPort;
  readonly #handler: FragmentHandler;
  readonly #fragmentLimit: number;
  readonly #signal: AbortSignal | undefined;
  readonly #pace: EventLoopPace;
  readonly #run = (): void => this.#pollWhileTurnLasts();
  readonly #onAbort = (): void => this.stop();
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #isRunning = true;

  constructor(pollable: Pollable, conductor: SubscriptionPort, handler: FragmentHandler, options: PollingOptions = {}) {
    this.#pollable = pollable;
    this.#conductor = conductor;
    this.#handler = handler;
    this.#fragmentLimit = options.fragmentLimit ?? DEFAULT_FRAGMENT_LIMIT;
    this.#signal = options.signal;
    this.#pace = new EventLoopPace(conductor.scheduler, conductor.clock, options);
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Nobody need await it: the error is reported in any case.
    this.finished.catch((error: unknown) => conductor.reportError(error));
    if (options.signal?.aborted) {
      this.stop();
    } else {
      options.signal?.addEventListener('abort', this.#onAbort, { once: true });
      this.#pace.yieldTurn(this.#run);
    }
  }

  /** Whether it still polls; false from `stop`, the end of the subscription or the first error on. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** No handler is called after this returns; inside a handler, none after the present poll. Idempotent. */
  stop(): void {
    if (this.#isRunning) {
      this.#finish();
      this.#resolve();
    }
  }

  /** As `stop`, for `using`. */
  [Symbol.dispose](): void {
    this.stop();
  }

  #pollWhileTurnLasts(): void {
    try {
      while (this.#isRunning) {
        if (this.#pollable.isClosed || this.#conductor.isClosed) {
          this.stop();
          return;
        }
        const fragmentsRead = this.#pollable.poll(this.#handler, this.#fragmentLimit);
        if (fragmentsRead === 0) {
          if (!this.#isRunning || !this.#pace.idled(this.#run)) {
            return;
          }
          continue;
        }
        this.#pace.worked(fragmentsRead);
        if (this.#isRunning && this.#pace.isTurnOver) {
          this.#pace.yieldTurn(this.#run);
          return;
        }
      }
    } catch (error) {
      if (this.#isRunning) {
        this.#finish();
        this.#reject(error);
      } else {
        this.#conductor.reportError(error);
      }
    }
  }

  #finish(): void {
    this.#isRunning = false;
    this.#pace.cancel();
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }
}
