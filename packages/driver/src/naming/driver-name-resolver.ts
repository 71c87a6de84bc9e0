// SPDX-License-Identifier: Apache-2.0
/**
 * Lets drivers find each other by name: each tells its own name and address to the neighbours that it was told to begin with,
 * and passes on what it has heard. Whoever falls silent is forgotten. Native-resource agent; never waits.
 *
 *     every 10 ms  take in names, forget what is too old
 *     every 1 s    own name ─────▶ bootstrap neighbours and neighbours
 *     every 2 s    all names ────▶ neighbours
 *     every 10 s   names of silent bootstrap neighbours are resolved anew
 */
import {
  formatIpAddress,
  IPV4_ADDRESS_LENGTH,
  IPV6_ADDRESS_LENGTH,
  parseIpAddress,
  type ResolutionEntry,
} from '@aeron/codecs/internal';
import type { AtomicBuffer, Clock, Datagrams, ErrorHandler, SocketAddress } from '@aeron/core/internal';
import { type DriverEvents, NO_DRIVER_EVENTS } from '../events/driver-events.ts';
import { isMulticastAddress, isWildcardAddress } from '../media/ip-addresses.ts';
import { BootstrapNeighbor } from './bootstrap-neighbor.ts';
import { GossipSocket } from './gossip-socket.ts';
import {
  type NameParameter,
  type NameResolution,
  type NameResolver,
  type NameResolverAgent,
  type ResolvedAddress,
  settledResolution,
} from './name-resolver.ts';
import { type NeighborListener, NeighborTable } from './neighbor-table.ts';
import { readResolutionFrame, writeResolutionFrames } from './resolution-frames.ts';
import { ResolverCache } from './resolver-cache.ts';

const WORK_INTERVAL_NS = 10_000_000;
const NS_PER_MS = 1_000_000;

/** The settings that concern it; times in ns. */
export interface DriverNameResolverConfig {
  readonly resolverName: string;
  readonly resolverInterface: string;
  readonly resolverBootstrapNeighbor: readonly string[];
  readonly resolverNeighborTimeoutNs: number;
  readonly resolverSelfResolutionIntervalNs: number;
  readonly resolverNeighborResolutionIntervalNs: number;
  readonly resolverBootstrapNeighborResolutionIntervalNs: number;
  readonly mtuLength: number;
  readonly socketSendBufferLength: number;
  readonly socketReceiveBufferLength: number;
}

/** What the resolver shows of itself. */
export interface ResolverStatus {
  onBound(address: SocketAddress): void;
  onNeighborCount(count: number): void;
  onCacheEntryCount(count: number): void;
  /** The bootstrap neighbour of that index has this address, or none. */
  onBootstrapAddress(index: number, address: SocketAddress | undefined): void;
  onBootstrapConnected(index: number, isConnected: boolean): void;
  onInvalidPacket(): void;
  onShortSend(): void;
}

export interface DriverNameResolverPorts {
  readonly clock: Clock;
  readonly datagrams: Datagrams;
  /** For what no driver has told: resolves names of hosts. */
  readonly delegate: NameResolver;
  readonly status: ResolverStatus;
  readonly events?: DriverEvents;
  readonly onError: ErrorHandler;
}

/** @source aeron-driver/DriverNameResolver */
export class DriverNameResolver implements NameResolverAgent {
  readonly name = 'driver';
  readonly #config: DriverNameResolverConfig;
  readonly #ports: DriverNameResolverPorts;
  readonly #socket: GossipSocket;
  readonly #cache: ResolverCache;
  readonly #neighbors: NeighborTable;
  readonly #bootstrap: readonly BootstrapNeighbor[];
  #isOpen = false;
  #workDeadlineNs = 0;
  #selfResolutionDeadlineNs = 0;
  #neighborResolutionDeadlineNs: number;
  #bootstrapDeadlineNs: number;

