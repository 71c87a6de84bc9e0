// SPDX-License-Identifier: Apache-2.0
/**
 * A simulated application with one client: what it has open, what it waits for, and whether the driver may still count on
 * it. Its actions are in ../actions; here is its life.
 */
import { Aeron, type Counter, type Image, type Publication, RegistrationError } from '@aeron/client';
import { isAeronError } from '@aeron/core';
import type { SimulatedPlatform, SimulatedWorld } from '@aeron/core/testing';
import { expectThat, InvariantViolation } from '../model/expect.ts';
import type { StreamLedger } from '../model/stream-ledger.ts';
import type { DriverNode } from './driver-node.ts';
import { Publisher } from './publisher.ts';
import { Subscriber, type SubscriberWishes } from './subscriber.ts';

const NS_PER_MS = 1e6;
const KEEP_ALIVE_INTERVAL_NS = 200 * NS_PER_MS;
const ANSWER_LIMIT_NS = 12_000 * NS_PER_MS;
const DRIVER_TIMEOUT_MS = 3000;
/** Far below the drivers' unblock time-out. */
const CLAIM_AGE_LIMIT_NS = 800 * NS_PER_MS;
const END_NOTICED_LIMIT_NS = (DRIVER_TIMEOUT_MS + 1000) * NS_PER_MS;

export type ClientState = 'absent' | 'live' | 'paused';

/** A counter in the hands of the application, with the value that it must have. */
export interface HeldCounter {
  readonly counter: Counter;
  value: number;
}

/** Something that the driver was asked for and has not answered yet. */
interface PendingAdd {
  readonly kind: 'publication' | 'exclusive' | 'subscription' | 'counter' | 'static';
  readonly registrationId: number;
  /** Of a request that must be refused: what the refusal must say. */
  readonly refusal: RegExp | undefined;
  readonly sentNs: number;
  /** From when on the client could have seen the answer. */
  waitsSinceNs: number;
}

/** What a client needs of the simulation. */
export interface ClientSurroundings {
  readonly world: SimulatedWorld;
  /** The ledger of a publication or an image as this client sees it. */
  ledgerOfPublication(node: ClientNode, publication: Publication): StreamLedger;
  ledgerOfImage(node: ClientNode, image: Image): StreamLedger;
  readonly onProblem: (problem: Error) => void;
  /** Whether at some time since then there was no room for another log. Virtual time. */
  wasDiskFullSince(timeNs: number): boolean;
}

export class ClientNode {
  readonly name: string;
  readonly driver: DriverNode;
  state: ClientState = 'absent';
  /** Of the driver that it is connected to. */
  driverIncarnation = 0;
  publishers: Publisher[] = [];
  subscribers: Subscriber[] = [];
  counters: HeldCounter[] = [];
  pending: PendingAdd[] = [];
  lastInvokedNs = 0;
  pausedUntilNs = 0;
  /** It is held up for longer than the driver waits for it. */
  isDoomed = false;
  /** The driver knows it by something that it was given. */
  isKnown = false;
  /** Bytes of payload that its subscribers have checked. */
  checkedLength = 0;
  readonly #surroundings: ClientSurroundings;
  #aeron: Aeron | undefined;
  #platform: SimulatedPlatform | undefined;

  constructor(name: string, driver: DriverNode, surroundings: ClientSurroundings) {
    this.name = name;
    this.driver = driver;
    this.#surroundings = surroundings;
  }

  /** The client of a live application. */
  get aeron(): Aeron {
    expectThat(this.#aeron !== undefined, () => `no client: ${this.name}`);
    return this.#aeron;
  }

  /** Ports of the live application's process. */
  get platform(): SimulatedPlatform {
    expectThat(this.#platform !== undefined, () => `no process: ${this.name}`);
    return this.#platform;
  }

  /** Whether it is connected to the driver that runs now. */
  get isServed(): boolean {
    return this.driver.state !== 'absent' && this.driverIncarnation === this.driver.incarnation;
  }

  connect(): void {
    const platform = this.#surroundings.world.platform(this.driver.options.hostName);
    this.#platform = platform;
    this.#aeron = Aeron.connectNow({
      aeronDirectoryName: this.driver.directory,
      platform,
      useConductorAgentInvoker: true,
      clientName: this.name,
      driverTimeoutMs: DRIVER_TIMEOUT_MS,
      keepAliveIntervalNs: KEEP_ALIVE_INTERVAL_NS,
      resourceLingerDurationNs: '500ms',
      errorHandler: (error) => this.#onError(error),
      subscriberErrorHandler: (error) => {
        throw error;
      },
      availableImageHandler: (image) => this.#onAvailableImage(image),
      unavailableImageHandler: (image) => this.#onUnavailableImage(image),
    });
    this.state = 'live';
    this.driverIncarnation = this.driver.incarnation;
    this.isKnown = false;
    this.isDoomed = false;
    this.lastInvokedNs = this.#surroundings.world.nowNs;
  }

