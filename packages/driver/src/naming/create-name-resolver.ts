// SPDX-License-Identifier: Apache-2.0
/** Makes the name resolver that the settings ask for. Runs in the thread of the native-resource agent, which polls it. */
import { SystemCounterId } from '@aeron/codecs/internal';
import {
  AtomicCounter,
  type Clock,
  type Datagrams,
  DutyCycleTracker,
  type ErrorHandler,
  type Names,
} from '@aeron/core/internal';
import type { DriverEvents } from '../events/driver-events.ts';
import { CsvNameResolver, parseCsvTable } from './csv-name-resolver.ts';
import { DefaultNameResolver } from './default-name-resolver.ts';
import { DriverNameResolver, type DriverNameResolverConfig } from './driver-name-resolver.ts';
import type { NameResolver, NameResolverAgent } from './name-resolver.ts';
import {
  type CounterMemory,
  type ResolverCounterConfig,
  type ResolverCounterIds,
  ResolverCounters,
} from './resolver-counters.ts';
import { TimeTrackingNameResolver } from './time-tracking-name-resolver.ts';

/** The settings of name resolution; times in ns, lengths in bytes. */
export interface NameResolverConfig
  extends ResolverCounterConfig,
    Omit<DriverNameResolverConfig, 'resolverName' | 'resolverInterface'> {
  /** A look-up that takes longer is counted. */
  readonly nameResolverThresholdNs: number;
}

export interface NameResolverPorts {
  readonly clock: Clock;
  readonly names: Names;
  readonly datagrams: Datagrams;
  readonly counters: CounterMemory;
  readonly events?: DriverEvents;
  readonly onError: ErrorHandler;
}

/** Makes a resolver over one that asks the operating system. For embedders that resolve names in their own way. */
export type NameResolverSupplier = (hosts: NameResolver) => NameResolver & Partial<NameResolverAgent>;

/**
 * @param counterIds of `allocateResolverCounters` with the same settings.
 * @param supplier takes the place of what the settings ask for.
 * @throws ControlProtocolError INVALID_CHANNEL for a malformed interface; ConfigurationError for a malformed table.
 */
export function createNameResolver(
  config: NameResolverConfig,
  counterIds: ResolverCounterIds,
  ports: NameResolverPorts,
  supplier?: NameResolverSupplier,
): NameResolverAgent {
  const { counters, clock } = ports;
  const hosts = new DefaultNameResolver(ports);
  const counter = (id: number): AtomicCounter => new AtomicCounter(counters.valuesBuffer, id);
  const times = new DutyCycleTracker({
    maxCycleTime: counter(SystemCounterId.NAME_RESOLVER_MAX_TIME),
    cycleTimeThresholdExceededCount: counter(SystemCounterId.NAME_RESOLVER_TIME_THRESHOLD_EXCEEDED),
    cycleTimeThresholdNs: config.nameResolverThresholdNs,
  });
  const resolver = supplier === undefined ? resolverOf(config, counterIds, ports, hosts) : supplier(hosts);
  return new TimeTrackingNameResolver(resolver, clock, times, ports.events);
}

function resolverOf(
  config: NameResolverConfig,
  counterIds: ResolverCounterIds,
  ports: NameResolverPorts,
  hosts: NameResolver,
): NameResolver & Partial<NameResolverAgent> {
  const { counters } = ports;
  switch (counterIds.kind) {
    case 'default':
      return hosts;
    case 'driver': {
      const { resolverName = '', resolverInterface = '', resolverBootstrapNeighbor } = config;
      const status = new ResolverCounters(counters, counterIds, resolverBootstrapNeighbor);
      return new DriverNameResolver(
        { ...config, resolverName, resolverInterface },
        { ...ports, delegate: hosts, status },
      );
    }
    case 'csv_table': {
      const rows = parseCsvTable(config.nameResolverInitArgs ?? '').map((row, index) => ({
        ...row,
        toggle: new AtomicCounter(counters.valuesBuffer, counterIds.toggleIds[index] ?? -1),
      }));
      return new CsvNameResolver(rows, hosts);
    }
  }
}
