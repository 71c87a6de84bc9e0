// SPDX-License-Identifier: Apache-2.0
/**
 * A loop that has the thread to itself, as a program wants it that does nothing but send or poll. It goes round without a
 * pause and lets the event loop have a turn every few milliseconds: there signals and timers are served, and the client's
 * conductor, which keeps in touch with the driver.
 */
import type { IdleStrategy } from '@aeron/core';
import { INTERRUPTED } from './program.ts';

/** What the work of a loop returns to end it. */
export const DONE = -1;

const SLICE_MS = 5;
/** Reading the clock costs as much as sending a message. */
const ROUNDS_PER_CLOCK_READ = 64;
const NS_PER_MS = 1_000_000;

/**
 * Calls `work` until it returns DONE or `stopping` is aborted.
 *
 * @param work returns how much it did; 0 makes the idle strategy decide how to go on.
 * @throws the signal's reason, unless it is an interruption, which is an end like any other.
 */
export async function busyLoop(work: () => number, idleStrategy: IdleStrategy, stopping: AbortSignal): Promise<void> {
  let isDone = false;
  while (!isDone && !stopping.aborted) {
    const sliceEndMs = performance.now() + SLICE_MS;
    let idleNs = 0;
    do {
      for (let round = 0; round < ROUNDS_PER_CLOCK_READ && idleNs === 0 && !isDone; round++) {
        const workCount = work();
        isDone = workCount === DONE;
        idleNs = idleStrategy.idle(Math.max(workCount, 0));
      }
    } while (idleNs === 0 && !isDone && performance.now() < sliceEndMs);
    if (!isDone) {
      await turnOfEventLoop(idleNs);
    }
  }
  if (!isDone && stopping.reason !== INTERRUPTED) {
    throw stopping.reason;
  }
}

/** @param idleNs how long to sleep; the event loop does so by the millisecond. */
function turnOfEventLoop(idleNs: number): Promise<void> {
  return new Promise((resolve) => {
    if (idleNs > 0) {
      setTimeout(resolve, Math.max(1, Math.round(idleNs / NS_PER_MS)));
    } else {
      setImmediate(resolve);
    }
  });
}
