// SPDX-License-Identifier: Apache-2.0
/**
 * One run: two or three hosts with a driver and an application each, a network of bad temper between them, and routes of all
 * kinds; stepped in one thread, in virtual time, in an order that the seed decides.
 *
 *     safety     messages, faults of the network, of drivers and of applications; every byte that is heard is compared
 *     liveness   the network heals, all come back: every route carries again, and everything that is published is heard
 *     end        all close; no counter, log file or socket may remain
 */
import { type SeededRandom, SimulatedWorld } from '@aeron/core/testing';
import { expectThat } from '../model/expect.ts';
import { type StreamFacts, StreamLedger } from '../model/stream-ledger.ts';
import { DriverNode } from '../nodes/driver-node.ts';
import type { RunSummary } from '../simulation.ts';
import { Application } from './application.ts';
import { CounterWatch } from './counter-watch.ts';
import { driverOptions } from './driver-options.ts';
import { PublicationEnd, SubscriptionEnd } from './ends.ts';
import type { Route } from './route.ts';
import { randomRoute } from './routes.ts';
import { UDP_ACTIONS, type UdpAction } from './udp-actions.ts';
import { comeToRest, endAll } from './udp-calm.ts';

const TRACE_LENGTH = Number(process.env.TRACE ?? 60);
const NS_PER_MS = 1e6;
/** No one that is not held up on purpose goes unserved for longer. */
const SERVICE_GAP_NS = 100 * NS_PER_MS;
const HOST_NAMES = ['alpha', 'beta', 'gamma'];
const FIRST_PORT = 20_100;
const PORTS_PER_ROUTE = 10;
/** Datagrams that a driver may send by one call: one by dgram, several by the transports of Linux. */
const RUN_LIMITS = [1, 2, 16, 64];
const TOTAL_WEIGHT = UDP_ACTIONS.reduce((sum, { weight }) => sum + weight, 0);

export class UdpSimulation {
  readonly world: SimulatedWorld;
  readonly drivers: readonly DriverNode[];
  readonly applications: readonly Application[];
  readonly routes: readonly Route[];
  readonly ledgers = new Map<string, StreamLedger>();
  /** Last of the things that happened. */
  readonly trace: string[] = [];
  messageCount = 0;
  readonly #watches: readonly CounterWatch[];
  readonly #actionCounts = new Map<string, number>();
  readonly #problems: Error[] = [];
  readonly #interleaving: SeededRandom | undefined;
  readonly #phases: number;
  readonly #stepsPerPhase: number;
  #fingerprint = 0;
  #stepCount = 0;

