// SPDX-License-Identifier: Apache-2.0
/**
 * The conductor's half of a stream to the network: its life from the first publisher to the last receiver. What is sent, and to
 * whom, is the sender's half; they meet in the log, in counters and in one slot of shared state. Conductor only.
 *
 *     ACTIVE ──last publisher gone──▶ DRAINING ──all sent, or nobody left to send to──▶ LINGER ──time is up──▶ DONE
 *        └──────────────── revoked, or its log is corrupt ─────────────────────────────▲
 *
 * DONE means that the sender was asked to let go; the publication ends when it has.
 */
import {
  isConnected,
  isPublicationRevoked,
  putEndOfStreamPosition,
  putIsConnected,
  putIsPublicationRevoked,
  unblockLog,
} from '@aeron/codecs/internal';
import { type AtomicCounter, toError } from '@aeron/core/internal';
import { quietLooksAfter } from '../../agents/resting-turns.ts';
import { BlockedPublisherCheck } from '../../ipc/blocked-publisher-check.ts';
import type { MappedLog } from '../../resources/mapped-log.ts';
import type { PublicationState } from '../../shared-state/publication-state.ts';
import type { ManagedResource } from '../managed-resource.ts';
import type { HeldPublication } from '../registry/publication-link.ts';
import type { Subscribable, SubscriptionLink } from '../registry/subscription-link.ts';
import type { PublicationParams } from '../rules/publication-params.ts';
import type { SharedPublication } from '../rules/shared-publication.ts';
import type { StreamPosition } from '../rules/stream-position.ts';
import { StateMachine, type Transitions } from '../state-machine.ts';
import { closeCounters, StreamSubscribers, type StreamSubscribersPort } from '../stream-subscribers.ts';
import { PublicationFlow } from './publication-flow.ts';
import type { SendChannelEndpoint } from './send-channel-endpoint.ts';

export type NetworkPublicationState = 'ACTIVE' | 'DRAINING' | 'LINGER' | 'DONE';

const ALLOWED: Transitions<NetworkPublicationState> = {
  ACTIVE: ['DRAINING', 'LINGER'],
  DRAINING: ['LINGER'],
  LINGER: ['DONE'],
  DONE: [],
};

/** What a publication asks of its surroundings. */
export interface NetworkPublicationPort extends StreamSubscribersPort<NetworkPublication> {
  /** All spies forget it and are told. */
  unlinkSpies(publication: NetworkPublication): void;
  /** Its session id is free, and the sender is to let go of it. */
  onDone(publication: NetworkPublication): void;
  /** Unmaps the log and has it deleted, and gives the slot of shared state back. */
  free(publication: NetworkPublication): void;
  onUnblocked(): void;
  /** @param revokedPosition where the stream ends. */
  onRevoked(publication: NetworkPublication, revokedPosition: number): void;
}

/** What a publication is made of. */
export interface NetworkPublicationFields {
  readonly registrationId: number;
  readonly channel: string;
  readonly streamId: number;
  readonly sessionId: number;
  readonly isExclusive: boolean;
  readonly params: PublicationParams;
  /** Where it starts. */
  readonly start: StreamPosition;
  readonly endpoint: SendChannelEndpoint;
  readonly log: MappedLog;
  readonly state: PublicationState;
  readonly stateIndex: number;
  readonly counters: NetworkPublicationCounters;
}

/** In the order in which they are allocated; the first one only with flow control that tracks receivers. */
export interface NetworkPublicationCounters {
  readonly flowControlReceivers: AtomicCounter | undefined;
  readonly publisherPosition: AtomicCounter;
  readonly publisherLimit: AtomicCounter;
  readonly senderPosition: AtomicCounter;
  readonly senderLimit: AtomicCounter;
  readonly senderBackPressure: AtomicCounter;
  readonly senderNaksReceived: AtomicCounter;
}

/** The settings that it follows. */
export interface NetworkPublicationSettings {
  readonly publicationUnblockTimeoutNs: number;
}

