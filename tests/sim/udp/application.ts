// SPDX-License-Identifier: Apache-2.0
/**
 * A simulated application on one host: keeps the ends open that it wants, however often its driver or its own process goes
 * away, and notes everything that it publishes and hears.
 */
import { Aeron, ExclusivePublication, type Image, type Subscription } from '@aeron/client';
import { DRIVER_COUNTERS } from '@aeron/codecs';
import { isAeronError } from '@aeron/core';
import type { SimulatedPlatform, SimulatedWorld } from '@aeron/core/testing';
import { expectThat, InvariantViolation } from '../model/expect.ts';
import type { StreamFacts, StreamLedger } from '../model/stream-ledger.ts';
import type { DriverNode } from '../nodes/driver-node.ts';
import { Publisher } from '../nodes/publisher.ts';
import { Subscriber } from '../nodes/subscriber.ts';
import { DRIVER_TIMEOUT_MS, PASSING_PROBLEMS } from './driver-options.ts';
import { PublicationEnd, type SubscriptionEnd } from './ends.ts';

const NS_PER_MS = 1e6;
const KEEP_ALIVE_INTERVAL_NS = 200 * NS_PER_MS;
const RETRY_NS = 300 * NS_PER_MS;
const HEADER_LENGTH = 32;
/** What a driver says to something that is right, at the wrong moment. */
const PASSING_REFUSALS = [
  /image.*not found/, // the image to respond to has gone meanwhile
  ...PASSING_PROBLEMS,
];
/** What a client may meet in the course of such a life. */
const TOLERATED_ERRORS = [/^failed to map log buffer: .*ENOENT/];

/** What an application needs of the simulation. */
export interface ApplicationSurroundings {
  readonly world: SimulatedWorld;
  ledger(key: string, facts: StreamFacts): StreamLedger;
  note(what: string): void;
  readonly onProblem: (problem: Error) => void;
}

export class Application {
  readonly name: string;
  readonly driver: DriverNode;
  readonly publications: PublicationEnd[] = [];
  readonly subscriptions: SubscriptionEnd[] = [];
  state: 'absent' | 'live' | 'paused' = 'absent';
  lastInvokedNs = 0;
  pausedUntilNs = 0;
  /** Bytes of payload that were found to be right, of images that are gone. */
  checkedLength = 0;
  imageCount = 0;
  readonly #surroundings: ApplicationSurroundings;
  #driverIncarnation = 0;
  #aeron: Aeron | undefined;
  #platform: SimulatedPlatform | undefined;

  constructor(name: string, driver: DriverNode, surroundings: ApplicationSurroundings) {
    this.name = name;
    this.driver = driver;
    this.#surroundings = surroundings;
  }

