// SPDX-License-Identifier: Apache-2.0
/**
 * A clock that stands still between updates: an agent reads the real one once per duty cycle, and all that it calls use the
 * same time at no cost. One agent's own.
 *
 * @source agrona/CachedEpochClock, agrona/CachedNanoClock
 */
import type { Clock } from '../platform/ports.ts';

export class CachedClock implements Clock {
  #epochMs = 0;
  #nanoTime = 0;

  epochMs(): number {
    return this.#epochMs;
  }

  nanoTime(): number {
    return this.#nanoTime;
  }

  updateEpochMs(epochMs: number): void {
    this.#epochMs = epochMs;
  }

  updateNanoTime(nanoTime: number): void {
    this.#nanoTime = nanoTime;
  }
}