/** @source aeron-driver/NetworkPublication */
export class NetworkPublication implements ManagedResource, Subscribable, HeldPublication, SharedPublication {
  readonly registrationId: number;
  readonly channel: string;
  readonly streamId: number;
  readonly sessionId: number;
  readonly isExclusive: boolean;
  readonly params: PublicationParams;
  readonly endpoint: SendChannelEndpoint;
  readonly log: MappedLog;
  readonly stateIndex: number;
  readonly publisherLimitCounterId: number;
  /** Passes in a row that found nothing new. */
  quietLooks = 0;
  readonly #start: StreamPosition;
  readonly #port: NetworkPublicationPort;
  readonly #shared: PublicationState;
  readonly #flow: PublicationFlow;
  readonly #spies: StreamSubscribers<NetworkPublication>;
  readonly #blockedCheck: BlockedPublisherCheck;
  readonly #state: StateMachine<NetworkPublicationState>;
  readonly #counters: readonly AtomicCounter[];
  #refCount = 0;
  #timeOfLastActivityNs: number;
  #isSenderReleased = false;
  #isConnected = false;
  #isCorrupt = false;

  constructor(
    fields: NetworkPublicationFields,
    settings: NetworkPublicationSettings,
    port: NetworkPublicationPort,
    nowNs: number,
  ) {
    const { log, start, counters, params, state } = fields;
    this.registrationId = fields.registrationId;
    this.channel = fields.channel;
    this.streamId = fields.streamId;
    this.sessionId = fields.sessionId;
    this.isExclusive = fields.isExclusive;
    this.params = params;
    this.endpoint = fields.endpoint;
    this.log = log;
    this.stateIndex = fields.stateIndex;
    this.publisherLimitCounterId = counters.publisherLimit.id;
    this.#start = start;
    this.#port = port;
    this.#shared = state;
    this.#counters = Object.values(counters).filter((counter) => counter !== undefined);
    this.#flow = new PublicationFlow({
      ...{ terms: log.terms, metadata: log.metadata, termLength: log.termLength },
      ...{ initialTermId: start.initialTermId, windowLength: params.publicationWindowLength, state },
      publisherPosition: counters.publisherPosition,
      publisherLimit: counters.publisherLimit,
      senderPosition: counters.senderPosition,
    });
    this.#spies = new StreamSubscribers(this, this.#flow, params.untethered, port);
    this.#blockedCheck = new BlockedPublisherCheck(
      log,
      settings.publicationUnblockTimeoutNs,
      this.#flow.senderPosition,
      nowNs,
    );
    this.#timeOfLastActivityNs = nowNs;
    this.#state = new StateMachine<NetworkPublicationState>(
      `network-publication-${fields.registrationId}`,
      ALLOWED,
      'ACTIVE',
    );
  }

  get state(): NetworkPublicationState {
    return this.#state.current;
  }

  get mtuLength(): number {
    return this.params.mtuLength;
  }

  get termLength(): number {
    return this.log.termLength;
  }

  get initialTermId(): number {
    return this.#start.initialTermId;
  }

  get startingTermId(): number {
    return this.#start.termId;
  }

  get startingTermOffset(): number {
    return this.#start.termOffset;
  }

  get entityTag(): bigint {
    return this.params.entityTag;
  }

  get responseCorrelationId(): number {
    return this.params.responseCorrelationId;
  }

  /** Where a spy that joins now starts. */
  get joinPosition(): number {
    return this.#flow.senderPosition;
  }

  get isAcceptingSubscriptions(): boolean {
    if (this.#isCorrupt) {
      return false;
    }
    const isBeingDrained = this.state === 'DRAINING' && this.#flow.hasSpies;
    return this.state === 'ACTIVE' || (isBeingDrained && !this.#isSent(this.#flow.samplePublisherPosition()));
  }

  get hasReachedEndOfLife(): boolean {
    return this.state === 'DONE' && this.#isSenderReleased;
  }

  incRef(): void {
    this.#refCount++;
  }

  decRef(): void {
    this.#refCount--;
    if (this.#refCount > 0) {
      return;
    }
    this.#attempt(() => this.#endStream());
    if (this.state === 'ACTIVE' && !isPublicationRevoked(this.log.metadata)) {
      this.#state.transition('DRAINING');
    }
  }

  /** Takes effect at the next tick. */
  revoke(): void {
    putIsPublicationRevoked(this.log.metadata, true);
  }

  addSubscriber(link: SubscriptionLink, position: AtomicCounter, nowNs: number): void {
    this.#spies.add(link, position, nowNs);
    if (this.params.spiesSimulateConnection) {
      this.#setConnected(true);
    }
  }

  removeSubscriber(link: SubscriptionLink, position: AtomicCounter): void {
    this.#spies.remove(link, position);
    if (this.params.spiesSimulateConnection) {
      this.#setConnected(this.#hasConsumers());
    }
  }

  /** The sender uses neither log nor counters nor shared state any more. */
  onSenderReleased(): void {
    this.#isSenderReleased = true;
  }

  /** In every pass of the conductor. @returns 1 when the publisher's limit moved, else 0. */
  updatePublisherPositionAndLimit(): number {
    if (this.state !== 'ACTIVE' || this.#isCorrupt) {
      return 0;
    }
    try {
      const hasConsumers = this.#hasConsumers();
      if (hasConsumers !== this.#isConnected) {
        this.#setConnected(hasConsumers);
      }
      const workCount = this.#flow.update(hasConsumers);
      this.quietLooks = quietLooksAfter(this.quietLooks, this.#flow.hasMoved || workCount > 0);
      return workCount;
    } catch (error) {
      this.#onCorrupt(error);
      return 0;
    }
  }

  onTimeEvent(nowNs: number): void {
    switch (this.state) {
      case 'ACTIVE':
        this.#attempt(() => this.#onActiveTick(nowNs));
        break;
      case 'DRAINING':
        this.#attempt(() => this.#onDrainingTick(nowNs));
        break;
      case 'LINGER':
        this.#onLingerTick(nowNs);
        break;
      case 'DONE':
        break;
    }
    if (this.#isCorrupt && (this.state === 'ACTIVE' || this.state === 'DRAINING')) {
      this.#end(nowNs);
    }
  }

  close(): void {
    this.#spies.closeAll();
    closeCounters(this.#counters, this.#port.onError);
    this.#port.free(this);
  }

  #onActiveTick(nowNs: number): void {
    if (isPublicationRevoked(this.log.metadata)) {
      const revokedPosition = this.#flow.closeLimit();
      putEndOfStreamPosition(this.log.metadata, revokedPosition);
      this.#shared.isRevoked = true;
      this.#end(nowNs);
      this.#port.onRevoked(this, revokedPosition);
      return;
    }
    this.#spies.checkUntethered(nowNs);
    this.#setConnected(this.#hasConsumers());
    const published = this.#flow.samplePublisherPosition();
    // An exclusive publisher has nobody to be blocked by, and clears up after itself.
    if (!this.isExclusive && this.#blockedCheck.unblockIfStuck(published, this.#flow.senderPosition, nowNs)) {
      this.#port.onUnblocked();
    }
  }

  #onDrainingTick(nowNs: number): void {
    this.#spies.checkUntetheredDraining(nowNs);
    const published = this.#flow.samplePublisherPosition();
    if (this.#isSent(published)) {
      this.#shared.isEndOfStream = true;
    } else {
      const { terms, metadata, termLength } = this.log;
      if (unblockLog(terms, metadata, this.#flow.senderPosition, termLength)) {
        this.#port.onUnblocked();
        return;
      }
      if (this.#shared.hasReceivers) {
        return;
      }
    }
    if (this.#flow.haveSpiesReached(published)) {
      this.#linger(nowNs);
    }
  }

  #onLingerTick(nowNs: number): void {
    const isTimeUp = this.#timeOfLastActivityNs + this.params.lingerTimeoutNs - nowNs < 0;
    if (this.#refCount <= 0 && (this.#shared.hasUnicastEos || isTimeUp)) {
      this.#state.transition('DONE');
      this.#port.onDone(this);
    }
  }

  /** Nothing more will be published. */
  #endStream(): void {
    const position = this.#flow.closeLimit();
    putEndOfStreamPosition(this.log.metadata, position);
    if (!isPublicationRevoked(this.log.metadata) && this.#isSent(position)) {
      this.#shared.isEndOfStream = true;
    }
  }

  /** Ends the stream here and now. */
  #end(nowNs: number): void {
    this.#setConnected(false);
    this.#shared.isEndOfStream = true;
    this.#linger(nowNs);
  }

  #linger(nowNs: number): void {
    this.#port.unlinkSpies(this);
    this.#spies.closeAll();
    this.#timeOfLastActivityNs = nowNs;
    this.#state.transition('LINGER');
  }

  #isSent(position: number): boolean {
    return this.#flow.senderPosition >= position;
  }

  #hasConsumers(): boolean {
    return this.#shared.isReceived || (this.params.spiesSimulateConnection && this.#flow.hasSpies);
  }

  #setConnected(value: boolean): void {
    this.#isConnected = value;
    if (isConnected(this.log.metadata) !== value) {
      putIsConnected(this.log.metadata, value);
    }
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#onCorrupt(error);
    }
  }

  /** Clients write to the log; what makes no sense in it ends this stream and no other. */
  #onCorrupt(error: unknown): void {
    this.#isCorrupt = true;
    this.#port.onError(toError(error));
  }
}
