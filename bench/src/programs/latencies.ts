// SPDX-License-Identifier: Apache-2.0
/** Round trips, one by one. */

const NS_PER_MS = 1e6;
const PERCENTILES = [50, 99, 99.9] as const;

export class Latencies {
  readonly #samplesNs: Float64Array;
  #count = 0;

  constructor(capacity: number) {
    this.#samplesNs = new Float64Array(capacity);
  }

  get isFull(): boolean {
    return this.#count === this.#samplesNs.length;
  }

  addMs(ms: number): void {
    this.#samplesNs[this.#count++] = ms * NS_PER_MS;
  }

  /** @returns p50, p99, p99.9 and max in ns. */
  percentiles(): Readonly<Record<string, number>> {
    const sorted = this.#samplesNs.slice(0, this.#count).sort();
    const at = (percentile: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percentile) / 100))] ?? Number.NaN;
    return {
      ...Object.fromEntries(PERCENTILES.map((percentile) => [`p${percentile}`, at(percentile)])),
      max: sorted.at(-1) ?? Number.NaN,
      count: this.#count,
    };
  }
}
