// SPDX-License-Identifier: Apache-2.0
/**
 * Runs an agent in a thread that exists for it. As long as the agent needs nothing of the event loop, the thread is parked as the
 * idle strategy says, which costs half the CPU of timers and is finer than a millisecond; every few milliseconds the loop gets
 * a turn, because messages and signals arrive on it, and because the garbage collector gives mapped memory back on it. Where
 * datagrams arrive on the loop it gets a turn whenever the agent idles, and often while it works. A datagram ends an idle time
 * in either case.
 */
import {
  type Agent,
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
/** The same with sockets open: what was sent is finished, and what has arrived is read, on the loop. */
const SOCKETS_SLICE_NS = 200_000;
/** The shortest timer of an event loop; shorter idle times are parked. */
const TIMER_RESOLUTION_NS = 1_000_000;
/** Linux rounds sleeps up by as much. A park keeps the loop from bringing datagrams, so one that is shorter is a turn of the loop. */
const TIMER_SLACK_NS = 50_000;

export interface ThreadOwnerOptions extends AgentInvokerOptions {
  readonly idleStrategy: IdleStrategy;
  /** Whether what the agent waits for arrives on the event loop; never when left out. */
  readonly needsEventLoop?: () => boolean;
  /** Parks in place of the platform, so that a datagram ends it; undefined while there is nothing to wait for. */
  readonly wait?: () => ((durationNs: number) => void) | undefined;
  /** What parks the agent so long that it need only look; never when left out. */
  readonly rests?: { readonly isResting: boolean; readonly parksPerTurn: number };
}

export class ThreadOwnerRunner {
  /** Settles when the agent has ended; rejects if the error handler threw. */
  readonly closed: Promise<void>;
  readonly #invoker: AgentInvoker;
  readonly #idleStrategy: IdleStrategy;
  readonly #needsEventLoop: () => boolean;
  readonly #wait: () => ((durationNs: number) => void) | undefined;
  readonly #agent: Agent;
  readonly #rests: ThreadOwnerOptions['rests'];
  /** How long the agent was parked each time in the rest that the last slice was; 0 if it was none, or there is news. */
  #restNs = 0;
  readonly #ports: Pick<Platform, 'clock' | 'scheduler' | 'threads'>;
  readonly #slice = (): void => this.#runSlice();
  #settle: { resolve(): void; reject(error: Error): void } = { resolve() {}, reject() {} };
  #isStopping = false;
  #keepAlive = true;
  /** Of the slice that comes next. */
  #handle: unknown;
  /** Whether that slice waits for a timer, which `wake` may cut short. */
  #isParked = false;

  constructor(options: ThreadOwnerOptions, ports: Pick<Platform, 'clock' | 'scheduler' | 'threads'>) {
    this.#invoker = new AgentInvoker(options);
    this.#idleStrategy = options.idleStrategy;
    this.#needsEventLoop = options.needsEventLoop ?? (() => false);
    this.#wait = options.wait ?? (() => undefined);
    this.#agent = options.agent;
    this.#rests = options.rests;
    this.#ports = ports;
    this.closed = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  get isRunning(): boolean {
    return this.#invoker.isRunning;
  }

  /** Whether the agent alone keeps the process alive, from now on. */
  set keepAlive(keepAlive: boolean) {
    this.#keepAlive = keepAlive;
    this.#reschedule();
  }

  /** Returns after the agent's `onStart`; its first duty cycle comes later. */
  start(): void {
    this.#invoker.start();
    this.#next(IDLE_YIELD);
  }

  /** Ends the agent after the slice in progress. Idempotent. @returns `closed`. */
  close(): Promise<void> {
    this.#isStopping = true;
    this.wake();
    return this.closed;
  }

  /** Ends the agent in this very call, for a thread that is about to end itself. Idempotent. */
  closeNow(): void {
    this.#isStopping = true;
    this.#invoker.close();
    this.#settle.resolve();
  }

  /** Cuts an idle time on the event loop short, for one who knows that there is work. */
  wake(): void {
    if (this.#isParked) {
      this.#reschedule();
    }
  }

  #reschedule(): void {
    if (this.#handle !== undefined) {
      this.#ports.scheduler.cancel(this.#handle);
      this.#next(IDLE_YIELD);
    }
  }

  #runSlice(): void {
    this.#handle = undefined;
    try {
      this.#next(this.#needsEventLoop() ? this.#runUntilIdle() : this.#runParking());
    } catch (error) {
      this.#settle.reject(toError(error));
    }
  }

  get #mayRun(): boolean {
    return this.#invoker.isRunning && !this.#isStopping;
  }

  /** @returns what the idle strategy says when there is no more work, or IDLE_YIELD when the slice is over. */
  #runUntilIdle(): number {
    const { clock } = this.#ports;
    const endNs = clock.nanoTime() + SOCKETS_SLICE_NS;
    do {
      const workCount = this.#invoker.invoke();
      const answer = this.#idleStrategy.idle(workCount);
      if (answer !== IDLE_CONTINUE) {
        return answer;
      }
      if (workCount <= 0) {
        return IDLE_YIELD; // what was sent leaves when the loop turns, and what is waited for comes then
      }
    } while (this.#mayRun && clock.nanoTime() < endNs);
    return IDLE_YIELD;
  }

  #runParking(): number {
    const { clock, threads } = this.#ports;
    const endNs = clock.nanoTime() + SLICE_NS;
    const wait = this.#wait(); // for the slice: a socket that is opened meanwhile is waited for a slice later
    const park = wait ?? ((durationNs: number) => threads.park(durationNs));
    if (this.#restNs > 0) {
      this.#restNs = this.#rest(park, this.#restNs) ? 0 : this.#restNs;
      return IDLE_YIELD;
    }
    do {
      const answer = this.#idleStrategy.idle(this.#invoker.invoke());
      if (answer > 0 && this.#rests?.isResting === true) {
        this.#restNs = this.#rest(park, answer) ? 0 : answer;
        return IDLE_YIELD;
      }
      if (answer !== IDLE_CONTINUE) {
        park(answer === IDLE_YIELD ? 0 : answer);
      }
    } while (this.#mayRun && clock.nanoTime() < endNs && !this.#needsEventLoop());
    return IDLE_YIELD;
  }

  /** Until there is news, or the event loop is to have its turn. @returns whether there is news. */
  #rest(park: (durationNs: number) => void, durationNs: number): boolean {
    const agent = this.#agent;
    const parkCount = this.#rests?.parksPerTurn ?? 1;
    for (let i = 0; i < parkCount; i++) {
      park(durationNs);
      if (agent.hasNews?.() !== false) {
        agent.onRested?.();
        return true;
      }
    }
    return false;
  }

  /** Schedules the next slice after the idle time that was asked for, or ends. */
  #next(answer: number): void {
    const { scheduler, threads } = this.#ports;
    this.#handle = undefined;
    this.#isParked = answer >= TIMER_RESOLUTION_NS;
    if (!this.#mayRun) {
      this.#invoker.close();
      this.#settle.resolve();
    } else if (this.#isParked) {
      this.#handle = scheduler.after(Math.floor(answer / TIMER_RESOLUTION_NS), this.#slice, this.#keepAlive);
    } else {
      if (answer >= TIMER_SLACK_NS) {
        threads.park(answer);
      }
      this.#handle = scheduler.soon(this.#slice, this.#keepAlive);
    }
  }
}
