// SPDX-License-Identifier: Apache-2.0
/**
 * Lets agents rest that look after nothing. Their idle strategy parks them for a millisecond at most, a thousand times a second,
 * for the sake of streams; with no client, no stream and no end point there is only the first command to be late for. What a rest
 * of 20 ms costs is little but the awakening, and whatever runs then finds the caches cold. So most awakenings only look.
 *
 *     parks of 1 ms, a hundred  ─▶  20 ms  look  20 ms  look  20 ms  look  20 ms  look  20 ms  look  event loop  ─▶  20 ms  …
 *                                                                              └─ news ─▶  event loop  ─▶  duty cycles
 */
import { type Agent, IDLE_CONTINUE, type IdleStrategy } from '@aeron/core/internal';

/** Parks that are shorter were asked for by somebody who wants to know soon. */
const LONG_PARK_NS = 1_000_000;
/** So many long parks come first: clients often follow each other, and a start is not to be slowed down. */
export const PARKS_BEFORE_REST = 100;
/** How long the event loop of a thread whose agent rests waits for its turn, unless a single park is longer. */
const LOOKING_NS = 100_000_000;

export class DormantIdleStrategy implements IdleStrategy {
  readonly alias: string;
  readonly #strategy: IdleStrategy;
  readonly #agent: Agent;
  readonly #parkPeriodNs: number;
  /** Long parks since the agent became dormant. */
  #parks = 0;

  /** @param parkPeriodNs of a dormant agent; 0 leaves it to the strategy. */
  constructor(strategy: IdleStrategy, agent: Agent, parkPeriodNs: number) {
    this.alias = strategy.alias;
    this.#strategy = strategy;
    this.#agent = agent;
    this.#parkPeriodNs = parkPeriodNs;
  }

  /** Whether the agent rests, also while it does the little that comes up. */
  get isResting(): boolean {
    return this.#parks >= PARKS_BEFORE_REST;
  }

  /** Parks of a rest, with a look after each, until the event loop has its turn. */
  get parksPerTurn(): number {
    return Math.max(Math.floor(LOOKING_NS / this.#parkPeriodNs), 1);
  }

  idle(workCount: number): number {
    if (this.isResting) {
      return this.#goOnResting(workCount);
    }
    const answer = this.#strategy.idle(workCount);
    if (answer >= LONG_PARK_NS && answer < this.#parkPeriodNs) {
      this.#parks = this.#agent.isDormant === true ? this.#parks + 1 : 0;
    }
    return answer;
  }

  reset(): void {
    this.#strategy.reset();
  }

  /** Work, such as a timer's each second, is no reason to back off anew as long as it leaves nothing to look after. */
  #goOnResting(workCount: number): number {
    if (this.#agent.isDormant !== true) {
      this.#parks = 0;
      this.#strategy.reset();
      return this.#strategy.idle(workCount);
    }
    return workCount > 0 ? IDLE_CONTINUE : this.#parkPeriodNs;
  }
}
