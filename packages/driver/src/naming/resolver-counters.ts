// SPDX-License-Identifier: Apache-2.0
/**
 * The counters of the name resolver. They are allocated before the agents start, by whoever owns the counters; from then on the
 * native-resource agent alone writes their values and labels, in whichever thread it runs.
 */
import { DRIVER_COUNTERS, formatAddressAndPort, SystemCounterId } from '@aeron/codecs/internal';
import { AtomicCounter, type CountersManager, type SocketAddress } from '@aeron/core/internal';
import { nameResolverKind } from '../config/network-rules.ts';
import { type CsvRow, parseCsvTable } from './csv-name-resolver.ts';
import type { ResolverStatus } from './driver-name-resolver.ts';

/** Ids of the counters that a resolver has, as plain data. */
export type ResolverCounterIds =
  | { readonly kind: 'default' }
  | {
      readonly kind: 'driver';
      readonly neighborsId: number;
      readonly cacheEntriesId: number;
      readonly bootstrapIds: readonly number[];
    }
  /** One per row of the table. */
  | { readonly kind: 'csv_table'; readonly toggleIds: readonly number[] };

/** The settings that decide which counters there are. */
export interface ResolverCounterConfig {
  readonly nameResolverSupplier: 'default' | 'driver' | 'csv_table';
  readonly nameResolverInitArgs: string | undefined;
  readonly resolverName: string | undefined;
  readonly resolverInterface: string | undefined;
  readonly resolverBootstrapNeighbor: readonly string[];
}

/** One for each row of the table of the resolver `csv_table`. @source aeron-driver/CsvTableNameResolver */
export const NAME_ENTRY_COUNTER = {
  typeId: 2001,
  label: 'NameEntry',
  key: 'int32 length, name',
  doc: 'A row of the table of names: 0 as given, 1 as given for re-resolution, -1 does not resolve. Set it to switch.',
} as const;

/**
 * @throws AeronError INSUFFICIENT_CAPACITY when all counters are in use; CONFIGURATION for a malformed table.
 * @source aeron-driver/DriverNameResolver
 */
export function allocateResolverCounters(counters: CountersManager, config: ResolverCounterConfig): ResolverCounterIds {
  const { RESOLVER_NEIGHBORS, RESOLVER_CACHE_ENTRIES, RESOLVER_BOOTSTRAP_NEIGHBOR } = DRIVER_COUNTERS;
  const kind = nameResolverKind(config);
  switch (kind) {
    case 'default':
      return { kind };
    case 'driver':
      return {
        kind,
        neighborsId: counters.allocate(`${RESOLVER_NEIGHBORS.label}: bound `, RESOLVER_NEIGHBORS.typeId),
        cacheEntriesId: counters.allocate(
          `${RESOLVER_CACHE_ENTRIES.label}: name=${config.resolverName ?? ''}`,
          RESOLVER_CACHE_ENTRIES.typeId,
        ),
        bootstrapIds: config.resolverBootstrapNeighbor.map((neighbor, index) =>
          counters.allocate(bootstrapLabel(neighbor, undefined), RESOLVER_BOOTSTRAP_NEIGHBOR.typeId, (key) =>
            key.putInt32(0, index),
          ),
        ),
      };
    case 'csv_table':
      return {
        kind,
        toggleIds: parseCsvTable(config.nameResolverInitArgs ?? '').map((row) =>
          counters.allocate(csvLabel(row), NAME_ENTRY_COUNTER.typeId, (key) => {
            const name = row.name.slice(0, key.capacity - 4);
            key.putInt32(0, name.length);
            key.putAscii(4, name);
          }),
        ),
      };
  }
}

/** Where the counters live: those who only change labels and values need no more of a manager than this. */
export type CounterMemory = Pick<CountersManager, 'valuesBuffer' | 'setCounterLabel'>;

/** Shows a gossiping resolver in its counters. */
export class ResolverCounters implements ResolverStatus {
  readonly #memory: CounterMemory;
  readonly #neighborTexts: readonly string[];
  readonly #neighbors: AtomicCounter;
  readonly #cacheEntries: AtomicCounter;
  readonly #bootstrap: readonly AtomicCounter[];
  readonly #invalidPackets: AtomicCounter;
  readonly #shortSends: AtomicCounter;

  /** @param neighborTexts bootstrap neighbours, as configured. */
  constructor(
    memory: CounterMemory,
    ids: Extract<ResolverCounterIds, { readonly kind: 'driver' }>,
    neighborTexts: readonly string[],
  ) {
    const counter = (id: number): AtomicCounter => new AtomicCounter(memory.valuesBuffer, id);
    this.#memory = memory;
    this.#neighborTexts = neighborTexts;
    this.#neighbors = counter(ids.neighborsId);
    this.#cacheEntries = counter(ids.cacheEntriesId);
    this.#bootstrap = ids.bootstrapIds.map(counter);
    this.#invalidPackets = counter(SystemCounterId.INVALID_PACKETS);
    this.#shortSends = counter(SystemCounterId.SHORT_SENDS);
  }

  onBound(address: SocketAddress): void {
    const { label } = DRIVER_COUNTERS.RESOLVER_NEIGHBORS;
    this.#memory.setCounterLabel(this.#neighbors.id, `${label}: bound ${addressText(address)}`);
  }

  onNeighborCount(count: number): void {
    setIfChanged(this.#neighbors, count);
  }

  onCacheEntryCount(count: number): void {
    setIfChanged(this.#cacheEntries, count);
  }

  onBootstrapAddress(index: number, address: SocketAddress | undefined): void {
    const counter = this.#bootstrap[index];
    if (counter !== undefined) {
      this.#memory.setCounterLabel(counter.id, bootstrapLabel(this.#neighborTexts[index] ?? '', address));
    }
  }

  onBootstrapConnected(index: number, isConnected: boolean): void {
    this.#bootstrap[index]?.set(isConnected ? 1 : 0);
  }

  onInvalidPacket(): void {
    this.#invalidPackets.increment(); // other agents count here too
  }

  onShortSend(): void {
    this.#shortSends.increment(); // other agents count here too
  }
}

function setIfChanged(counter: AtomicCounter, value: number): void {
  if (counter.getPlain() !== value) {
    counter.set(value);
  }
}

function bootstrapLabel(neighbor: string, address: SocketAddress | undefined): string {
  const resolved = address === undefined ? '' : addressText(address);
  return `${DRIVER_COUNTERS.RESOLVER_BOOTSTRAP_NEIGHBOR.label}: name=${neighbor} resolved=${resolved}`;
}

function csvLabel({ name, initialHost, reResolutionHost }: CsvRow): string {
  return `${NAME_ENTRY_COUNTER.label}{name='${name}', initialResolutionHost='${initialHost}', reResolutionHost='${reResolutionHost}'}`;
}

function addressText({ address, port }: SocketAddress): string {
  return formatAddressAndPort(address, port);
}
