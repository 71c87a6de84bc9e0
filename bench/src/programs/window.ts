// SPDX-License-Identifier: Apache-2.0
/** A stretch of time in which a program measures itself: what it did, how long it took, what processor time it used. */
import { Collections, type CollectionTimes } from './collections.ts';

const NS_PER_MS = 1e6;
const NS_PER_US = 1e3;

export interface WindowResult extends CollectionTimes {
  readonly count: number;
  readonly elapsedNs: number;
  /** Of all threads of the process. */
  readonly cpuNs: number;
}

/** For how long it runs already. */
export class Stopwatch {
  readonly #startMs = performance.now();

  get elapsedMs(): number {
    return performance.now() - this.#startMs;
  }
}

export class MeasuredWindow {
  readonly #collections = new Collections();
  readonly #stopwatch = new Stopwatch();
  readonly #startCpu = process.cpuUsage();
  readonly #startCount: number;

  /** @param count what has been done before. */
  constructor(count: number) {
    this.#startCount = count;
  }

  get elapsedMs(): number {
    return this.#stopwatch.elapsedMs;
  }

  /** @param count what has been done by now. */
  end(count: number): WindowResult {
    const { user, system } = process.cpuUsage(this.#startCpu);
    return {
      count: count - this.#startCount,
      elapsedNs: this.elapsedMs * NS_PER_MS,
      cpuNs: (user + system) * NS_PER_US,
      ...this.#collections.end(),
    };
  }
}

/** Tells the program that started this one what came out. */
export function report(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** Lets timers, signals and the client's conductor have their turn. */
export function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
