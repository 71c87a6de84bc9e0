// SPDX-License-Identifier: Apache-2.0
/**
 * Hosts of a simulated world, each with a driver and a client, that talk over a simulated network; stepped by hand in virtual
 * time, so that every run of a seed is the same.
 */
import { Aeron, type Counter, type ExclusivePublication, type Publication, type Subscription } from '@aeron/client';
import { cncFilePath, mapCncFile } from '@aeron/codecs/internal';
import { CountersReader } from '@aeron/core';
import { type SimulatedPlatform, SimulatedWorld } from '@aeron/core/testing';
import { type DriverOptions, MediaDriver } from '@aeron/driver';

const MS = 1_000_000;
const STEP_NS = 100_000;
const ANSWER_LIMIT_NS = 5000 * MS;
const DIRECTORY = '/dev/shm/aeron-sim';

/** One host: a driver, and a client of it. */
export class UdpNode {
  readonly host: string;
  readonly driver: MediaDriver;
  readonly aeron: Aeron;
  readonly counters: CountersReader;
  /** What the driver reported, beside what it told clients. */
  readonly errors: string[];
  /** Error frames that publications of the client were told of. */
  readonly publicationErrors: string[];
  /** Whether it gets no time. */
  isPaused = false;
  #isClientAbandoned = false;

  constructor(parts: Pick<UdpNode, 'host' | 'driver' | 'aeron' | 'counters' | 'errors' | 'publicationErrors'>) {
    this.host = parts.host;
    this.driver = parts.driver;
    this.aeron = parts.aeron;
    this.counters = parts.counters;
    this.errors = parts.errors;
    this.publicationErrors = parts.publicationErrors;
  }

  pass(): void {
    if (!this.isPaused) {
      this.driver.invoker.invoke();
      if (!this.#isClientAbandoned) {
        this.aeron.conductorAgentInvoker?.invoke();
      }
    }
  }

  /** The client dies without a word. */
  abandonClient(): void {
    this.#isClientAbandoned = true;
  }

  /** The value of a system counter. */
  system(id: number): number {
    return this.counters.getCounterValue(id);
  }

  /** Values of all counters of a type. */
  valuesOf(typeId: number): number[] {
    const values: number[] = [];
    this.counters.forEachMetadata((counterId, type) => {
      if (type === typeId) {
        values.push(this.counters.getCounterValue(counterId));
      }
    });
    return values;
  }

  /** Labels of all counters of a type, without trailing blanks. */
  labelsOf(typeId: number): string[] {
    const labels: string[] = [];
    this.counters.forEachMetadata((counterId, type) => {
      if (type === typeId) {
        labels.push(this.counters.getCounterLabel(counterId).trimEnd());
      }
    });
    return labels;
  }
}

export class UdpWorld {
  readonly world: SimulatedWorld;
  readonly nodes: UdpNode[] = [];

  constructor(seed: number) {
    this.world = new SimulatedWorld(seed);
  }

  /** Starts a driver with small logs on a host, and a client. */
  async node(host: string, options: DriverOptions = {}): Promise<UdpNode> {
    const platform = this.world.platform(host);
    const errors: string[] = [];
    const driver = await MediaDriver.launch({
      ...{ platform, environment: {}, aeronDirectoryName: DIRECTORY, threadingMode: 'INVOKER' },
      ...{ publicationTermBufferLength: '64k', ipcTermBufferLength: '64k', timerIntervalNs: '100ms' },
      errorHandler: (error) => {
        errors.push(error.message);
      },
      ...options,
    });
    const publicationErrors: string[] = [];
    const aeron = this.#connect(host, publicationErrors);
    const node = new UdpNode({ host, driver, aeron, counters: this.#counters(platform), errors, publicationErrors });
    this.nodes.push(node);
    return node;
  }

  addPublication(node: UdpNode, channel: string, streamId = 1001): Publication {
    const id = node.aeron.asyncAddPublication(channel, streamId);
    return this.#answer(channel, () => node.aeron.getPublication(id));
  }

  addExclusivePublication(node: UdpNode, channel: string, streamId = 1001): ExclusivePublication {
    const id = node.aeron.asyncAddExclusivePublication(channel, streamId);
    return this.#answer(channel, () => node.aeron.getExclusivePublication(id));
  }

  addSubscription(node: UdpNode, channel: string, streamId = 1001): Subscription {
    const id = node.aeron.asyncAddSubscription(channel, streamId);
    return this.#answer(channel, () => node.aeron.getSubscription(id));
  }

  /** Lets time go by in passes of all nodes, with `each` in between. */
  elapse(durationMs: number, each: () => void = () => undefined): void {
    for (const endNs = this.world.nowNs + durationMs * MS; this.world.nowNs < endNs; each()) {
      this.pass();
    }
  }

  /** One pass of every node. */
  pass(): void {
    for (const node of this.nodes) {
      node.pass();
    }
    this.world.step(STEP_NS);
  }

  /** Passes until the condition holds. @throws Error when it does not in time. */
  until(what: string, condition: () => boolean, limitMs = 20_000): void {
    for (const endNs = this.world.nowNs + limitMs * MS; !condition(); this.pass()) {
      if (this.world.nowNs > endNs) {
        const errors = this.nodes.flatMap(({ host, errors: texts }) => texts.map((text) => `${host}: ${text}`));
        throw new Error(`never came about: ${what} limitMs=${limitMs} seed=${this.world.seed} errors=${errors}`);
      }
    }
  }

  /** Passes until the promise has settled. */
  async settle<T>(what: string, promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = (): void => {
      isSettled = true;
    };
    promise.then(settled, settled);
    for (const endNs = this.world.nowNs + ANSWER_LIMIT_NS; !isSettled && this.world.nowNs < endNs; this.pass()) {
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    return isSettled ? promise : Promise.reject(new Error(`never settled: ${what}`));
  }

  #answer<T>(what: string, poll: () => T | null): T {
    let found: T | null = null;
    this.until(`answer for ${what}`, () => {
      found = poll();
      return found !== null;
    });
    return found as T;
  }

  #connect(host: string, publicationErrors: string[]): Aeron {
    return Aeron.connectNow({
      aeronDirectoryName: DIRECTORY,
      platform: this.world.platform(host),
      useConductorAgentInvoker: true,
      errorHandler: (error: Error) => {
        throw error;
      },
      publicationErrorFrameHandler: (frame) => {
        publicationErrors.push(`${frame.errorCode} ${frame.errorMessage}`);
      },
    });
  }

  #counters(platform: SimulatedPlatform): CountersReader {
    const cnc = mapCncFile(platform, cncFilePath(DIRECTORY), { access: 'read-only' });
    return new CountersReader(cnc.countersMetadata, cnc.countersValues);
  }
}

export type { Counter };
