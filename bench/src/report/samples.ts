// SPDX-License-Identifier: Apache-2.0
/** The values that were measured, by column (who, and which variant) and metric; and what failed. */

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** As in a file of results. */
export interface SamplesData {
  readonly values: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  readonly failures: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export class Samples {
  readonly #values = new Map<string, Map<string, readonly number[]>>();
  readonly #failures = new Map<string, Map<string, string>>();

  static from({ values, failures }: SamplesData): Samples {
    const samples = new Samples();
    for (const [column, byMetric] of Object.entries(values)) {
      samples.#values.set(column, new Map(Object.entries(byMetric)));
    }
    for (const [column, byMetric] of Object.entries(failures)) {
      samples.#failures.set(column, new Map(Object.entries(byMetric)));
    }
    return samples;
  }

  add(column: string, values: Readonly<Record<string, number>>): void {
    const byMetric = entry(this.#values, column);
    for (const [id, value] of Object.entries(values)) {
      byMetric.set(id, [...(byMetric.get(id) ?? []), value]);
    }
  }

  fail(column: string, ids: readonly string[], reason: string): void {
    for (const id of ids) {
      entry(this.#failures, column).set(id, reason);
    }
  }

  /** @returns why it failed, at least once, or undefined. */
  failure(column: string, id: string): string | undefined {
    return this.#failures.get(column)?.get(id);
  }

  get hasFailures(): boolean {
    return [...this.#failures.values()].some((byMetric) => byMetric.size > 0);
  }

  /** @returns undefined where nothing was measured. */
  summary(column: string, id: string): Summary | undefined {
    const values = this.#values.get(column)?.get(id) ?? [];
    const finite = values.filter(Number.isFinite);
    return finite.length === 0
      ? undefined
      : { median: median(finite), min: Math.min(...finite), max: Math.max(...finite) };
  }

  /** Takes what `other` measured or failed to measure in place of what stood here for the same metric. */
  replaceWith(other: Samples): void {
    for (const [column, byMetric] of other.#values) {
      for (const [id, values] of byMetric) {
        entry(this.#values, column).set(id, values);
        this.#failures.get(column)?.delete(id);
      }
    }
    for (const [column, byMetric] of other.#failures) {
      for (const [id, reason] of byMetric) {
        entry(this.#failures, column).set(id, reason);
      }
    }
  }

  /** Adds what `other` measured and failed to measure, as a further round. @returns this. */
  append(other: Samples): this {
    for (const [column, byMetric] of other.#values) {
      for (const [id, values] of byMetric) {
        const own = entry(this.#values, column);
        own.set(id, [...(own.get(id) ?? []), ...values]);
      }
    }
    for (const [column, byMetric] of other.#failures) {
      for (const [id, reason] of byMetric) {
        this.fail(column, [id], reason);
      }
    }
    return this;
  }

  toJSON(): SamplesData {
    return { values: plain(this.#values), failures: plain(this.#failures) };
  }
}

/** @param values at least one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

function entry<T>(map: Map<string, Map<string, T>>, key: string): Map<string, T> {
  const found = map.get(key) ?? new Map<string, T>();
  map.set(key, found);
  return found;
}

function plain<T>(map: ReadonlyMap<string, ReadonlyMap<string, T>>): Record<string, Record<string, T>> {
  return Object.fromEntries([...map].map(([key, inner]) => [key, Object.fromEntries(inner)]));
}
