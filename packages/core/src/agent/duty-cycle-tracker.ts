// SPDX-License-Identifier: Apache-2.0
/**
 * Measures how long the duty cycles of one agent take, and shows stalls in counters.
 *
 * @hot
 */
import type { AtomicCounter } from '../counters/atomic-counter.ts';

export interface StallCounters {
  /** The longest cycle, in ns. */
  readonly maxCycleTime: AtomicCounter;
  /** How many took longer than the threshold. */
  readonly cycleTimeThresholdExceededCount: AtomicCounter;
  readonly cycleTimeThresholdNs: number;
}

/** @source aeron-driver/DutyCycleTracker, aeron-driver/DutyCycleStallTracker */
export class DutyCycleTracker {
  private readonly stalls: StallCounters | undefined;
  private timeOfLastUpdateNs: number;

  /** @param stalls where to show what was measured; without it nothing is shown. */
  constructor(stalls?: StallCounters) {
    this.stalls = stalls;
    this.timeOfLastUpdateNs = 0;
  }

  /** Starts measuring from here. */
  update(nowNs: number): void {
    this.timeOfLastUpdateNs = nowNs;
  }

  /** Ends one cycle and starts the next. */
  measureAndUpdate(nowNs: number): void {
    const durationNs = nowNs - this.timeOfLastUpdateNs;
    this.timeOfLastUpdateNs = nowNs;
    this.reportMeasurement(durationNs);
  }

  reportMeasurement(durationNs: number): void {
    const stalls = this.stalls;
    if (stalls === undefined || stalls.maxCycleTime.isClosed) {
      return;
    }
    stalls.maxCycleTime.proposeMaxRelease(durationNs);
    if (durationNs > stalls.cycleTimeThresholdNs) {
      stalls.cycleTimeThresholdExceededCount.incrementRelease();
    }
  }
}
