// SPDX-License-Identifier: Apache-2.0
/**
 * One run: a world, its drivers and clients, stepped in an order that the seed decides, in one thread and in virtual time.
 *
 *     safety     actions at random, faults among them; invariants are looked at after each step
 *     liveness   no more faults, everybody is served: all must come to rest in exactly the state that the model expects
 *     end        all close; nothing may remain
 */
import type { Image, Publication } from '@aeron/client';
import { SimulatedWorld } from '@aeron/core/testing';
import type { Action } from './actions/action.ts';
import { comeToRest, endAll } from './calm.ts';
import { StreamLedger } from './model/stream-ledger.ts';
import { ClientNode, type ClientSurroundings } from './nodes/client-node.ts';
import { DriverNode } from './nodes/driver-node.ts';
import type { Plan } from './plan.ts';

const TRACE_LENGTH = 60;
const NS_PER_MS = 1e6;
/** No one that is not held up on purpose goes unserved for longer. */
const SERVICE_GAP_NS = 300 * NS_PER_MS;

/** What a run has to show; the sums tell whether the scenario does what it is meant to. */
export interface RunSummary {
  readonly steps: number;
  readonly virtualMs: number;
  readonly messages: number;
  /** Bytes of payload that reached subscribers and were found to be right. */
  readonly checkedLength: number;
  readonly images: number;
  /** How often each action was carried out. */
  readonly actions: ReadonlyMap<string, number>;
  /** Of all that happened: the same seed gives the same. */
  readonly fingerprint: number;
}

export class Simulation implements ClientSurroundings {
  readonly world: SimulatedWorld;
  readonly plan: Plan;
  readonly drivers: readonly DriverNode[];
  readonly clients: readonly ClientNode[];
  readonly ledgers = new Map<string, StreamLedger>();
  /** Last of the things that happened. */
  readonly trace: string[] = [];
  messageCount = 0;
  #isDiskFull = false;
  #diskFreedNs = Number.NEGATIVE_INFINITY;
  readonly #actionCounts = new Map<string, number>();
  readonly #problems: Error[] = [];
  #fingerprint = 0;
  #stepCount = 0;

  constructor(seed: number, makePlan: (world: SimulatedWorld) => Plan) {
    this.world = new SimulatedWorld(seed);
    this.plan = makePlan(this.world);
    const drivers = this.plan.drivers.map(
      (options) => new DriverNode(this.world, { ...options, onProblem: this.onProblem }),
    );
    this.drivers = drivers;
    this.clients = this.plan.clients.map(({ name, driverIndex }) => {
      const driver = drivers[driverIndex];
      if (driver === undefined) {
        throw new RangeError(`no such driver: client=${name} driverIndex=${driverIndex}`);
      }
      return new ClientNode(name, driver, this);
    });
  }

  readonly onProblem = (problem: Error): void => {
    this.#problems.push(problem);
  };

  /** @throws what was violated. */
  async run(): Promise<RunSummary> {
    for (const action of this.plan.opening) {
      await this.#act(action);
    }
    for (let phase = 0; phase < this.plan.phases; phase++) {
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
      checkedLength: this.clients.reduce((sum, client) => sum + client.checkedLength, 0),
      images: [...this.ledgers.values()].reduce((sum, ledger) => sum + ledger.imageCount, 0),
      actions: this.#actionCounts,
      fingerprint: this.#fingerprint,
    };
  }

  /** Whether the drivers' disks have no room for another log. */
  get isDiskFull(): boolean {
    return this.#isDiskFull;
  }

  set isDiskFull(value: boolean) {
    this.#isDiskFull = value;
    this.#diskFreedNs = this.world.nowNs;
  }

  wasDiskFullSince(timeNs: number): boolean {
    return this.#isDiskFull || this.#diskFreedNs >= timeNs;
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
      this.#resumeDue();
      this.#serveNeglected();
    }
  }

  /** One duty cycle of everybody. */
  serveAll(): number {
    let workCount = 0;
    for (const driver of this.drivers) {
      workCount += driver.invoke();
    }
    for (const client of this.clients) {
      workCount += client.invoke();
    }
    return workCount;
  }

  throwProblem(): void {
    const problem = this.#problems[0];
    if (problem !== undefined) {
      throw problem;
    }
  }

  ledgerOfPublication(node: ClientNode, publication: Publication): StreamLedger {
    const { sessionId, streamId, initialTermId, termBufferLength: termLength, maxPayloadLength } = publication;
    const facts = { sessionId, streamId, initialTermId, termLength, maxPayloadLength };
    return this.#ledger(this.plan.medium.keyOfPublication(node, publication), facts);
  }

  ledgerOfImage(node: ClientNode, image: Image): StreamLedger {
    const { sessionId, initialTermId, termBufferLength: termLength, mtuLength } = image;
    const { streamId } = image.subscription;
    const facts = { sessionId, streamId, initialTermId, termLength, maxPayloadLength: mtuLength - 32 };
    return this.#ledger(this.plan.medium.keyOfImage(node, image), facts);
  }

  #ledger(key: string, facts: StreamLedger['facts']): StreamLedger {
    const ledger = this.ledgers.get(key) ?? new StreamLedger(key, facts);
    this.ledgers.set(key, ledger);
    return ledger;
  }

  async #actAtRandom(): Promise<void> {
    const { actions } = this.plan;
    const totalWeight = actions.reduce((sum, { weight }) => sum + weight, 0);
    for (let i = 0; i < this.plan.stepsPerPhase; i++) {
      await this.#act(this.#pick(actions, totalWeight));
    }
  }

  async #act(action: Action): Promise<void> {
    const done = action.run(this);
    const what = done instanceof Promise ? await done : done;
    if (what !== undefined) {
      this.note(`${action.name} ${what}`);
      this.#actionCounts.set(action.name, (this.#actionCounts.get(action.name) ?? 0) + 1);
    }
    this.#stepCount++;
    this.#resumeDue();
    this.throwProblem();
  }

  #pick(actions: readonly Action[], totalWeight: number): Action {
    let rest = this.world.random.nextFloat() * totalWeight;
    for (const action of actions) {
      rest -= action.weight;
      if (rest < 0) {
        return action;
      }
    }
    throw new RangeError('no actions');
  }

  #resumeDue(): void {
    for (const node of [...this.drivers, ...this.clients]) {
      if (node.state === 'paused' && this.world.nowNs >= node.pausedUntilNs) {
        node.resume();
      }
    }
  }

  #serveNeglected(): void {
    for (const node of [...this.drivers, ...this.clients]) {
      if (node.state === 'live' && this.world.nowNs - node.lastInvokedNs >= SERVICE_GAP_NS) {
        node.invoke();
      }
    }
  }
}