  /** One duty cycle of the client, and a look at what was asked for. */
  invoke(): number {
    if (this.state !== 'live') {
      return 0;
    }
    const { nowNs } = this.#surroundings.world;
    this.lastInvokedNs = nowNs;
    const workCount = this.aeron.conductorAgentInvoker?.invoke() ?? 0;
    if (this.aeron.isClosed) {
      this.#onClientEnded();
      return workCount;
    }
    expectThat(!this.isDoomed, () => `${this.name} goes on although the driver must have given it up`);
    const isNoticed = this.isServed || this.driver.absentNs < END_NOTICED_LIMIT_NS;
    expectThat(isNoticed, () => `${this.name} has not noticed the end of the driver: absentNs=${this.driver.absentNs}`);
    this.#collectAnswers(nowNs);
    for (const publisher of this.publishers) {
      publisher.check();
      publisher.finishOlderThan(nowNs - CLAIM_AGE_LIMIT_NS);
    }
    return workCount;
  }

  asked(kind: PendingAdd['kind'], registrationId: number, refusal?: RegExp): void {
    const { nowNs } = this.#surroundings.world;
    this.pending.push({ kind, registrationId, refusal, sentNs: nowNs, waitsSinceNs: nowNs });
  }

  askedForSubscription(registrationId: number, wishes: SubscriberWishes): void {
    this.subscribers.push(new Subscriber(registrationId, wishes));
    this.asked('subscription', registrationId);
  }

  /** @param isTooLong whether the driver will give it up meanwhile. */
  pause(durationNs: number, isTooLong: boolean): void {
    this.state = 'paused';
    this.pausedUntilNs = this.#surroundings.world.nowNs + durationNs;
    if (isTooLong) {
      this.isDoomed = true;
      this.#countTimeout();
      this.#abandonPublishers();
    }
  }

  resume(): void {
    this.state = 'live';
    const nowNs = this.#surroundings.world.nowNs;
    for (const each of this.pending) {
      each.waitsSinceNs = nowNs;
    }
    this.invoke(); // before the application does anything: its positions may be other counters by now
  }

  /** As by kill -9. */
  kill(): void {
    this.#countTimeout();
    this.#abandonPublishers();
    this.platform.crash();
    this.#forget();
  }

  /** In order. The process stays, so that whatever the client has not given up is found at the end. */
  close(): void {
    this.#abandonPublishers();
    for (const subscriber of this.subscribers) {
      subscriber.isClosing = true;
    }
    void this.aeron.close();
    this.#forget();
  }

  closePublisher(publisher: Publisher): void {
    publisher.abandon();
    this.publishers = this.publishers.filter((other) => other !== publisher);
  }

  closeSubscriber(subscriber: Subscriber): void {
    subscriber.isClosing = true;
    subscriber.subscription?.close();
    this.checkedLength += subscriber.checkedLength;
    this.subscribers = this.subscribers.filter((other) => other !== subscriber);
  }

  #countTimeout(): void {
    const asked = this.pending.filter(({ refusal }) => refusal === undefined);
    if (!this.isServed || (!this.isKnown && asked.length === 0)) {
      return;
    }
    if (!this.isKnown && asked.some(({ sentNs }) => this.#surroundings.wasDiskFullSince(sentNs))) {
      this.driver.isCountUncertain = true; // it may get to know this client, or be out of room
    }
    this.driver.expectedClientTimeouts++;
  }

