// SPDX-License-Identifier: Apache-2.0
/**
 * How long it takes on this path until what was asked for is there, so that nothing is asked for again while it may still be under
 * way. Smoothed as the retransmission timer of TCP (RFC 6298): the mean and four times the mean deviation. A range that was asked
 * for more than once does not tell which of the resends came (Karn), so it only lengthens what is expected until one tells. One that
 * came much sooner than others had rather been overtaken than lost, and counts for less.
 */

/** As long as nothing was measured: for so long a sender of the reference ignores NAKs for what it has just sent again. */
export const UNMEASURED_REPAIR_NS = 10_000_000;
/** Nothing is waited for longer, whatever was measured. */
export const MAX_REPAIR_NS = 1_000_000_000;

const MEAN_GAIN = 1 / 8;
const EARLY_GAIN = 1 / 32;
const DEVIATION_GAIN = 1 / 4;
const DEVIATIONS = 4;

/** Indexes of numbers that change all the time: as fields each would be a new object. */
const ESTIMATE = 0;
const MEAN = 1;
const DEVIATION = 2;

export class RepairTime {
  readonly #minNs: number;
  readonly #times = new Float64Array(3);

  /** @param minNs what the estimate never falls below. */
  constructor(minNs: number) {
    this.#minNs = minNs;
    this.#times[MEAN] = UNMEASURED_REPAIR_NS;
    this.#times[ESTIMATE] = Math.max(minNs, UNMEASURED_REPAIR_NS);
  }

  /** The time that a repair takes hardly longer than. */
  get estimateNs(): number {
    return this.#times[ESTIMATE] as number;
  }

  /** How long a frame may be overtaken by others before it is taken for lost: as much of the time as in TCP (RFC 8985). */
  get reorderingNs(): number {
    return Math.min(this.estimateNs / 4, UNMEASURED_REPAIR_NS);
  }

  /** @param elapsedNs since the range was asked for first. */
  onRepair(elapsedNs: number, nakCount: number): void {
    const times = this.#times;
    const meanNs = times[MEAN] as number;
    const deviationNs = times[DEVIATION] as number;
    if (nakCount > 1) {
      this.#expect(this.estimateNs * 2);
      return;
    } else if (elapsedNs < meanNs / 2) {
      times[MEAN] = meanNs + (elapsedNs - meanNs) * EARLY_GAIN;
    } else {
      times[MEAN] = meanNs + (elapsedNs - meanNs) * MEAN_GAIN;
      times[DEVIATION] = deviationNs + (Math.abs(elapsedNs - meanNs) - deviationNs) * DEVIATION_GAIN;
    }
    this.#expect((times[MEAN] as number) + DEVIATIONS * (times[DEVIATION] as number));
  }

  #expect(repairNs: number): void {
    this.#times[ESTIMATE] = Math.max(this.#minNs, Math.min(repairNs, MAX_REPAIR_NS));
  }
}
