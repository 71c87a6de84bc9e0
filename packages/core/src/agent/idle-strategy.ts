// SPDX-License-Identifier: Apache-2.0
/**
 * What an agent's loop does between two duty cycles. A strategy only decides; whoever runs the agent acts, because a worker
 * thread may be parked and an event loop may not.
 *
 * @hot
 */

/** Run again at once. */
export const IDLE_CONTINUE = 0;
/** Let others run, then run again. */
export const IDLE_YIELD = -1;

/** Decides what a loop does after a duty cycle without work. */
export interface IdleStrategy {
  readonly alias: string;
  /**
   * @param workCount of the duty cycle that just ended; above 0 it ends a spell of idling.
   * @returns IDLE_CONTINUE, IDLE_YIELD, or how long to park in ns.
   */
  idle(workCount: number): number;
  /** Forgets the spell of idling. */
  reset(): void;
}

/** Answers the same whenever there was no work: noop, spin, yield and the sleeping strategies. */
export class FixedIdleStrategy implements IdleStrategy {
  readonly alias: string;
  private readonly answer: number;

  /** `answer` is what follows a cycle without work: IDLE_CONTINUE, IDLE_YIELD, or how long to park in ns. */
  constructor(alias: string, answer: number) {
    this.alias = alias;
    this.answer = answer;
  }

  idle(workCount: number): number {
    return workCount > 0 ? IDLE_CONTINUE : this.answer;
  }

  reset(): void {}
}

/** How long a backoff strategy spins, yields and parks. */
export interface BackoffLimits {
  readonly maxSpins: number;
  readonly maxYields: number;
  readonly minParkPeriodNs: number;
  readonly maxParkPeriodNs: number;
}

/** The limits that hold where a configuration gives none. */
export const DEFAULT_BACKOFF: BackoffLimits = Object.freeze({
  maxSpins: 10,
  maxYields: 20,
  minParkPeriodNs: 1_000,
  maxParkPeriodNs: 1_000_000,
});

/**
 * Spins, then yields, then parks for longer and longer.
 *
 * @source agrona/BackoffIdleStrategy
 */
export class BackoffIdleStrategy implements IdleStrategy {
  readonly alias = 'backoff';
  private readonly maxSpins: number;
  private readonly maxYields: number;
  private readonly minParkPeriodNs: number;
  private readonly maxParkPeriodNs: number;
  private idleCount = 0;
  private parkPeriodNs: number;

  /** Takes the limits as they are; `createIdleStrategy` checks those of a configuration. */
  constructor(limits: BackoffLimits = DEFAULT_BACKOFF) {
    this.maxSpins = limits.maxSpins;
    this.maxYields = limits.maxYields;
    this.minParkPeriodNs = limits.minParkPeriodNs;
    this.maxParkPeriodNs = limits.maxParkPeriodNs;
    this.parkPeriodNs = limits.minParkPeriodNs;
  }

  idle(workCount: number): number {
    if (workCount > 0) {
      this.reset();
      return IDLE_CONTINUE;
    }
    if (this.idleCount < this.maxSpins) {
      this.idleCount++;
      return IDLE_CONTINUE;
    }
    if (this.idleCount < this.maxSpins + this.maxYields) {
      this.idleCount++;
      return IDLE_YIELD;
    }
    const parkPeriodNs = this.parkPeriodNs;
    this.parkPeriodNs = Math.min(parkPeriodNs * 2, this.maxParkPeriodNs);
    return parkPeriodNs;
  }

  reset(): void {
    this.idleCount = 0;
    this.parkPeriodNs = this.minParkPeriodNs;
  }
}

/** Values of the status counter that a ControllableIdleStrategy follows. */
export const ControllableIdle = { NOT_CONTROLLED: 0, NOOP: 1, BUSY_SPIN: 2, YIELD: 3, PARK: 4 } as const;

const CONTROLLABLE_PARK_NS = 1_000;

/**
 * Does what a counter says, so that an operator can change it while the agent runs; parks unless told otherwise.
 *
 * @source agrona/ControllableIdleStrategy
 */
export class ControllableIdleStrategy implements IdleStrategy {
  readonly alias = 'controllable';
  private readonly status: { get(): number };

  /** Reads `status`, one of ControllableIdle, after each cycle without work. */
  constructor(status: { get(): number }) {
    this.status = status;
  }

  idle(workCount: number): number {
    if (workCount > 0) {
      return IDLE_CONTINUE;
    }
    const status = this.status.get();
    if (status === ControllableIdle.NOOP || status === ControllableIdle.BUSY_SPIN) {
      return IDLE_CONTINUE;
    }
    return status === ControllableIdle.YIELD ? IDLE_YIELD : CONTROLLABLE_PARK_NS;
  }

  reset(): void {}
}