  #abandonPublishers(): void {
    for (const publisher of this.publishers) {
      publisher.abandon();
    }
  }

  #forget(): void {
    for (const subscriber of this.subscribers) {
      this.checkedLength += subscriber.checkedLength;
    }
    this.state = 'absent';
    this.publishers = [];
    this.subscribers = [];
    this.counters = [];
    this.pending = [];
    this.#aeron = undefined;
    this.#platform = undefined;
  }

  #onClientEnded(): void {
    const hasReason = this.isDoomed || !this.isServed || this.driver.wasHeldUp;
    expectThat(hasReason, () => `${this.name} ended without a reason`);
    for (const { publication } of this.publishers) {
      expectThat(publication.isClosed && publication.offer('x') < 0, () => `still open: ${publication}`);
    }
    for (const { subscription } of this.subscribers) {
      const isShut = subscription === undefined || (subscription.isClosed && subscription.imageCount === 0);
      expectThat(isShut, () => `still open: ${subscription}`);
    }
    this.#abandonPublishers();
    void this.aeron.close(); // what remains of it goes a little later, by itself
    this.#forget();
  }

  #onError(error: Error): void {
    const isEnd =
      isAeronError(error, 'DRIVER_TIMEOUT') ||
      isAeronError(error, 'CLIENT_TIMEOUT') ||
      isAeronError(error, 'CONDUCTOR_SERVICE_TIMEOUT');
    // A stream without messages may end, and its log go, before a client that is a little late has opened it.
    const isGone = isAeronError(error, 'FILE_ACCESS') && /^failed to map log buffer: .*ENOENT/.test(error.message);
    const isExpected = isGone || (isEnd && (this.isDoomed || !this.isServed || this.driver.wasHeldUp));
    if (error instanceof InvariantViolation || !isExpected) {
      this.#surroundings.onProblem(error);
    }
  }

  #onAvailableImage(image: Image): void {
    const { registrationId } = image.subscription;
    const subscriber = this.subscribers.find((each) => each.registrationId === registrationId);
    expectThat(subscriber !== undefined, () => `image for an unknown subscription: ${image}`);
    subscriber.onAvailable(image, this.#surroundings.ledgerOfImage(this, image));
  }

  #onUnavailableImage(image: Image): void {
    const { registrationId } = image.subscription;
    const subscriber = this.subscribers.find((each) => each.registrationId === registrationId);
    if (subscriber === undefined) {
      return; // closing; it is off the list already
    }
    const follower = subscriber.onUnavailable(image);
    if (!this.aeron.isClosed) {
      follower.onPolled(); // else its position may be the counter of somebody else by now
    }
    const { ledger } = follower;
    const isCut = ledger.isRevoked || this.#surroundings.world.nowNs <= ledger.coolDownUntilNs;
    if (subscriber.isClosing || this.aeron.isClosed || !subscriber.wishes.isTether || isCut) {
      return;
    }
    expectThat(!ledger.isOpen, () => `image of an open stream went: ${image}`);
    const missing = follower.missing();
    expectThat(missing === undefined, () => `stream ended before all was read: ${image} ${JSON.stringify(missing)}`);
    expectThat(image.isEndOfStream, () => `image went before the end of its stream: ${image}`);
  }

  #collectAnswers(nowNs: number): void {
    const waiting = this.pending;
    this.pending = [];
    for (const add of waiting) {
      if (!this.#collect(add)) {
        const isLate = this.isServed && this.driver.state === 'live' && nowNs - add.waitsSinceNs > ANSWER_LIMIT_NS;
        expectThat(!isLate, () => `${this.name} got no answer: ${add.kind} ${add.registrationId}`);
        this.pending.push(add);
      }
    }
  }

  /** @returns whether the driver has answered. */
  #collect(add: PendingAdd): boolean {
    try {
      const isAnswered = this.#take(add);
      expectThat(!isAnswered || add.refusal === undefined, () => `not refused: ${add.kind} refusal=${add.refusal}`);
      this.isKnown ||= isAnswered;
      return isAnswered;
    } catch (error) {
      if (isAeronError(error, 'FILE_ACCESS') && !this.isServed) {
        return true; // the driver has taken its files with it
      }
      if (error instanceof RegistrationError && error.errorCode === 'STORAGE_SPACE') {
        const hasLostRoom = this.#surroundings.wasDiskFullSince(add.sentNs);
        expectThat(hasLostRoom && add.kind !== 'subscription', () => `refused although there was room: ${error}`);
        return true;
      }
      if (error instanceof InvariantViolation || !isAeronError(error, 'REGISTRATION') || add.refusal === undefined) {
        throw error;
      }
      const { message } = error;
      expectThat(add.refusal.test(message), () => `refused with other words than ${add.refusal}: ${message}`);
      return true;
    }
  }

  #take({ kind, registrationId }: PendingAdd): boolean {
    const { aeron } = this;
    switch (kind) {
      case 'publication':
        return this.#open(aeron.getPublication(registrationId), false);
      case 'exclusive':
        return this.#open(aeron.getExclusivePublication(registrationId), true);
      case 'subscription': {
        const subscription = aeron.getSubscription(registrationId);
        const subscriber = this.subscribers.find((each) => each.registrationId === registrationId);
        if (subscriber !== undefined && subscription !== null) {
          subscriber.subscription = subscription;
        }
        return subscription !== null;
      }
      default: {
        const counter = aeron.getCounter(registrationId);
        if (counter !== null) {
          this.counters.push({ counter, value: counter.get() });
        }
        return counter !== null;
      }
    }
  }

  #open(publication: Publication | null, isExclusive: boolean): boolean {
    if (publication === null) {
      return false;
    }
    const ledger = this.#surroundings.ledgerOfPublication(this, publication);
    this.publishers.push(new Publisher(publication, isExclusive, ledger));
    return true;
  }
}