  get aeron(): Aeron {
    expectThat(this.#aeron !== undefined, () => `no client: ${this.name}`);
    return this.#aeron;
  }

  /** Whether it is connected to the driver that runs now. */
  get isServed(): boolean {
    return this.driver.state !== 'absent' && this.#driverIncarnation === this.driver.incarnation;
  }

  get isLive(): boolean {
    return this.state === 'live' && this.isServed;
  }

  start(): void {
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
    this.#driverIncarnation = this.driver.incarnation;
    this.lastInvokedNs = this.#surroundings.world.nowNs;
  }

  /** One duty cycle of the client, and a look at what is wanted. */
  invoke(): number {
    if (this.state !== 'live') {
      return 0;
    }
    this.lastInvokedNs = this.#surroundings.world.nowNs;
    const workCount = this.aeron.conductorAgentInvoker?.invoke() ?? 0;
    if (this.aeron.isClosed) {
      this.#onClientEnded();
      return workCount;
    }
    if (this.isServed) {
      this.#closeUnwanted();
      for (const end of this.publications) {
        this.#tendPublication(end);
      }
      for (const end of this.subscriptions) {
        this.#tendSubscription(end);
      }
    }
    return workCount;
  }

  pause(durationNs: number): void {
    this.state = 'paused';
    this.pausedUntilNs = this.#surroundings.world.nowNs + durationNs;
  }

  resume(): void {
    this.state = 'live';
    this.invoke(); // before the application does anything: its positions may be other counters by now
  }

  /** As by kill -9. */
  kill(): void {
    this.#platform?.crash();
    this.#forget();
  }

  /** In order. */
  close(): void {
    const aeron = this.#aeron;
    this.#forget();
    void aeron?.close();
  }

  closePublication(end: PublicationEnd): void {
    const publication = end.publisher?.publication;
    for (const open of end.publisher?.claims.splice(0) ?? []) {
      end.publisher?.finish(open, true);
    }
    this.#giveUpPublication(end);
    publication?.close();
  }

  /** Gives the stream up, whoever has not got it yet. */
  revoke(end: PublicationEnd): void {
    const publisher = end.publisher;
    if (publisher?.publication instanceof ExclusivePublication) {
      publisher.ledger.isRevoked = true;
      this.#giveUpPublication(end);
      publisher.publication.revoke();
    }
  }

  closeSubscription(end: SubscriptionEnd): void {
    const { subscriber } = end;
    this.#giveUpSubscription(end);
    subscriber?.subscription?.close();
    if (subscriber === undefined || subscriber.subscription === undefined) {
      return;
    }
    expectThat(subscriber.subscription.isClosed, () => `not closed: ${subscriber.subscription}`);
  }

  poll(end: SubscriptionEnd, way: Parameters<Subscriber['poll']>[0], limit: number): number {
    const { subscriber } = end;
    if (subscriber === undefined || this.#surroundings.world.nowNs < end.asleepUntilNs) {
      return 0;
    }
    const count = subscriber.poll(way, limit);
    this.#checkWindow(end, subscriber);
    return count;
  }

  /** What has been received is never more than the window ahead of a subscriber that holds it back. */
  #checkWindow({ wish }: SubscriptionEnd, subscriber: Subscriber): void {
    if (!wish.isTether || wish.isSpy || !this.isServed) {
      return;
    }
    const { counters } = this.driver;
    for (const [correlationId, { image }] of subscriber.followers) {
      const hwmId = counters.findByTypeIdAndRegistrationId(DRIVER_COUNTERS.RECEIVER_HWM.typeId, correlationId);
      const ahead = hwmId < 0 || image.isClosed ? 0 : counters.getCounterValue(hwmId) - image.position;
      const limit = image.termBufferLength / 2; // as much as a window may grow to
      expectThat(ahead <= limit, () => `received beyond the window: ahead=${ahead} window=${limit} ${image}`);
    }
  }