  constructor(seed: number) {
    this.world = new SimulatedWorld(seed);
    const { random } = this.world;
    const hosts = HOST_NAMES.slice(0, random.nextBetween(2, 3)).map((name) => ({
      name,
      address: this.world.host(name).addresses[0] ?? '',
    }));
    const onProblem = (problem: Error): void => {
      this.#problems.push(problem);
    };
    this.#interleaving = random.chance(0.5) ? random.fork() : undefined;
    this.drivers = hosts.map(
      ({ name }) =>
        new DriverNode(this.world, {
          ...driverOptions(name, random),
          ...{ onProblem, interleaving: this.#interleaving },
        }),
    );
    this.#watches = this.drivers.map((driver) => new CounterWatch(driver));
    this.applications = this.drivers.map(
      (driver) =>
        new Application(driver.options.hostName, driver, {
          world: this.world,
          ledger: (key, facts) => this.#ledger(key, facts),
          note: (what) => this.note(what),
          onProblem,
        }),
    );
    this.routes = Array.from({ length: random.nextBetween(1, 3) }, (_, index) =>
      randomRoute({ random, hosts, port: FIRST_PORT + index * PORTS_PER_ROUTE, streamId: 1001 + index * 10 }),
    );
    for (const route of this.routes) {
      this.#addEnds(route);
    }
    this.world.network.runLimit = random.pick(RUN_LIMITS);
    this.#phases = random.nextBetween(1, 2);
    this.#stepsPerPhase = random.nextBetween(200, 500);
  }

  /** @throws what was violated. */
  async run(): Promise<RunSummary> {
    for (const { kind } of this.routes) {
      this.#count(`route ${kind}`);
    }
    this.#count(this.#interleaving === undefined ? 'agents in one thread' : 'agents in threads of their own');
    this.#count(`sends up to ${this.world.network.runLimit} at once`);
    for (let phase = 0; phase < this.#phases; phase++) {
      await this.#actAtRandom();
      await comeToRest(this);
      this.throwProblem();
    }
    await endAll(this);
    this.throwProblem();
    return {
      steps: this.#stepCount,
      virtualMs: this.world.nowNs / NS_PER_MS,
      messages: this.messageCount,
      checkedLength: this.applications.reduce((sum, { checkedLength }) => sum + checkedLength, 0),
      images: this.applications.reduce((sum, { imageCount }) => sum + imageCount, 0),
      actions: this.#actionCounts,
      fingerprint: this.#fingerprint,
    };
  }

  note(what: string): void {
    this.trace.push(`${(this.world.nowNs / NS_PER_MS).toFixed(3)} ms  ${what}`);
    if (this.trace.length > TRACE_LENGTH) {
      this.trace.shift();
    }
    for (let i = 0; i < what.length; i++) {
      this.#fingerprint = (Math.imul(this.#fingerprint, 31) + what.charCodeAt(i)) | 0;
    }
  }

  /** Lets time pass, and serves everybody often enough who is not held up. */
  elapse(durationNs: number): void {
    const endNs = this.world.nowNs + durationNs;
    while (this.world.nowNs < endNs) {
      this.world.step(Math.min(SERVICE_GAP_NS, endNs - this.world.nowNs));
      this.resumeDue();
      for (const node of [...this.drivers, ...this.applications]) {
        if (node.state === 'live' && this.world.nowNs - node.lastInvokedNs >= SERVICE_GAP_NS) {
          node.invoke();
        }
      }
    }
  }

  /** One duty cycle of everybody. */
  serveAll(): number {
    let workCount = 0;
    for (const driver of this.drivers) {
      workCount += driver.invoke();
    }
    for (const application of this.applications) {
      workCount += application.invoke();
    }
    return workCount;
  }

  checkCounters(): void {
    for (const watch of this.#watches) {
      watch.check();
    }
  }

  resumeDue(): void {
    for (const node of [...this.drivers, ...this.applications]) {
      if (node.state === 'paused' && this.world.nowNs >= node.pausedUntilNs) {
        node.resume();
      }
    }
  }

  throwProblem(): void {
    const problem = this.#problems[0];
    if (problem !== undefined) {
      throw problem;
    }
  }

  #ledger(key: string, facts: StreamFacts): StreamLedger {
    const ledger = this.ledgers.get(key) ?? new StreamLedger(key, facts);
    this.ledgers.set(key, ledger);
    return ledger;
  }

  #addEnds(route: Route): void {
    const publications = route.publications.map((wish) => new PublicationEnd(route, wish));
    const subscriptions = route.subscriptions.map((wish) => new SubscriptionEnd(route, wish));
    for (const end of publications) {
      this.applications[end.wish.hostIndex]?.publications.push(end);
    }
    for (const end of subscriptions) {
      this.applications[end.wish.hostIndex]?.subscriptions.push(end);
    }
    route.onEnds?.(publications, subscriptions);
  }

  async #actAtRandom(): Promise<void> {
    for (let i = 0; i < this.#stepsPerPhase; i++) {
      const action = this.#pickAction();
      const done = action.run(this);
      const what = done instanceof Promise ? await done : done;
      if (what !== undefined) {
        this.note(`${action.name} ${what}`);
        this.#count(action.name);
      }
      this.#stepCount++;
      this.resumeDue();
      this.checkCounters();
      this.throwProblem();
    }
  }

  #count(name: string): void {
    this.#actionCounts.set(name, (this.#actionCounts.get(name) ?? 0) + 1);
  }

  #pickAction(): UdpAction {
    let rest = this.world.random.nextFloat() * TOTAL_WEIGHT;
    const found = UDP_ACTIONS.find(({ weight }) => {
      rest -= weight;
      return rest < 0;
    });
    expectThat(found !== undefined, () => 'no actions');
    return found;
  }
}
