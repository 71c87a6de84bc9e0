// SPDX-License-Identifier: Apache-2.0
/**
 * Runs an agent until it is closed, in one of two ways: as guest of an event loop, which it never blocks and never takes for
 * longer than a short slice, or as owner of a worker thread, which it parks. One runner per agent; all methods belong to the
 * thread that runs it.
 *
 * @source agrona/AgentRunner
 */
import { assert } from '../errors/assert.ts';
import type { Scheduler, Threads } from '../platform/ports.ts';
import type { Agent } from './agent.ts';
import { AgentInvoker, type AgentInvokerOptions, toError } from './agent-invoker.ts';
import { IDLE_CONTINUE, IDLE_YIELD, type IdleStrategy } from './idle-strategy.ts';
import type { StopSignal } from './stop-signal.ts';

/** Bounds of what runs before the event loop gets its turn; the clock is read every few passes, for it is not free. */
const SLICE_PASSES = 128;
const SLICE_NS = 200_000;
const PASSES_PER_CLOCK_READ = 8;

/** The shortest timer of an event loop. */
const TIMER_RESOLUTION_NS = 1_000_000;
/**
 * Shorter parks can't be had from a timer. The first ones in a row only yield, which keeps an agent quick whose strategy
 * works up from a microsecond; after that they become the shortest timer, or an idle agent would never let go of its core.
 */
const SHORT_PARKS_AS_YIELDS = 12;

export interface AgentRunnerOptions extends AgentInvokerOptions {
  readonly idleStrategy: IdleStrategy;
}

export interface EventLoopOptions {
  readonly scheduler: Scheduler;
  readonly clock: { nanoTime(): number };
  /** Whether the agent alone keeps the process alive; true when left out. */
  readonly keepAlive?: boolean;
}

export class AgentRunner {
  /** Settles when the agent has ended; rejects if the error handler threw. */
  readonly closed: Promise<void>;
  readonly #invoker: AgentInvoker;
  readonly #idleStrategy: IdleStrategy;
  readonly #slice = (): void => this.#runSlice();
  #loop: EventLoopOptions | undefined;
  #keepAlive = true;
  #handle: unknown;
  #shortParks = 0;
  #isParked = false;
  #isInSlice = false;
  #isStopping = false;
  #settle: { resolve(): void; reject(error: Error): void } = { resolve() {}, reject() {} };

