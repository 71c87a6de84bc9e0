// SPDX-License-Identifier: Apache-2.0
/**
 * How readers in an event loop wait when there is nothing to read: look again a few times at once, then once per turn of the
 * loop, then once per millisecond. Reacts within microseconds while messages flow and costs next to nothing when they do not.
 */
import type { IdleStrategy } from '@aeron/core/internal';

const AT_ONCE = 0;
const NEXT_TURN = -1;
/** The shortest timer of an event loop. */
const PARK_NS = 1_000_000;
const MAX_SPINS = 10;
/** At a million turns a second, about what a timer would take. */
const MAX_TURNS = 1_000;

export class AdaptiveIdleStrategy implements IdleStrategy {
  readonly alias = 'adaptive';
  #idleCount = 0;

  /** @returns 0 to look again at once, -1 in the next turn of the loop, or ns to wait. */
  idle(workCount: number): number {
    if (workCount > 0) {
      this.#idleCount = 0;
      return AT_ONCE;
    }
    if (this.#idleCount < MAX_SPINS) {
      this.#idleCount++;
      return AT_ONCE;
    }
    if (this.#idleCount < MAX_SPINS + MAX_TURNS) {
      this.#idleCount++;
      return NEXT_TURN;
    }
    return PARK_NS;
  }

  reset(): void {
    this.#idleCount = 0;
  }
}
