// SPDX-License-Identifier: Apache-2.0
/**
 * Carries out what an idle strategy decides inside an event loop that belongs to somebody else: rounds may follow each other
 * at once only for so long, then other work of the loop has its turn, whatever the strategy says.
 */
import { BackoffIdleStrategy, type Clock, type IdleStrategy, type Scheduler } from '@aeron/core/internal';

const NS_PER_MS = 1_000_000;
/** How long rounds that find work may follow each other. */
const TURN_BUDGET_NS = 1_000_000;
/** Reading the clock costs as much as a short poll, so it is read once per so much work. */
const WORK_PER_CLOCK_READ = 16;
/** Bounds strategies that never yield, such as busy spinning. */
const MAX_IDLE_ROUNDS = 64;

/**
 * By default: look again a few times at once, then once per turn of the loop, for about as long as a timer would take, then
 * once per millisecond. Reacts within microseconds while messages flow and costs next to nothing when they do not.
 */
const DEFAULT_LIMITS = {
  maxSpins: 10,
  maxYields: 1_000,
  minParkPeriodNs: NS_PER_MS,
  maxParkPeriodNs: NS_PER_MS,
} as const;

export interface PaceOptions {
  /** {@link DEFAULT_LIMITS} when left out. */
  readonly idleStrategy?: IdleStrategy | undefined;
  /** Whether the process stays while a callback is to come. Default true. */
  readonly keepAlive?: boolean | undefined;
}

export class EventLoopPace {
  readonly #scheduler: Scheduler;
  readonly #clock: Clock;
  readonly #strategy: IdleStrategy;
  readonly #keepAlive: boolean;
  #handle: unknown;
  #callback: (() => void) | undefined;
  readonly #onTurn = (): void => this.#beginTurn();
  #idleRounds = 0;
  #workCount = 0;
  #turnStartNs: number;
  #isTurnOver = false;

  constructor(scheduler: Scheduler, clock: Clock, options: PaceOptions = {}) {
    this.#scheduler = scheduler;
    this.#clock = clock;
    this.#strategy = options.idleStrategy ?? new BackoffIdleStrategy(DEFAULT_LIMITS);
    this.#keepAlive = options.keepAlive ?? true;
    this.#turnStartNs = clock.nanoTime();
  }

  /** Whether other work of the loop should come before the next round. */
  get isTurnOver(): boolean {
    return this.#isTurnOver;
  }

  /** Whether a callback is to come. */
  get isScheduled(): boolean {
    return this.#handle !== undefined;
  }

  /** Notes a round that found work. */
  worked(workCount: number): void {
    this.#strategy.idle(workCount);
    this.#idleRounds = 0;
    this.#workCount += workCount;
    if (this.#workCount >= WORK_PER_CLOCK_READ) {
      this.#workCount = 0;
      this.#isTurnOver = this.#clock.nanoTime() - this.#turnStartNs >= TURN_BUDGET_NS;
    }
  }

  /**
   * Decides what follows a round that found nothing.
   *
   * @returns true: look again now. false: `callback` comes when it is time, unless `cancel` comes first.
   */
  idled(callback: () => void): boolean {
    const parkNs = this.#strategy.idle(0);
    if (parkNs === 0 && ++this.#idleRounds < MAX_IDLE_ROUNDS) {
      return true;
    }
    this.#schedule(parkNs, callback);
    return false;
  }

  /** Calls `callback` in the next turn of the loop, unless `cancel` comes first. */
  yieldTurn(callback: () => void): void {
    this.#schedule(0, callback);
  }

  cancel(): void {
    if (this.#handle !== undefined) {
      this.#scheduler.cancel(this.#handle);
      this.#handle = undefined;
      this.#callback = undefined;
    }
  }

  #schedule(parkNs: number, callback: () => void): void {
    this.cancel();
    this.#callback = callback;
    this.#handle =
      parkNs > 0
        ? this.#scheduler.after(Math.max(1, Math.round(parkNs / NS_PER_MS)), this.#onTurn, this.#keepAlive)
        : this.#scheduler.soon(this.#onTurn, this.#keepAlive);
  }

  #beginTurn(): void {
    const callback = this.#callback;
    this.#handle = undefined;
    this.#callback = undefined;
    this.#idleRounds = 0;
    this.#workCount = 0;
    this.#isTurnOver = false;
    this.#turnStartNs = this.#clock.nanoTime();
    callback?.();
  }
}
