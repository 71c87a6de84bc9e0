// SPDX-License-Identifier: Apache-2.0
/**
 * A simulated world: hosts with disks, a network and a name service between them, processes on them, and one virtual time.
 * One thread, no real clock, socket or file; one seed decides everything, so a failure is repeated by its seed.
 *
 * Time moves only in `step` and `runUntil`. Whoever drives agents calls their `doWork` between steps, or lets runners on the
 * simulated schedulers do it.
 */
import { SeededRandom } from '../../testing/seeded-random.ts';
import type { NetworkInterface } from '../ports.ts';
import { SimulatedDisk, type UnsyncedFate } from './disk.ts';
import { EventQueue } from './event-queue.ts';
import { SimulatedNetwork } from './network.ts';
import { SimulatedHost } from './simulated-host.ts';
import { SimulatedNameService } from './simulated-names.ts';
import { type SharedParts, SimulatedPlatform, type SimulatedProcessOptions } from './simulated-platform.ts';
import type { BufferBounds } from './simulated-socket.ts';
import type { SimulatedThreadFunction } from './simulated-threads.ts';
import type { VolumeOptions } from './volume.ts';

const NS_PER_MS = 1_000_000;
const DEFAULT_EPOCH_MS = 1_700_000_000_000;
const DEFAULT_SOCKET_BUFFERS: BufferBounds = { defaultLength: 212_992, lengthMax: 4 * 1024 * 1024 };
const DEFAULT_LOOP_TURN_NS = 1_000;

/** What holds for the whole world. */
export interface SimulatedWorldOptions {
  /** Wall clock at the start, ms since 1970. */
  readonly epochMs?: number;
  readonly socketBuffers?: BufferBounds;
  /** Virtual time of one turn of an event loop. */
  readonly loopTurnNs?: number;
}

/** What holds for one host. */
export interface SimulatedHostOptions {
  /** Numeric addresses beside loopback; one IPv4 and one IPv6 address are made up when left out. */
  readonly addresses?: readonly string[];
  readonly volumes?: readonly VolumeOptions[];
  /** By how much the wall clock of this host is ahead. */
  readonly clockSkewMs?: number;
}

/** One per test run. The same seed and the same calls give the same history. */
export class SimulatedWorld {
  readonly seed: number;
  /** For the one who drives the world; ports draw from their own. */
  readonly random: SeededRandom;
  readonly network: SimulatedNetwork;
  readonly names: SimulatedNameService;
  readonly #events = new EventQueue();
  readonly #shared: SharedParts;
  readonly #portRandom: SeededRandom;
  readonly #hosts = new Map<string, SimulatedHost>();
  readonly #threadFunctions = new Map<string, SimulatedThreadFunction>();
  readonly #startEpochMs: number;

  constructor(seed: number, options: SimulatedWorldOptions = {}) {
    this.seed = seed;
    this.random = new SeededRandom(seed);
    this.#portRandom = this.random.fork();
    this.#startEpochMs = options.epochMs ?? DEFAULT_EPOCH_MS;
    this.network = new SimulatedNetwork(this.#events, this.#portRandom.fork());
    this.names = new SimulatedNameService(this.#events);
    this.#shared = {
      events: this.#events,
      network: this.network,
      names: this.names,
      threadFunctions: this.#threadFunctions,
      socketBuffers: options.socketBuffers ?? DEFAULT_SOCKET_BUFFERS,
      loopTurnNs: options.loopTurnNs ?? DEFAULT_LOOP_TURN_NS,
    };
  }

  /** Virtual time since the world began. */
  get nowNs(): number {
    return this.#events.nowNs;
  }

  /** The host of that name; made on first use, which is when `options` count. */
  host(name: string, options: SimulatedHostOptions = {}): SimulatedHost {
    return this.#hosts.get(name) ?? this.#addHost(name, options);
  }

  /** Starts a process on the host and returns its ports. */
  platform(hostName: string, options: SimulatedProcessOptions = {}): SimulatedPlatform {
    const started = this.host(hostName).startProcess();
    return new SimulatedPlatform(started, this.#shared, this.#portRandom.fork(), options);
  }

  /** Names the function that stands for a module given to `threads.spawn`. */
  registerThread(module: string, run: SimulatedThreadFunction): void {
    this.#threadFunctions.set(module, run);
  }

  /** Power failure of a host. */
  losePower(hostName: string, fate: UnsyncedFate = 'random'): void {
    this.host(hostName).losePower(fate);
  }

  /** Lets time pass. @returns events that ran. */
  step(durationNs: number): number {
    return this.#events.runUntil(this.#events.nowNs + durationNs);
  }

  /**
   * Lets time pass in steps until the condition holds.
   *
   * @returns whether it came to hold before the limit.
   */
  runUntil(condition: () => boolean, limitNs: number, stepNs = NS_PER_MS): boolean {
    for (const endNs = this.nowNs + limitNs; !condition(); this.step(stepNs)) {
      if (this.nowNs >= endNs) {
        return false;
      }
    }
    return true;
  }

  #addHost(name: string, options: SimulatedHostOptions): SimulatedHost {
    const number = this.#hosts.size + 1;
    const addresses = options.addresses ?? [`10.0.${number >> 8}.${number & 0xff}`, `fd00::${number.toString(16)}`];
    const epochMs = (): number =>
      this.#startEpochMs + (options.clockSkewMs ?? 0) + Math.floor(this.#events.nowNs / NS_PER_MS);
    const host = new SimulatedHost({
      name,
      disk: new SimulatedDisk(this.#portRandom.fork(), epochMs, options.volumes),
      interfaces: interfacesOf(addresses),
      nowNs: () => this.#events.nowNs,
      epochMs,
    });
    this.#hosts.set(name, host);
    this.network.addHost(host);
    this.names.set(name, addresses);
    return host;
  }
}

function interfacesOf(addresses: readonly string[]): readonly NetworkInterface[] {
  const loopback = ['127.0.0.1', '::1'].map((address) => networkInterface('lo', address));
  return [...loopback, ...addresses.map((address) => networkInterface('eth0', address))];
}

function networkInterface(name: 'lo' | 'eth0', address: string): NetworkInterface {
  const isIPv6 = address.includes(':');
  const isLoopback = name === 'lo';
  return {
    name,
    index: isLoopback ? 1 : 2,
    family: isIPv6 ? 'IPv6' : 'IPv4',
    address,
    prefixLength: isIPv6 ? (isLoopback ? 128 : 64) : isLoopback ? 8 : 16,
    isLoopback,
    supportsMulticast: !isLoopback,
  };
}
