// SPDX-License-Identifier: Apache-2.0
/** Drivers' name resolvers on hosts of a simulated world, each with real counters. For tests. */
import { AtomicBuffer, CountersManager } from '@aeron/core/internal';
import type { SimulatedPlatform, SimulatedWorld } from '@aeron/core/testing';
import { createNameResolver, type NameResolverConfig } from '../naming/create-name-resolver.ts';
import type { NameResolverAgent } from '../naming/name-resolver.ts';
import { allocateResolverCounters, type ResolverCounterIds } from '../naming/resolver-counters.ts';
import { SystemCounters } from '../status/system-counters.ts';

export const GOSSIP_PORT = 8050;

const MS = 1_000_000;
const S = 1000 * MS;

export const GOSSIP_DEFAULTS: NameResolverConfig = {
  nameResolverSupplier: 'default',
  nameResolverInitArgs: undefined,
  nameResolverThresholdNs: 5 * S,
  resolverName: undefined,
  resolverInterface: undefined,
  resolverBootstrapNeighbor: [],
  resolverNeighborTimeoutNs: 10 * S,
  resolverSelfResolutionIntervalNs: S,
  resolverNeighborResolutionIntervalNs: 2 * S,
  resolverBootstrapNeighborResolutionIntervalNs: 10 * S,
  mtuLength: 1408,
  socketSendBufferLength: 0,
  socketReceiveBufferLength: 131_072,
};

/** One driver, as far as names go. */
export class GossipNode {
  readonly platform: SimulatedPlatform;
  readonly counters: CountersManager;
  readonly counterIds: ResolverCounterIds;
  readonly resolver: NameResolverAgent;
  readonly errors: Error[] = [];

  constructor(world: SimulatedWorld, host: string, changes: Partial<NameResolverConfig>) {
    const config = { ...GOSSIP_DEFAULTS, ...changes };
    this.platform = world.platform(host, {});
    this.counters = new CountersManager(AtomicBuffer.allocate(4 * 65_536), AtomicBuffer.allocate(65_536), {
      epochClock: this.platform.clock,
      labelCharset: 'ascii',
    });
    new SystemCounters(this.counters, {
      threadingMode: 'SHARED',
      conductorCycleThresholdNs: S,
      senderCycleThresholdNs: S,
      receiverCycleThresholdNs: S,
      nameResolverThresholdNs: S,
    });
    this.counterIds = allocateResolverCounters(this.counters, config);
    this.resolver = createNameResolver(config, this.counterIds, {
      ...{ clock: this.platform.clock, names: this.platform.names, datagrams: this.platform.datagrams },
      counters: this.counters,
      onError: (error) => this.errors.push(error),
    });
  }

  /** The address that the name has now, if it is known without asking the operating system; else `pending`. */
  known(name: string): string | undefined {
    const found = this.resolver.resolve(name, 'endpoint', false).poll();
    return found === 'pending' ? found : found?.address;
  }

  value(counterId: number): number {
    return this.counters.getCounterValue(counterId);
  }

  get gossipIds(): Extract<ResolverCounterIds, { readonly kind: 'driver' }> {
    if (this.counterIds.kind !== 'driver') {
      throw new Error('this one does not gossip');
    }
    return this.counterIds;
  }

  get neighborCount(): number {
    return this.value(this.gossipIds.neighborsId);
  }

  get cacheEntryCount(): number {
    return this.value(this.gossipIds.cacheEntriesId);
  }
}

/** Several drivers of one world, polled as long as they run. */
export class GossipWorld {
  readonly world: SimulatedWorld;
  readonly nodes = new Map<string, GossipNode>();

  constructor(world: SimulatedWorld) {
    this.world = world;
  }

  /** Starts a driver on the host of its name; `bootstrap` are hosts. */
  start(name: string, bootstrap: readonly string[] = [], changes: Partial<NameResolverConfig> = {}): GossipNode {
    const node = new GossipNode(this.world, name, {
      resolverName: name,
      resolverInterface: `0.0.0.0:${GOSSIP_PORT}`,
      resolverBootstrapNeighbor: bootstrap.map((host) => `${host}:${GOSSIP_PORT}`),
      ...changes,
    });
    this.nodes.set(name, node);
    return node;
  }

  stop(name: string): void {
    this.nodes.get(name)?.resolver.close();
    this.nodes.delete(name);
  }

  /** Lets time pass. */
  run(durationNs: number, stepNs = 5 * MS): void {
    for (const endNs = this.world.nowNs + durationNs; this.world.nowNs < endNs; this.world.step(stepNs)) {
      this.poll();
    }
  }

  /** @returns whether it came to hold within the limit. */
  runUntil(condition: () => boolean, limitNs: number): boolean {
    for (const endNs = this.world.nowNs + limitNs; !condition(); this.world.step(5 * MS)) {
      if (this.world.nowNs >= endNs) {
        return false;
      }
      this.poll();
    }
    return true;
  }

  poll(): void {
    for (const node of this.nodes.values()) {
      node.resolver.doWork();
    }
  }

  /** The IPv4 address of a host. */
  addressOf(host: string): string {
    return (
      this.world.host(host).addresses.find((address) => !address.includes(':') && !address.startsWith('127.')) ?? ''
    );
  }

  /** Whether each of these drivers knows all of them. */
  isConverged(names: readonly string[]): boolean {
    return names.every((from) =>
      names.every((to) => from === to || this.nodes.get(from)?.known(to) === this.addressOf(to)),
    );
  }
}
