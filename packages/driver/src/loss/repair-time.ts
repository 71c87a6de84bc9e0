// SPDX-License-Identifier: Apache-2.0
/**
 * How long it takes on this path until what was asked for is there, so that nothing is asked for again while it may still be under
 * way. Smoothed as the retransmission timer of TCP (RFC 6298): the mean and four times the mean deviation. A range that was asked
 * for again because its time was over does not tell which of the resends came (Karn), so it only lengthens what is expected until one
 * tells. One that came much sooner than others had rather been overtaken than lost, and counts for less.
 */

/** As long as nothing was measured: for so long a sender of the reference ignores NAKs for what it has just sent again. */
export const UNMEASURED_REPAIR_NS = 10_000_000;
/** Nothing is waited for longer, whatever was measured. */
export const MAX_REPAIR_NS = 1_000_000_000;

/** Repairs that are measured before anything is concluded: the longest of them is taken for the mean. */
const FIRST_REPAIRS = 8;
/** So many gaps must be repaired in a row, none of which was overtaken, before frames are taken to come in order. */
const REORDERING_MEMORY = 64;

const MEAN_GAIN = 1 / 8;
const EARLY_GAIN = 1 / 32;
const DEVIATION_GAIN = 1 / 4;
const DEVIATIONS = 4;

/** Indexes of numbers that change all the time: as fields each would be a new object. */
const ESTIMATE = 0;
const MEAN = 1;
const DEVIATION = 2;
const LONGEST = 3;

export class RepairTime {
  readonly #minNs: number;
  readonly #times = new Float64Array(4);
  #earlyCount = 0;
  #overtakenCountdown = REORDERING_MEMORY;

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

  /** What comes sooner was not sent again: it was under way already. */
  get shortestNs(): number {
    return (this.#times[MEAN] as number) / 4;
  }

  /**
   * How long a frame may be overtaken by others before it is taken for lost: as much of the time as in TCP (RFC 8985), and as there
   * nothing while frames come in order.
   */
  get reorderingNs(): number {
    return this.#overtakenCountdown > 0 ? Math.min(this.estimateNs / 4, UNMEASURED_REPAIR_NS) : 0;
  }

  /** A gap has closed by itself. */
  onOvertaken(): void {
    this.#overtakenCountdown = REORDERING_MEMORY;
    this.#earlyCount = FIRST_REPAIRS; // an early repair may be no repair
  }

  /** @param elapsedNs since the range was asked for; only where it can't have been an earlier NAK that brought it. */
  onRepair(elapsedNs: number): void {
    const times = this.#times;
    const meanNs = times[MEAN] as number;
    const deviationNs = times[DEVIATION] as number;
    if (elapsedNs < meanNs / 8 && this.#earlyCount === FIRST_REPAIRS) {
      this.onOvertaken();
    } else if (this.#overtakenCountdown > 0) {
      this.#overtakenCountdown--;
    }
    if (elapsedNs >= meanNs / 2) {
      this.#earlyCount = FIRST_REPAIRS;
      times[MEAN] = meanNs + (elapsedNs - meanNs) * MEAN_GAIN;
      times[DEVIATION] = deviationNs + (Math.abs(elapsedNs - meanNs) - deviationNs) * DEVIATION_GAIN;
    } else if (this.#earlyCount < FIRST_REPAIRS) {
      this.#onFirstRepair(elapsedNs);
    } else {
      times[MEAN] = meanNs + (elapsedNs - meanNs) * EARLY_GAIN;
    }
    this.#expect((times[MEAN] as number) + DEVIATIONS * (times[DEVIATION] as number));
  }

  /**
   * What was asked for again because time was over is there: nobody knows by which of the NAKs, but none took longer than since the first.
   * Without that bound a path that loses many NAKs would be waited for ever longer.
   *
   * @param elapsedNs since the range was asked for first.
   */
  onLateRepair(elapsedNs: number): void {
    const { estimateNs } = this;
    this.#expect(Math.max(estimateNs, Math.min(2 * estimateNs, elapsedNs)));
  }

  /** All that is known is that the path is shorter than was assumed. */
  #onFirstRepair(elapsedNs: number): void {
    const times = this.#times;
    times[LONGEST] = Math.max(times[LONGEST] as number, elapsedNs);
    this.#earlyCount++;
    if (this.#earlyCount === FIRST_REPAIRS) {
      times[MEAN] = times[LONGEST];
      times[DEVIATION] = times[LONGEST] / 2;
    }
  }

  #expect(repairNs: number): void {
    this.#times[ESTIMATE] = Math.max(this.#minNs, Math.min(repairNs, MAX_REPAIR_NS));
  }
}
