// SPDX-License-Identifier: Apache-2.0
/** What garbage collection took in this process from now on. */
import { PerformanceObserver } from 'node:perf_hooks';

export interface CollectionTimes {
  readonly gcCount: number;
  readonly gcMs: number;
  readonly gcLongestMs: number;
}

export class Collections {
  #count = 0;
  #totalMs = 0;
  #longestMs = 0;
  readonly #observer = new PerformanceObserver((list) => this.#add(list.getEntries()));

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Ends watching. */
  end(): CollectionTimes {
    this.#add(this.#observer.takeRecords());
    this.#observer.disconnect();
    return { gcCount: this.#count, gcMs: this.#totalMs, gcLongestMs: this.#longestMs };
  }

  #add(entries: readonly { readonly duration: number }[]): void {
    for (const { duration } of entries) {
      this.#count++;
      this.#totalMs += duration;
      this.#longestMs = Math.max(this.#longestMs, duration);
    }
  }
}
