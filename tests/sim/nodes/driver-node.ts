// SPDX-License-Identifier: Apache-2.0
/** A simulated driver process: started, stepped, stopped, killed, and started again in the same directory. */
import { cncFilePath, mapCncFile } from '@aeron/codecs/internal';
import { CountersReader, isAeronError } from '@aeron/core';
import type { SeededRandom, SimulatedPlatform, SimulatedWorld } from '@aeron/core/testing';
import { type DriverOptions, MediaDriver, type MediaDriverOptions } from '@aeron/driver';
import { launchInterleaved, type SteppedDriver } from '@aeron/driver/testing/interleaved-driver';
import { expectThat } from '../model/expect.ts';

const NS_PER_MS = 1e6;
/** Heartbeats and clocks are rounded; within this distance of a time-out either outcome is right. */
const TOLERANCE_MS = 300;

export type DriverState = 'absent' | 'live' | 'paused';

export interface DriverNodeOptions {
  readonly hostName: string;
  readonly directory: string;
  /** `timerIntervalMs` and `driverTimeoutMs` must be those of `settings`. */
  readonly settings: DriverOptions;
  readonly timerIntervalMs: number;
  readonly driverTimeoutMs: number;
  /** Errors that a driver may report in the course of the scenario. */
  readonly toleratedErrors: readonly RegExp[];
  /** Told of all other errors. */
  readonly onProblem: (problem: Error) => void;
  /** Has its agents take turns as threads would; else each pass is one of each, in the same order. */
  readonly interleaving?: SeededRandom | undefined;
}

export class DriverNode {
  readonly options: DriverNodeOptions;
  state: DriverState = 'absent';
  /** Counts the drivers that were started here. */
  incarnation = 0;
  /** Whether this driver was held up for so long that its clients may have given it up. */
  wasHeldUp = false;
  /** Whether it can't be told which clients it must have found silent: its ring was blocked, or clients died while it had no room. */
  isCountUncertain = false;
  /** Clients of this driver that it must find timed out. */
  expectedClientTimeouts = 0;
  lastInvokedNs = 0;
  pausedUntilNs = 0;
  readonly #world: SimulatedWorld;
  #driver: SteppedDriver | undefined;
  #platform: SimulatedPlatform | undefined;
  #counters: CountersReader | undefined;
  /** Looks into the driver's file from outside. */
  #observer: SimulatedPlatform | undefined;
  /** Virtual time at which the last driver was killed; negative when it was not. */
  #killedNs = Number.NEGATIVE_INFINITY;
  #endedNs = Number.NEGATIVE_INFINITY;
  /** Errors that may be reported, once each. */
  readonly #withdrawals = new Set<string>();

  constructor(world: SimulatedWorld, options: DriverNodeOptions) {
    this.#world = world;
    this.options = options;
  }

  get directory(): string {
    return this.options.directory;
  }

  /** A client takes back what it asked for before it was answered; if the answer is a refusal the driver knows of nothing to remove. */
  onWithdrawn(kind: 'publication' | 'subscription', registrationId: number): void {
    this.#withdrawals.add(`unknown ${kind}: ${registrationId}`);
  }

  /** Virtual time for which there has been no driver. */
  get absentNs(): number {
    return this.state === 'absent' ? this.#world.nowNs - this.#endedNs : 0;
  }

  /** Counters of the running driver. */
  get counters(): CountersReader {
    expectThat(this.#counters !== undefined, () => `no driver: directory=${this.directory}`);
    return this.#counters;
  }

  /**
   * @param isDiskFull whether there may be no room for its files.
   * @returns whether a driver runs now. One that was killed a moment ago must keep the next one out.
   */
  async start(isDiskFull = false): Promise<boolean> {
    const { hostName, driverTimeoutMs, timerIntervalMs } = this.options;
    const killedMs = (this.#world.nowNs - this.#killedNs) / NS_PER_MS;
    const platform = this.#world.platform(hostName);
    try {
      this.#driver = await this.#launch(platform);
    } catch (error) {
      platform.crash();
      const isTooEarly = isAeronError(error, 'ACTIVE_DRIVER') && killedMs <= driverTimeoutMs + TOLERANCE_MS;
      const hasNoRoom = isAeronError(error, 'STORAGE_SPACE') && isDiskFull;
      expectThat(isTooEarly || hasNoRoom, () => `driver did not start: ${error}`);
      return false;
    }
    const wasFresh = killedMs < driverTimeoutMs - timerIntervalMs - TOLERANCE_MS;
    expectThat(!wasFresh, () => `driver took over from one that was alive ${killedMs} ms ago`);
    this.#platform = platform;
    this.#observer = this.#world.platform(hostName);
    const cnc = mapCncFile(this.#observer, cncFilePath(this.directory), { access: 'read-only' });
    this.#counters = new CountersReader(cnc.countersMetadata, cnc.countersValues);
    this.state = 'live';
    this.incarnation++;
    this.wasHeldUp = false;
    this.isCountUncertain = false;
    this.expectedClientTimeouts = 0;
    this.lastInvokedNs = this.#world.nowNs;
    return true;
  }

  invoke(): number {
    if (this.state !== 'live') {
      return 0;
    }
    this.lastInvokedNs = this.#world.nowNs;
    return this.#driver?.invoke() ?? 0;
  }

  pause(durationNs: number): void {
    this.state = 'paused';
    this.pausedUntilNs = this.#world.nowNs + durationNs;
  }

  resume(): void {
    this.state = 'live';
  }

  /** In order. */
  async stop(): Promise<void> {
    await this.#driver?.close();
    this.#forget();
  }

  /** As by kill -9. */
  kill(): void {
    this.#platform?.crash();
    this.#killedNs = this.#world.nowNs;
    this.#forget();
  }

  #forget(): void {
    this.state = 'absent';
    this.#endedNs = this.#world.nowNs;
    this.#driver = undefined;
    this.#platform = undefined;
    this.#counters = undefined;
    this.#observer?.crash();
  }

  async #launch(platform: SimulatedPlatform): Promise<SteppedDriver> {
    const { interleaving } = this.options;
    if (interleaving !== undefined) {
      return launchInterleaved(this.#launchOptions(platform), interleaving);
    }
    const driver = await MediaDriver.launch(this.#launchOptions(platform));
    return { invoke: () => driver.invoker.invoke(), close: () => driver.close() };
  }

  #launchOptions(platform: SimulatedPlatform): MediaDriverOptions {
    const { settings, driverTimeoutMs, timerIntervalMs, toleratedErrors, onProblem } = this.options;
    return {
      ...settings,
      aeronDirectoryName: this.directory,
      threadingMode: 'INVOKER',
      timerIntervalNs: `${timerIntervalMs}ms`,
      driverTimeoutMs,
      platform,
      environment: {},
      notice: () => undefined,
      errorHandler: (error) => {
        // What clients asked for while it was held up may come after it has given them up.
        const isLate =
          (this.wasHeldUp || this.isCountUncertain) &&
          /^unknown (subscription|publication|counter)/.test(error.message);
        const isWithdrawn = this.#withdrawals.delete(error.message);
        if (!isLate && !isWithdrawn && !toleratedErrors.some((pattern) => pattern.test(error.message))) {
          onProblem(error);
        }
      },
    };
  }
}
