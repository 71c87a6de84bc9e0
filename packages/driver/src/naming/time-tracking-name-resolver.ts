// SPDX-License-Identifier: Apache-2.0
/** Measures how long look-ups take, for the system counters of the name resolver. Native-resource agent. */
import type { Clock } from '@aeron/core/internal';
import type {
  NameParameter,
  NameResolution,
  NameResolver,
  NameResolverAgent,
  ResolvedAddress,
} from './name-resolver.ts';

/** Shows the longest look-up, and how many were too long. */
export interface LookupTimes {
  reportMeasurement(durationNs: number): void;
}

/** @source aeron-driver/TimeTrackingNameResolver */
export class TimeTrackingNameResolver implements NameResolverAgent {
  readonly name: string;
  readonly #delegate: NameResolver & Partial<NameResolverAgent>;
  readonly #clock: Clock;
  readonly #times: LookupTimes;

  /** @param delegate is polled and closed with this one, where it has work of its own. */
  constructor(delegate: NameResolver & Partial<NameResolverAgent>, clock: Clock, times: LookupTimes) {
    this.name = delegate.name;
    this.#delegate = delegate;
    this.#clock = clock;
    this.#times = times;
  }

  lookup(name: string, parameter: NameParameter, isReLookup: boolean): string {
    const startNs = this.#clock.nanoTime();
    try {
      return this.#delegate.lookup(name, parameter, isReLookup);
    } finally {
      this.#times.reportMeasurement(this.#clock.nanoTime() - startNs);
    }
  }

  /** The time runs until somebody sees the answer, which is what a client waits for. */
  resolve(host: string, parameter: NameParameter, isReResolution: boolean): NameResolution {
    const startNs = this.#clock.nanoTime();
    const resolution = this.#delegate.resolve(host, parameter, isReResolution);
    let result: 'pending' | ResolvedAddress | undefined = 'pending';
    return {
      poll: () => {
        if (result === 'pending') {
          result = resolution.poll();
          if (result !== 'pending') {
            this.#times.reportMeasurement(this.#clock.nanoTime() - startNs);
          }
        }
        return result;
      },
    };
  }

  doWork(): number {
    return this.#delegate.doWork?.() ?? 0;
  }

  close(): void {
    this.#delegate.close?.();
  }
}
