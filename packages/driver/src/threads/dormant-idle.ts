// SPDX-License-Identifier: Apache-2.0
/**
 * Lets agents rest that look after nothing. Their idle strategy parks them for a millisecond at most, a thousand times a second,
 * for the sake of streams; with no client, no stream and no end point there is only the first command to be late for.
 */
import type { Agent, IdleStrategy } from '@aeron/core/internal';

/** Parks that are shorter were asked for by somebody who wants to know soon. */
const LONG_PARK_NS = 1_000_000;
/** So many long parks come first: clients often follow each other, and a start is not to be slowed down. */
export const PARKS_BEFORE_REST = 100;

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

  idle(workCount: number): number {
    const answer = this.#strategy.idle(workCount);
    return answer < LONG_PARK_NS || answer >= this.#parkPeriodNs ? answer : this.#rest(answer);
  }

  reset(): void {
    this.#strategy.reset();
  }

  #rest(answer: number): number {
    if (this.#agent.isDormant !== true) {
      this.#parks = 0;
      return answer;
    }
    if (this.#parks < PARKS_BEFORE_REST) {
      this.#parks++;
      return answer;
    }
    return this.#parkPeriodNs;
  }
}
