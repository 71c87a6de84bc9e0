// SPDX-License-Identifier: Apache-2.0
/** Measures how long look-ups take, for the system counters of the name resolver. Native-resource agent. */
import type { Clock } from '@aeron/core/internal';
import { type DriverEvents, NO_DRIVER_EVENTS } from '../events/driver-events.ts';
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
  readonly #events: DriverEvents;

  /** @param delegate is polled and closed with this one, where it has work of its own. */
  constructor(
    delegate: NameResolver & Partial<NameResolverAgent>,
    clock: Clock,
    times: LookupTimes,
    events: DriverEvents = NO_DRIVER_EVENTS,
  ) {
    this.#events = events;
    this.name = delegate.name;
    this.#delegate = delegate;
    this.#clock = clock;
    this.#times = times;
  }

  lookup(name: string, parameter: NameParameter, isReLookup: boolean): string {
    const startNs = this.#clock.nanoTime();
    let resolvedName: string | null = null;
    try {
      resolvedName = this.#delegate.lookup(name, parameter, isReLookup);
      return resolvedName;
    } finally {
      const durationNs = this.#clock.nanoTime() - startNs;
      this.#times.reportMeasurement(durationNs);
      if (this.#events.isOn.NAME_RESOLUTION_LOOKUP) {
        const resolverName = this.name;
        this.#events.log('NAME_RESOLUTION_LOOKUP', { resolverName, durationNs, name, isReLookup, resolvedName });
      }
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
            this.#onResolved(host, this.#clock.nanoTime() - startNs, isReResolution, result);
          }
        }
        return result;
      },
    };
  }

  get hasOwnWork(): boolean {
    return this.#delegate.doWork !== undefined;
  }

  doWork(): number {
    this.#events.refresh();
    return this.#delegate.doWork?.() ?? 0;
  }

  #onResolved(name: string, durationNs: number, isReResolution: boolean, result: ResolvedAddress | undefined): void {
    this.#times.reportMeasurement(durationNs);
    if (this.#events.isOn.NAME_RESOLUTION_RESOLVE) {
      const address = result?.address ?? null;
      const resolverName = this.name;
      this.#events.log('NAME_RESOLUTION_RESOLVE', { resolverName, durationNs, name, isReResolution, address });
    }
  }

  close(): void {
    this.#delegate.close?.();
  }
}