  #tendPublication(end: PublicationEnd): void {
    const { wish } = end;
    if (end.publisher !== undefined && wish.channel() !== end.channel) {
      this.closePublication(end); // what it depends on is another one now
    } else if (end.publisher !== undefined) {
      end.publisher.check();
      this.#checkSent(end.publisher);
      this.#addDestinations(end, end.publisher.publication);
    } else if (end.registrationId !== undefined) {
      this.#settled(end, () => this.#openPublication(end, end.registrationId as number));
    } else if (end.isWanted && this.#surroundings.world.nowNs >= end.retryNs) {
      const channel = wish.channel();
      if (channel !== undefined) {
        end.channel = channel;
        end.registrationId = wish.isExclusive
          ? this.aeron.asyncAddExclusivePublication(channel, wish.streamId)
          : this.aeron.asyncAddPublication(channel, wish.streamId);
        this.#surroundings.note(`${this.name}: add publication ${channel} ${wish.streamId} id=${end.registrationId}`);
      }
    }
  }

  /** Nothing is sent that was not published. */
  #checkSent({ publication }: Publisher): void {
    const { counters } = this.driver;
    const { originalRegistrationId, position } = publication;
    const id = counters.findByTypeIdAndRegistrationId(DRIVER_COUNTERS.SENDER_POSITION.typeId, originalRegistrationId);
    const sent = id < 0 || position < 0 ? 0 : counters.getCounterValue(id);
    expectThat(sent <= position, () => `sent more than was published: sent=${sent} ${publication}`);
  }

  #openPublication(end: PublicationEnd, registrationId: number): void {
    const { aeron } = this;
    const publication = end.wish.isExclusive
      ? aeron.getExclusivePublication(registrationId)
      : aeron.getPublication(registrationId);
    if (publication !== null) {
      const { sessionId, streamId, initialTermId, termBufferLength: termLength, maxPayloadLength } = publication;
      const facts = { sessionId, streamId, initialTermId, termLength, maxPayloadLength };
      const ledger = this.#surroundings.ledger(streamKey(streamId, sessionId, initialTermId), facts);
      end.publisher = new Publisher(publication, end.wish.isExclusive, ledger);
      this.#surroundings.note(`${this.name}: open ${publication}`);
    }
  }

  #tendSubscription(end: SubscriptionEnd): void {
    const { wish } = end;
    const { subscriber } = end;
    if (subscriber?.subscription !== undefined) {
      this.#addDestinations(end, subscriber.subscription);
      this.#renewForlorn(end, subscriber.subscription);
    } else if (subscriber !== undefined) {
      this.#settled(end, () => {
        subscriber.subscription = this.aeron.getSubscription(subscriber.registrationId) ?? undefined;
      });
    } else if (end.isWanted && this.#surroundings.world.nowNs >= end.retryNs) {
      end.registrationId = this.aeron.asyncAddSubscription(wish.channel, wish.streamId);
      end.lastHeardNs = this.#surroundings.world.nowNs;
      end.subscriber = new Subscriber(end.registrationId, { ...wish, isRejoin: true });
      this.#surroundings.note(
        `${this.name}: add subscription ${wish.channel} ${wish.streamId} id=${end.registrationId}`,
      );
    }
  }

  #renewForlorn(end: SubscriptionEnd, { hasNoImages }: Subscription): void {
    const { nowNs } = this.#surroundings.world;
    end.lastHeardNs = hasNoImages ? end.lastHeardNs : nowNs;
    if (end.wish.renewAfterNs > 0 && nowNs - end.lastHeardNs > end.wish.renewAfterNs) {
      this.closeSubscription(end);
    }
  }

  #addDestinations(
    end: PublicationEnd | SubscriptionEnd,
    resource: { addDestination(channel: string): Promise<number> },
  ): void {
    const { nowNs } = this.#surroundings.world;
    const { registrationId } = end;
    for (const destination of end.wish.destinations) {
      if (!end.destinations.has(destination) && nowNs >= end.retryNs) {
        end.destinations.add(destination);
        resource.addDestination(destination).catch((error: Error) => {
          this.#surroundings.note(`${this.name}: ${error.message}`);
          if (end.registrationId === registrationId) {
            end.destinations.delete(destination);
            end.retryNs = nowNs + RETRY_NS;
          }
        });
      }
    }
  }

  /** Takes what the driver has answered. A refusal that passes is tried again. */
  #settled(end: PublicationEnd | SubscriptionEnd, take: () => void): void {
    try {
      take();
    } catch (error) {
      const isPassing =
        isAeronError(error, 'REGISTRATION') && PASSING_REFUSALS.some((words) => words.test(error.message));
      const isGone = isAeronError(error, 'FILE_ACCESS') && !this.isServed;
      if (error instanceof InvariantViolation || !(isPassing || isGone)) {
        throw error;
      }
      this.#surroundings.note(`${this.name}: refused ${error.message}`);
      end.forget();
      end.retryNs = this.#surroundings.world.nowNs + RETRY_NS;
    }
  }

  #giveUpPublication(end: PublicationEnd): void {
    const { registrationId, publisher } = end;
    end.forget();
    if (publisher === undefined && registrationId !== undefined) {
      this.driver.onWithdrawn('publication', registrationId);
      this.aeron.asyncRemovePublication(registrationId);
    }
  }

  #giveUpSubscription(end: SubscriptionEnd): void {
    const { subscriber } = end;
    end.forget();
    this.#endAnswers(end, () => true);
    if (subscriber === undefined) {
      return;
    }
    subscriber.isClosing = true;
    for (const { checkedLength } of subscriber.followers.values()) {
      this.checkedLength += checkedLength;
    }
    this.checkedLength += subscriber.checkedLength;
    if (subscriber.subscription === undefined) {
      this.driver.onWithdrawn('subscription', subscriber.registrationId);
      this.aeron.asyncRemoveSubscription(subscriber.registrationId);
    }
  }

  #forget(): void {
    for (const end of this.publications) {
      end.forget();
    }
    for (const end of this.subscriptions) {
      for (const { checkedLength } of end.subscriber?.followers.values() ?? []) {
        this.checkedLength += checkedLength;
      }
      this.checkedLength += end.subscriber?.checkedLength ?? 0;
      end.forget();
    }
    this.publications.splice(
      0,
      Number.POSITIVE_INFINITY,
      ...this.publications.filter(({ answers }) => answers === undefined),
    );
    this.state = 'absent';
    this.#aeron = undefined;
    this.#platform = undefined;
  }

  #onClientEnded(): void {
    const hasReason = !this.isServed || this.driver.wasHeldUp;
    expectThat(hasReason, () => `${this.name} ended without a reason`);
    const { aeron } = this;
    this.#forget();
    void aeron.close();
  }

  #onError(error: Error): void {
    const isEnd =
      isAeronError(error, 'DRIVER_TIMEOUT') ||
      isAeronError(error, 'CLIENT_TIMEOUT') ||
      isAeronError(error, 'CONDUCTOR_SERVICE_TIMEOUT');
    const isExpected =
      (isEnd && (!this.isServed || this.driver.wasHeldUp)) ||
      TOLERATED_ERRORS.some((words) => words.test(error.message));
    if (error instanceof InvariantViolation || !isExpected) {
      this.#surroundings.onProblem(error);
    }
  }

  #endOf(image: Image): SubscriptionEnd | undefined {
    return this.subscriptions.find(
      ({ subscriber }) => subscriber?.registrationId === image.subscription.registrationId,
    );
  }

  #onAvailableImage(image: Image): void {
    const end = this.#endOf(image);
    if (end?.subscriber === undefined) {
      return; // closed before the driver knew
    }
    const { sessionId, initialTermId, termBufferLength: termLength, mtuLength, correlationId } = image;
    const { streamId } = end.wish;
    const facts = { sessionId, streamId, initialTermId, termLength, maxPayloadLength: mtuLength - HEADER_LENGTH };
    const ledger = this.#surroundings.ledger(streamKey(streamId, sessionId, initialTermId), facts);
    end.subscriber.onAvailable(image, ledger);
    this.imageCount++;
    this.#surroundings.note(`${this.name}: image ${image}`);
    const answer = end.route.respond?.(end, correlationId);
    if (answer !== undefined) {
      this.publications.push(new PublicationEnd(end.route, answer, { subscription: end, correlationId, sessionId }));
    }
  }

  #onUnavailableImage(image: Image): void {
    const end = this.#endOf(image);
    if (end?.subscriber === undefined) {
      return;
    }
    const follower = end.subscriber.onUnavailable(image);
    this.#surroundings.note(`${this.name}: gone ${image}`);
    this.#endAnswers(end, ({ correlationId }) => correlationId === image.correlationId);
    if (this.aeron.isClosed) {
      return; // its position may be the counter of somebody else by now
    }
    follower.onPolled();
    if (image.isEndOfStream && !follower.mayLose && !follower.ledger.isRevoked) {
      const missing = follower.missing();
      expectThat(missing === undefined, () => `end of stream before its end: ${image} ${JSON.stringify(missing)}`);
    }
  }

  /** What answered an image that has gone is closed in the next turn: not within a callback. */
  #endAnswers(end: SubscriptionEnd, isMeant: (answers: { readonly correlationId: number }) => boolean): void {
    for (const publication of this.publications) {
      const { answers } = publication;
      if (answers?.subscription === end && isMeant(answers)) {
        publication.isWanted = false;
      }
    }
  }

  #closeUnwanted(): void {
    for (const end of this.publications.filter(({ isWanted }) => !isWanted)) {
      this.closePublication(end);
      this.publications.splice(this.publications.indexOf(end), 1);
    }
  }
}

function streamKey(streamId: number, sessionId: number, initialTermId: number): string {
  return `${streamId}/${sessionId}/${initialTermId}`;
}
