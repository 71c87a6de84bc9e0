// SPDX-License-Identifier: Apache-2.0
/** The values that were measured, by implementation and metric. */

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export class Samples {
  readonly #values = new Map<string, Map<string, number[]>>();

  add(implementation: string, values: Readonly<Record<string, number>>): void {
    const byMetric = this.#values.get(implementation) ?? new Map<string, number[]>();
    this.#values.set(implementation, byMetric);
    for (const [id, value] of Object.entries(values)) {
      byMetric.set(id, [...(byMetric.get(id) ?? []), value]);
    }
  }

  /** @returns undefined where nothing was measured. */
  summary(implementation: string, id: string): Summary | undefined {
    const sorted = (this.#values.get(implementation)?.get(id) ?? []).filter(Number.isFinite).sort((a, b) => a - b);
    const [min] = sorted;
    const max = sorted.at(-1);
    const upper = sorted[Math.floor(sorted.length / 2)];
    const lower = sorted[Math.floor((sorted.length - 1) / 2)];
    if (min === undefined || max === undefined || upper === undefined || lower === undefined) {
      return undefined;
    }
    return { median: (lower + upper) / 2, min, max };
  }

  toJSON(): Record<string, Record<string, number[]>> {
    return Object.fromEntries([...this.#values].map(([name, byMetric]) => [name, Object.fromEntries(byMetric)]));
  }
}
