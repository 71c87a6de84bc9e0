// SPDX-License-Identifier: Apache-2.0
/** All ports of one simulated process. */
import type { SeededRandom } from '../../testing/seeded-random.ts';
import type {
  Clock,
  DatagramOptions,
  DatagramSocket,
  Datagrams,
  Diagnostics,
  FileMapper,
  Files,
  Host,
  Names,
  NetworkInterface,
  Platform,
  Scheduler,
  SocketBufferLimits,
} from '../ports.ts';
import type { EventQueue, SimulatedEvent } from './event-queue.ts';
import type { SimulatedNetwork } from './network.ts';
import { SimulatedDiagnostics } from './simulated-diagnostics.ts';
import { SimulatedFiles } from './simulated-files.ts';
import { SIMULATED_PAGE_SIZE, SimulatedMapper } from './simulated-mapper.ts';
import type { SimulatedNameService } from './simulated-names.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { type BufferBounds, SimulatedSocket } from './simulated-socket.ts';
import { type SimulatedThreadFunction, SimulatedThreads } from './simulated-threads.ts';

const NS_PER_MS = 1_000_000;

/** What all processes of a world share. */
export interface SharedParts {
  readonly events: EventQueue;
  readonly network: SimulatedNetwork;
  readonly names: SimulatedNameService;
  readonly threadFunctions: ReadonlyMap<string, SimulatedThreadFunction>;
  readonly socketBuffers: BufferBounds;
  /** Virtual time of one turn of an event loop, also of opening a socket. */
  readonly loopTurnNs: number;
}

/** Environment and user of one process. */
export interface SimulatedProcessOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly userName?: string;
}

/** A process on a simulated host; made by `SimulatedWorld.platform`. */
export class SimulatedPlatform implements Platform {
  readonly process: SimulatedProcess;
  readonly clock: Clock;
  readonly files: Files;
  readonly mapper: FileMapper;
  readonly datagrams: Datagrams;
  readonly names: Names;
  readonly threads: SimulatedThreads;
  readonly host: Host;
  readonly scheduler: Scheduler;
  readonly diagnostics: Diagnostics = new SimulatedDiagnostics();

  constructor(owner: SimulatedProcess, shared: SharedParts, random: SeededRandom, options: SimulatedProcessOptions) {
    this.process = owner;
    this.clock = {
      epochMs: () => owner.host.epochMs(),
      nanoTime: () => shared.events.nowNs - owner.startedNs, // each process has its own zero, as real ones do
    };
    this.files = new SimulatedFiles(owner);
    this.mapper = new SimulatedMapper(owner);
    this.datagrams = new SimulatedDatagrams(owner, shared);
    this.names = { lookup: (host) => shared.names.lookup(host) };
    this.scheduler = new SimulatedScheduler(owner, shared);
    this.threads = new SimulatedThreads(owner, this.scheduler, shared.threadFunctions);
    const offered = new Map<string, SharedArrayBuffer>();
    this.host = {
      pid: owner.pid,
      userName: options.userName ?? 'sim',
      temporaryDirectory: '/tmp',
      operatingSystem: 'linux',
      hasSharedMemoryDirectory: true,
      environment: options.environment ?? {},
      pageSize: SIMULATED_PAGE_SIZE,
      isProcessAlive: (pid) => owner.host.isProcessAlive(pid),
      randomInt32: () => random.nextInt32(),
      sharedMemory: (name) => offered.get(name),
      offerSharedMemory: (name, memory) => {
        offered.set(name, memory);
      },
    };
  }

  /** Ends the process as kill -9 does. Whoever drives its agents must stop doing so. */
  crash(): void {
    this.process.end();
  }
}

class SimulatedScheduler implements Scheduler {
  readonly #process: SimulatedProcess;
  readonly #shared: SharedParts;

  constructor(owner: SimulatedProcess, shared: SharedParts) {
    this.#process = owner;
    this.#shared = shared;
  }

  soon(callback: () => void): unknown {
    return this.#add(this.#shared.loopTurnNs, callback);
  }

  after(delayMs: number, callback: () => void): unknown {
    return this.#add(Math.max(1, Math.ceil(delayMs)) * NS_PER_MS, callback);
  }

  cancel(handle: unknown): void {
    if (handle !== undefined) {
      this.#shared.events.cancel(handle as SimulatedEvent);
    }
  }

  #add(delayNs: number, callback: () => void): SimulatedEvent {
    return this.#shared.events.add(delayNs, () => {
      if (this.#process.isAlive) {
        callback();
      }
    });
  }
}

class SimulatedDatagrams implements Datagrams {
  readonly name = 'sim';
  readonly wait = undefined;
  readonly #process: SimulatedProcess;
  readonly #shared: SharedParts;

  constructor(owner: SimulatedProcess, shared: SharedParts) {
    this.#process = owner;
    this.#shared = shared;
  }

  open(options: DatagramOptions): DatagramSocket {
    this.#process.assertAlive();
    const { network, events, socketBuffers, loopTurnNs } = this.#shared;
    const socket = new SimulatedSocket(network, this.#process.host, options, socketBuffers);
    const release = this.#process.own(() => socket.close());
    events.add(loopTurnNs, () => socket.open(release));
    return socket;
  }

  interfaces(): readonly NetworkInterface[] {
    return this.#process.host.interfaces;
  }

  bufferLimits(): Promise<SocketBufferLimits> {
    const { defaultLength, lengthMax } = this.#shared.socketBuffers;
    return Promise.resolve({
      defaultReceive: defaultLength,
      maxReceive: lengthMax,
      defaultSend: defaultLength,
      maxSend: lengthMax,
    });
  }
}
