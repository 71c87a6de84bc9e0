// SPDX-License-Identifier: Apache-2.0
/**
 * A clock that stands still between updates: an agent reads the real one once per duty cycle, and all that it calls use the
 * same time at no cost. One agent's own.
 *
 * @source agrona/CachedEpochClock, agrona/CachedNanoClock
 */
import type { Clock } from '../platform/ports.ts';

export class CachedClock implements Clock {
  /**
   * Undefined at first, so that the engine keeps these as the number objects that they come as. A field that only ever holds large
   * numbers is kept as bare bits, of which each reader gets a new object.
   */
  #epochMs: number | undefined = undefined;
  #nanoTime: number | undefined = undefined;

  epochMs(): number {
    return this.#epochMs ?? 0;
  }

  nanoTime(): number {
    return this.#nanoTime ?? 0;
  }

  updateEpochMs(epochMs: number): void {
    this.#epochMs = epochMs;
  }

  updateNanoTime(nanoTime: number): void {
    this.#nanoTime = nanoTime;
  }
}
