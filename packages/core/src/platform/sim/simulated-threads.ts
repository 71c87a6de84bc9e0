// SPDX-License-Identifier: Apache-2.0
/**
 * Threads of a simulated process: a registered function per module, run in this very thread, with messages copied as between
 * real ones and delivered in virtual time.
 */
import type { Scheduler, ThreadHandle, Threads } from '../ports.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** What the function of a thread gets. */
export interface SimulatedThreadContext {
  readonly name: string;
  /** A copy of what the spawner gave. */
  readonly data: unknown;
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Runs at the end of the thread, also when it is terminated. */
  onExit(listener: () => void): void;
  /** Ends the thread. */
  exit(code: number): void;
  /** Ends the thread as an uncaught error would. */
  fail(error: Error): void;
}

/** Sets up a thread; the work itself is scheduled on ports that the function got hold of, or that `data` names. */
export type SimulatedThreadFunction = (context: SimulatedThreadContext) => void;

type Listener = (message: unknown) => void;

class SimulatedThread implements ThreadHandle {
  readonly name: string;
  readonly exited: Promise<number>;
  readonly #scheduler: Scheduler;
  readonly #toThread: Listener[] = [];
  readonly #toSpawner: Listener[] = [];
  readonly #onExit: (() => void)[] = [];
  readonly #errorListeners: ((error: Error) => void)[] = [];
  #error: Error | undefined;
  #resolveExited: (code: number) => void = () => {};
  #isRunning = true;

  constructor(name: string, scheduler: Scheduler) {
    this.name = name;
    this.#scheduler = scheduler;
    this.exited = new Promise((resolve) => {
      this.#resolveExited = resolve;
    });
  }

  start(run: SimulatedThreadFunction, data: unknown): void {
    const context: SimulatedThreadContext = {
      name: this.name,
      data,
      post: (message) => this.#deliver(message, this.#toSpawner),
      onMessage: (listener) => this.#toThread.push(listener),
      onExit: (listener) => this.#onExit.push(listener),
      exit: (code) => this.#end(code),
      fail: (error) => this.#fail(error),
    };
    this.#scheduler.soon(() => {
      try {
        run(context);
      } catch (error) {
        this.#fail(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  post(message: unknown): void {
    this.#deliver(message, this.#toThread);
  }

  onMessage(listener: Listener): void {
    this.#toSpawner.push(listener);
  }

  onError(listener: (error: Error) => void): void {
    this.#errorListeners.push(listener);
    if (this.#error !== undefined) {
      listener(this.#error);
    }
  }

  holdProcess(): void {
    // virtual time has no process to keep alive
  }

  async terminate(): Promise<void> {
    this.#end(1);
  }

  #deliver(message: unknown, listeners: readonly Listener[]): void {
    const copy: unknown = structuredClone(message);
    this.#scheduler.soon(() => {
      if (this.#isRunning) {
        for (const listener of listeners) {
          listener(copy);
        }
      }
    });
  }

  #fail(error: Error): void {
    this.#error = error;
    for (const listener of this.#errorListeners) {
      listener(error);
    }
    this.#end(1);
  }

  #end(code: number): void {
    if (this.#isRunning) {
      this.#isRunning = false;
      for (const listener of this.#onExit) {
        listener();
      }
      this.#resolveExited(code);
    }
  }
}

/** Records parking, so that a test can check how idle an agent was. */
export class SimulatedThreads implements Threads {
  /** False, as on a main thread: everything in a world shares one thread, so work that blocks would stop it all. */
  readonly mayBlock = false;
  /** Time that was to be spent parked, and how often: parking itself does not move virtual time. */
  parkedNs = 0;
  parkCount = 0;
  readonly #process: SimulatedProcess;
  readonly #scheduler: Scheduler;
  readonly #functions: ReadonlyMap<string, SimulatedThreadFunction>;

  constructor(owner: SimulatedProcess, scheduler: Scheduler, functions: ReadonlyMap<string, SimulatedThreadFunction>) {
    this.#process = owner;
    this.#scheduler = scheduler;
    this.#functions = functions;
  }

  spawn(name: string, module: string, data: unknown): ThreadHandle {
    this.#process.assertAlive();
    const run = this.#functions.get(module);
    if (run === undefined) {
      throw new Error(`no function is registered for the simulated thread: name=${name} module=${module}`);
    }
    const thread = new SimulatedThread(name, this.#scheduler);
    thread.start(run, structuredClone(data));
    this.#process.own(() => void thread.terminate());
    return thread;
  }

  park(durationNs: number): void {
    this.parkedNs += durationNs;
    this.parkCount++;
  }
}