  /** @throws ControlProtocolError INVALID_CHANNEL for a malformed interface. */
  constructor(config: DriverNameResolverConfig, ports: DriverNameResolverPorts) {
    const { clock, datagrams, delegate, onError, status, events = NO_DRIVER_EVENTS } = ports;
    this.#config = config;
    this.#ports = ports;
    this.#socket = new GossipSocket(config.resolverInterface, {
      ...{ datagrams, onError, hostResolver: delegate, events },
      socketSendBufferLength: config.socketSendBufferLength,
      socketReceiveBufferLength: config.socketReceiveBufferLength,
      onShortSend: () => status.onShortSend(),
      onDatagram: (buffer, length, sourceAddress) => this.#onDatagram(buffer, length, sourceAddress),
    });
    this.#cache = new ResolverCache(config.resolverNeighborTimeoutNs);
    this.#neighbors = new NeighborTable(config.resolverNeighborTimeoutNs, neighborEvents(events));
    this.#bootstrap = config.resolverBootstrapNeighbor.map((text) => new BootstrapNeighbor(text, delegate));
    const nowNs = clock.nanoTime();
    this.#neighborResolutionDeadlineNs = nowNs + config.resolverNeighborResolutionIntervalNs;
    this.#bootstrapDeadlineNs = nowNs + config.resolverBootstrapNeighborResolutionIntervalNs;
    for (const neighbor of this.#bootstrap) {
      neighbor.resolve(onError);
    }
  }

  lookup(name: string, parameter: NameParameter, isReLookup: boolean): string {
    return this.#ports.delegate.lookup(name, parameter, isReLookup);
  }

  /** Names that drivers have told come first, then the own one, then those of hosts. */
  resolve(host: string, parameter: NameParameter, isReResolution: boolean): NameResolution {
    const entry = this.#cache.lookup(host, IPV4_ADDRESS_LENGTH) ?? this.#cache.lookup(host, IPV6_ADDRESS_LENGTH);
    if (entry !== undefined) {
      return settledResolution(resolvedAddress(entry.address));
    }
    if (host === this.#config.resolverName) {
      return { poll: () => this.#socket.localAddress ?? 'pending' };
    }
    return this.#ports.delegate.resolve(host, parameter, isReResolution);
  }

  /** @throws AgentTerminationError when its socket can't be opened. */
  doWork(): number {
    const nowNs = this.#ports.clock.nanoTime();
    if (nowNs < this.#workDeadlineNs) {
      return 0;
    }
    this.#workDeadlineNs = nowNs + WORK_INTERVAL_NS;
    return this.#open() ? this.#work(nowNs) : 0;
  }

  close(): void {
    this.#socket.close();
  }

  #open(): boolean {
    if (!this.#isOpen && this.#socket.open()) {
      this.#isOpen = true;
      this.#ports.status.onBound(this.#localAddress());
    }
    return this.#isOpen;
  }

  #work(nowNs: number): number {
    let workCount = this.#pollBootstrap() + this.#socket.poll();
    workCount += this.#cache.expire(nowNs) + this.#neighbors.expire(nowNs);
    if (this.#selfResolutionDeadlineNs <= nowNs && !this.#isWaitingForFirstNeighbor()) {
      this.#selfResolutionDeadlineNs = nowNs + this.#config.resolverSelfResolutionIntervalNs;
      this.#tellOwnName();
    }
    if (this.#neighborResolutionDeadlineNs <= nowNs) {
      this.#neighborResolutionDeadlineNs = nowNs + this.#config.resolverNeighborResolutionIntervalNs;
      this.#tellNames(nowNs);
    }
    if (this.#bootstrapDeadlineNs <= nowNs) {
      this.#bootstrapDeadlineNs = nowNs + this.#config.resolverBootstrapNeighborResolutionIntervalNs;
      this.#resolveSilentBootstrap();
    }
    this.#ports.status.onNeighborCount(this.#neighbors.size);
    this.#ports.status.onCacheEntryCount(this.#cache.size);
    return workCount;
  }

  #pollBootstrap(): number {
    let count = 0;
    for (const [index, neighbor] of this.#bootstrap.entries()) {
      if (neighbor.poll(this.#ports.onError)) {
        this.#ports.status.onBootstrapAddress(index, neighbor.address);
        count++;
      }
    }
    return count;
  }

  /** The first word goes out as soon as there is someone to hear it. */
  #isWaitingForFirstNeighbor(): boolean {
    return this.#neighbors.size === 0 && this.#bootstrap.every(({ address }) => address === undefined);
  }

  #tellOwnName(): void {
    const { address, port } = this.#localAddress();
    const entry: ResolutionEntry = {
      isSelf: true,
      udpPort: port,
      ageInMs: 0,
      address: parseIpAddress(address) ?? new Uint8Array(IPV4_ADDRESS_LENGTH),
      hostName: this.#config.resolverName,
    };
    const neighbors = this.#neighbors.addresses;
    const targets = this.#bootstrap.flatMap((bootstrap) => bootstrap.address ?? []);
    targets.push(...neighbors.filter((neighbor) => !this.#bootstrap.some((bootstrap) => bootstrap.isAt(neighbor))));
    this.#send([entry], targets);
    for (const [index, bootstrap] of this.#bootstrap.entries()) {
      const isConnected = neighbors.some((neighbor) => bootstrap.isAt(neighbor));
      this.#ports.status.onBootstrapConnected(index, isConnected);
    }
  }

  #tellNames(nowNs: number): void {
    const entries = Array.from(this.#cache.entries, ({ name, address, port, timeOfLastActivityNs }) => ({
      isSelf: false,
      udpPort: port,
      ageInMs: Math.max(0, Math.floor((nowNs - timeOfLastActivityNs) / NS_PER_MS)),
      address,
      hostName: name,
    }));
    this.#send(entries, this.#neighbors.addresses);
  }

  #send(entries: readonly ResolutionEntry[], targets: readonly SocketAddress[]): void {
    writeResolutionFrames(entries, this.#config.mtuLength, this.#socket.sendBuffer, (length) => {
      for (const target of targets) {
        this.#socket.send(length, target);
      }
    });
  }

  #resolveSilentBootstrap(): void {
    for (const bootstrap of this.#bootstrap) {
      if (bootstrap.address === undefined || !this.#neighbors.has(bootstrap.address)) {
        bootstrap.resolve(this.#ports.onError);
      }
    }
  }

  #onDatagram(buffer: AtomicBuffer, length: number, sourceAddress: string): void {
    const nowNs = this.#ports.clock.nanoTime();
    const count = readResolutionFrame(buffer, length, (entry) => this.#onEntry(entry, sourceAddress, nowNs));
    if (count < 0) {
      this.#ports.status.onInvalidPacket();
    }
  }

  #onEntry(entry: ResolutionEntry, sourceAddress: string, nowNs: number): void {
    const { isSelf, hostName: name, udpPort: port } = entry;
    // Its own word comes back to it from any of its addresses, so the port is what tells it from a namesake.
    if (name === this.#config.resolverName && port === this.#localAddress().port) {
      return;
    }
    const timeOfLastActivityNs = nowNs - entry.ageInMs * NS_PER_MS;
    if (timeOfLastActivityNs + this.#config.resolverNeighborTimeoutNs <= nowNs) {
      return;
    }
    const address = this.#addressOf(entry, sourceAddress);
    if (address === undefined) {
      this.#ports.status.onInvalidPacket();
      return;
    }
    const bytes = parseIpAddress(address.address) ?? entry.address;
    const isKept = this.#cache.update({ name, address: bytes, port, timeOfLastActivityNs });
    const isOfThisFamily = address.family === this.#localAddress().family;
    const isHeard = !isOfThisFamily || this.#neighbors.onActivity(address, isSelf, timeOfLastActivityNs);
    if (!isKept || !isHeard) {
      this.#ports.status.onInvalidPacket();
    }
  }

  /** A driver that listens everywhere doesn't know its address; whoever hears it does. */
  #addressOf(
    { isSelf, address: bytes, udpPort: port }: ResolutionEntry,
    sourceAddress: string,
  ): SocketAddress | undefined {
    const told = resolvedAddress(bytes);
    const address = isSelf && isWildcardAddress(told.address) ? sourceAddress : told.address;
    if (isWildcardAddress(address) || isMulticastAddress(address)) {
      return undefined;
    }
    return { family: address.includes(':') ? 'IPv6' : 'IPv4', address, port };
  }

  #localAddress(): SocketAddress {
    return this.#socket.localAddress ?? { family: 'IPv4', address: '0.0.0.0', port: 0 };
  }
}

function neighborEvents(events: DriverEvents): NeighborListener {
  return {
    onAdded: ({ address, port }) => {
      if (events.isOn.NAME_RESOLUTION_NEIGHBOR_ADDED) {
        events.log('NAME_RESOLUTION_NEIGHBOR_ADDED', { address, port });
      }
    },
    onRemoved: ({ address, port }) => {
      if (events.isOn.NAME_RESOLUTION_NEIGHBOR_REMOVED) {
        events.log('NAME_RESOLUTION_NEIGHBOR_REMOVED', { address, port });
      }
    },
  };
}

function resolvedAddress(bytes: Uint8Array): ResolvedAddress {
  const isIpv4 = bytes.length === IPV4_ADDRESS_LENGTH;
  return { family: isIpv4 ? 'IPv4' : 'IPv6', address: formatIpAddress(bytes) };
}
