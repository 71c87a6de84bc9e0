// SPDX-License-Identifier: Apache-2.0
/**
 * Three drivers of the loopback network, each a process with a directory and an address of its own, and a client process at each:
 * what the flows of udp-flows.ts are played on.
 */
import type { Child } from './child.ts';
import { freePort } from './ports.ts';
import type { RemoteClient } from './remote-client.ts';
import { type DriverSettings, Stage } from './stage.ts';

/** Where a driver runs. */
export interface Host {
  /** Of an interface that it has. */
  readonly address: string;
  /** What runs it there; nothing where it is here. */
  readonly command: readonly string[];
}

/** How the drivers of one run work. */
export interface SceneOptions {
  readonly threadingMode: 'SHARED' | 'SHARED_NETWORK' | 'DEDICATED' | 'INVOKER';
  readonly datagramTransport: 'dgram' | 'batch' | 'offload' | 'auto';
  /** On top of short times and terms of 64 KiB. */
  readonly settings?: DriverSettings;
  /** Two or three; on the loopback interface of this machine when left out. */
  readonly hosts?: readonly Host[];
}

/** Of the loopback interface; the same for all where there is but one. */
const LOOPBACK: readonly Host[] = [2, 3, 4].map((number) => ({
  address: process.platform === 'linux' ? `127.0.0.${number}` : '127.0.0.1',
  command: [],
}));

/** A driver and its client. */
export interface Peer {
  readonly directory: string;
  readonly driver: Child;
  readonly client: RemoteClient;
  readonly address: string;
}

const SETTINGS: DriverSettings = {
  'aeron.term.buffer.length': '64k',
  'aeron.counters.buffer.length': '1m',
  'aeron.rcv.status.message.timeout': '50ms',
  'aeron.untethered.window.limit.timeout': '200ms',
  'aeron.untethered.linger.timeout': '100ms',
  'aeron.untethered.resting.timeout': '200ms',
  // Nobody dies here, so nobody need be found dead quickly on a machine that is busy.
  'aeron.client.liveness.timeout': '30s',
  'aeron.publication.unblock.timeout': '40s',
};

export class Scene {
  readonly stage = new Stage();
  readonly #options: SceneOptions;
  readonly #hosts: readonly Host[];
  #peers: readonly Peer[] = [];
  #nextStreamId = 1000;
  #nextGroup = 1;

  constructor(options: SceneOptions) {
    this.#options = options;
    this.#hosts = options.hosts ?? LOOPBACK;
  }

  async open(): Promise<void> {
    this.#peers = await Promise.all(this.#hosts.map((_, index) => this.peer(index)));
  }

  get near(): Peer {
    return present(this.#peers[0]);
  }

  get far(): Peer {
    return present(this.#peers[1]);
  }

  get third(): Peer {
    return present(this.#peers[2]);
  }

  get peers(): readonly Peer[] {
    return this.#peers;
  }

  /** Another driver with its client. @param settings on top of those of the scene. */
  async peer(hostIndex: number, settings: DriverSettings = {}, directory = this.stage.newDirectory()): Promise<Peer> {
    const { address, command } = present(this.#hosts[hostIndex]);
    const driver = await this.#startDriver(directory, settings, command);
    return { directory, driver, client: await this.stage.startClient(directory), address };
  }

  /** A stream id, and the one behind it, that no other flow uses. */
  nextStreamId(): number {
    this.#nextStreamId += 10;
    return this.#nextStreamId;
  }

  /** A multicast group that no other flow uses, on the loopback interface. */
  async nextGroup(): Promise<string> {
    const group = 2 * this.#nextGroup++ + 1;
    return `aeron:udp?endpoint=224.20.${process.pid % 256}.${group}:${await freePort()}|interface=localhost`;
  }

  close(): Promise<void> {
    return this.stage.close();
  }

  #startDriver(directory: string, settings: DriverSettings, command: readonly string[]): Promise<Child> {
    const { threadingMode, datagramTransport } = this.#options;
    const all = {
      ...SETTINGS,
      'aeron.driver.datagram.transport': datagramTransport,
      ...this.#options.settings,
      ...settings,
    };
    return threadingMode === 'INVOKER'
      ? this.stage.startInvokedDriver(directory, all)
      : this.stage.startDriver(directory, { ...all, 'aeron.threading.mode': threadingMode }, { command });
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error('the scene is not open');
  }
  return value;
}