  constructor(options: AgentRunnerOptions) {
    this.#invoker = new AgentInvoker(options);
    this.#idleStrategy = options.idleStrategy;
    this.closed = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  get agent(): Agent {
    return this.#invoker.agent;
  }

  get isRunning(): boolean {
    return this.#invoker.isRunning;
  }

  get isClosed(): boolean {
    return this.#invoker.isClosed;
  }

  /** Starts the agent as a guest of the event loop. Returns after its `onStart`; its first duty cycle comes later. */
  startOnEventLoop(loop: EventLoopOptions): void {
    assert(
      !this.#invoker.isStarted && !this.isClosed,
      `agent is started or closed already: role=${this.agent.roleName}`,
    );
    this.#loop = loop;
    this.#keepAlive = loop.keepAlive ?? true;
    this.#guarded(() => this.#invoker.start());
    this.#next(IDLE_YIELD);
  }

  /** Whether the agent alone keeps the process alive, from now on. */
  set keepAlive(keepAlive: boolean) {
    this.#keepAlive = keepAlive;
    if (this.#handle !== undefined) {
      this.#loop?.scheduler.cancel(this.#handle);
      this.#next(IDLE_YIELD);
    }
  }

  /**
   * Runs the agent in this thread and returns when it has ended.
   *
   * @param stop how another thread asks for the end.
   * @throws Error that the error handler threw.
   */
  runBlocking(threads: Pick<Threads, 'mayBlock' | 'park'>, stop?: StopSignal): void {
    assert(threads.mayBlock, `this thread may not be blocked: role=${this.agent.roleName}`);
    assert(
      !this.#invoker.isStarted && !this.isClosed,
      `agent is started or closed already: role=${this.agent.roleName}`,
    );
    const invoker = this.#invoker;
    try {
      invoker.start();
      while (invoker.isRunning && !this.#isStopping && stop?.isRequested !== true) {
        const answer = this.#idleStrategy.idle(invoker.invoke());
        if (answer !== IDLE_CONTINUE) {
          threads.park(answer === IDLE_YIELD ? 0 : answer);
        }
      }
      invoker.close();
    } catch (error) {
      this.#closed(toError(error));
      throw error;
    }
    this.#closed(undefined);
  }

  /**
   * Ends the agent: at once, or after the duty cycle in progress when called from within it. Idempotent.
   *
   * @returns `closed`.
   */
  close(): Promise<void> {
    this.#isStopping = true;
    if (!this.#isInSlice && (this.#loop !== undefined || !this.#invoker.isStarted)) {
      this.#loop?.scheduler.cancel(this.#handle);
      this.#guarded(() => this.#invoker.close());
      this.#closed(undefined);
    }
    return this.closed;
  }

  /** Ends the agent in this very call, also from within a duty cycle. Idempotent. */
  closeNow(): void {
    this.#isStopping = true;
    this.#loop?.scheduler.cancel(this.#handle);
    this.#guarded(() => this.#invoker.close());
    this.#closed(undefined);
  }

  /** Cuts a park on the event loop short, for one who knows that there is work. */
  wake(): void {
    if (this.#isParked && this.#handle !== undefined) {
      this.#loop?.scheduler.cancel(this.#handle);
      this.#next(IDLE_YIELD);
    }
  }

  #runSlice(): void {
    this.#handle = undefined;
    let answer = IDLE_YIELD;
    this.#isInSlice = true;
    try {
      answer = this.#runPasses();
    } catch (error) {
      this.#fail(error);
    }
    this.#isInSlice = false;
    this.#next(answer);
  }

  #runPasses(): number {
    const { clock } = this.#loop as EventLoopOptions;
    let startNs = 0;
    for (let pass = 1; pass <= SLICE_PASSES; pass++) {
      const workCount = this.#invoker.invoke();
      if (workCount > 0) {
        this.#shortParks = 0;
      }
      const answer = this.#idleStrategy.idle(workCount);
      if (answer !== IDLE_CONTINUE || this.#isStopping || !this.#invoker.isRunning) {
        return answer;
      }
      if (pass === 1) {
        startNs = clock.nanoTime(); // not before it: an idle agent mostly makes one pass
      } else if (pass % PASSES_PER_CLOCK_READ === 0 && clock.nanoTime() - startNs >= SLICE_NS) {
        break;
      }
    }
    return IDLE_YIELD;
  }

  /** Schedules the next slice as the idle strategy answered, or ends. */
  #next(answer: number): void {
    if (this.#isStopping || !this.#invoker.isRunning) {
      this.#guarded(() => this.#invoker.close());
      this.#closed(undefined);
      return;
    }
    const { scheduler } = this.#loop as EventLoopOptions;
    this.#isParked = answer > 0 && (answer >= TIMER_RESOLUTION_NS || ++this.#shortParks > SHORT_PARKS_AS_YIELDS);
    if (this.#isParked) {
      this.#handle = scheduler.after(
        Math.max(1, Math.round(answer / TIMER_RESOLUTION_NS)),
        this.#slice,
        this.#keepAlive,
      );
      return;
    }
    this.#handle = scheduler.soon(this.#slice, this.#keepAlive);
  }

  /** Runs a step whose only way to throw is an error handler that throws; that ends the runner. */
  #guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#isStopping = true;
    this.#closed(toError(error));
  }

  #closed(error: Error | undefined): void {
    if (error === undefined) {
      this.#settle.resolve();
    } else {
      this.#settle.reject(error);
    }
  }
}
