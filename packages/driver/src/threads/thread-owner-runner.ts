// SPDX-License-Identifier: Apache-2.0
/**
 * Runs an agent in a thread that exists for it: parks the thread as the idle strategy says, which costs half the CPU of timers
 * and is finer than a millisecond. Every few milliseconds the thread's event loop gets a turn, because messages and signals
 * arrive on it, and because the garbage collector gives mapped memory back on it.
 */
import {
  AgentInvoker,
  type AgentInvokerOptions,
  IDLE_CONTINUE,
  IDLE_YIELD,
  type IdleStrategy,
  type Platform,
  toError,
} from '@aeron/core/internal';

/** How long the event loop waits for its turn at most, apart from the last duty cycle and its park. */
const SLICE_NS = 20_000_000;

export interface ThreadOwnerOptions extends AgentInvokerOptions {
  readonly idleStrategy: IdleStrategy;
}

export class ThreadOwnerRunner {
  /** Settles when the agent has ended; rejects if the error handler threw. */
  readonly closed: Promise<void>;
  /** Whether the agent alone keeps the process alive. */
  keepAlive = true;
  readonly #invoker: AgentInvoker;
  readonly #idleStrategy: IdleStrategy;
  readonly #ports: Pick<Platform, 'clock' | 'scheduler' | 'threads'>;
  readonly #slice = (): void => this.#runSlice();
  #settle: { resolve(): void; reject(error: Error): void } = { resolve() {}, reject() {} };
  #isStopping = false;

  constructor(options: ThreadOwnerOptions, ports: Pick<Platform, 'clock' | 'scheduler' | 'threads'>) {
    this.#invoker = new AgentInvoker(options);
    this.#idleStrategy = options.idleStrategy;
    this.#ports = ports;
    this.closed = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  get isRunning(): boolean {
    return this.#invoker.isRunning;
  }

  /** Returns after the agent's `onStart`; its first duty cycle comes later. */
  start(): void {
    this.#invoker.start();
    this.#next();
  }

  /** Ends the agent after the slice in progress. Idempotent. @returns `closed`. */
  close(): Promise<void> {
    this.#isStopping = true;
    return this.closed;
  }

  #runSlice(): void {
    try {
      this.#runPasses();
      this.#next();
    } catch (error) {
      this.#settle.reject(toError(error));
    }
  }

  #runPasses(): void {
    const { clock, threads } = this.#ports;
    const endNs = clock.nanoTime() + SLICE_NS;
    do {
      const answer = this.#idleStrategy.idle(this.#invoker.invoke());
      if (answer !== IDLE_CONTINUE) {
        threads.park(answer === IDLE_YIELD ? 0 : answer);
      }
    } while (this.#invoker.isRunning && !this.#isStopping && clock.nanoTime() < endNs);
  }

  #next(): void {
    if (this.#invoker.isRunning && !this.#isStopping) {
      this.#ports.scheduler.soon(this.#slice, this.keepAlive);
      return;
    }
    this.#invoker.close();
    this.#settle.resolve();
  }
}
