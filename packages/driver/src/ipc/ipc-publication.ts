// SPDX-License-Identifier: Apache-2.0
/**
 * A stream over shared memory: its life from the first publisher to the last. Its flow control is in ipc-flow.ts; here are the
 * states, the checks at ticks, and who is told. Conductor only.
 *
 *     ACTIVE ──last publisher gone──▶ DRAINING ──all consumed──▶ LINGER ──no publisher──▶ DONE
 *        └──────────── revoked, or its log is corrupt ────────────▲
 */

import {
  isConnected,
  isPublicationRevoked,
  putEndOfStreamPosition,
  putIsConnected,
  putIsPublicationRevoked,
} from '@aeron/codecs/internal';
import type { AtomicCounter } from '@aeron/core/internal';
import { quietLooksAfter } from '../agents/resting-turns.ts';
import type { ManagedResource } from '../conductor/managed-resource.ts';
import type { HeldPublication } from '../conductor/registry/publication-link.ts';
import type { Subscribable, SubscriptionLink } from '../conductor/registry/subscription-link.ts';
import type { PublicationParams } from '../conductor/rules/publication-params.ts';
import type { SharedPublication } from '../conductor/rules/shared-publication.ts';
import type { StreamPosition } from '../conductor/rules/stream-position.ts';
import { StateMachine, type Transitions } from '../conductor/state-machine.ts';
import { closeCounters, StreamSubscribers, type StreamSubscribersPort } from '../conductor/stream-subscribers.ts';
import type { MappedLog } from '../resources/mapped-log.ts';
import { BlockedPublisherCheck } from './blocked-publisher-check.ts';
import { IpcFlow } from './ipc-flow.ts';

export type IpcPublicationState = 'ACTIVE' | 'DRAINING' | 'LINGER' | 'DONE';

const ALLOWED: Transitions<IpcPublicationState> = {
  ACTIVE: ['DRAINING', 'LINGER'],
  DRAINING: ['LINGER'],
  LINGER: ['DONE'],
  DONE: [],
};

/** What a publication asks of its surroundings. */
export interface IpcPublicationPort extends StreamSubscribersPort<IpcPublication> {
  /** The stream has ended: its session id is free, its subscribers are told. */
  onEnded(publication: IpcPublication): void;
  /** Nobody holds it any more: subscriptions forget it. */
  onDone(publication: IpcPublication): void;
  /** All subscriptions forget it and are told; it may be joined again later. */
  unlinkSubscriptions(publication: IpcPublication): void;
  /** Links the subscriptions that match and are not linked. */
  linkSubscriptions(publication: IpcPublication): void;
  onRejected(publication: IpcPublication, reason: string): void;
  /** Unmaps the log and has it deleted. */
  freeLog(publication: IpcPublication): void;
  onUnblocked(): void;
  /** @param revokedPosition where the stream ends. */
  onRevoked(publication: IpcPublication, revokedPosition: number): void;
}

/** What a publication is made of. */
export interface IpcPublicationFields {
  readonly registrationId: number;
  readonly channel: string;
  readonly streamId: number;
  readonly sessionId: number;
  readonly isExclusive: boolean;
  readonly params: PublicationParams;
  /** Where it starts. */
  readonly start: StreamPosition;
  readonly log: MappedLog;
  readonly publisherPosition: AtomicCounter;
  readonly publisherLimit: AtomicCounter;
}

/** The settings that it follows. */
export interface IpcPublicationSettings {
  readonly publicationUnblockTimeoutNs: number;
  readonly imageLivenessTimeoutNs: number;
}

/** @source aeron-driver/IpcPublication */
export class IpcPublication implements ManagedResource, Subscribable, HeldPublication, SharedPublication {
  readonly registrationId: number;
  readonly channel: string;
  readonly streamId: number;
  readonly sessionId: number;
  readonly isExclusive: boolean;
  readonly params: PublicationParams;
  readonly log: MappedLog;
  readonly publisherLimitCounterId: number;
  /** Passes in a row that found nothing new. */
  quietLooks = 0;
  readonly #start: StreamPosition;
  readonly #port: IpcPublicationPort;
  readonly #imageLivenessTimeoutNs: number;
  readonly #flow: IpcFlow;
  readonly #subscribers: StreamSubscribers<IpcPublication>;
  readonly #blockedCheck: BlockedPublisherCheck;
  readonly #state: StateMachine<IpcPublicationState>;
  readonly #counters: readonly AtomicCounter[];
  #refCount = 0;
  /** Set while no subscription may join after a rejection. */
  #coolDownDeadlineNs: number | undefined;
  #isCorrupt = false;

  constructor(fields: IpcPublicationFields, settings: IpcPublicationSettings, port: IpcPublicationPort, nowNs: number) {
    this.registrationId = fields.registrationId;
    this.channel = fields.channel;
    this.streamId = fields.streamId;
    this.sessionId = fields.sessionId;
    this.isExclusive = fields.isExclusive;
    this.params = fields.params;
    this.log = fields.log;
    this.publisherLimitCounterId = fields.publisherLimit.id;
    this.#start = fields.start;
    this.#port = port;
    this.#imageLivenessTimeoutNs = settings.imageLivenessTimeoutNs;
    this.#counters = [fields.publisherPosition, fields.publisherLimit];
    this.#flow = new IpcFlow({
      terms: fields.log.terms,
      metadata: fields.log.metadata,
      termLength: fields.log.termLength,
      initialTermId: fields.start.initialTermId,
      windowLength: fields.params.publicationWindowLength,
      publisherPosition: fields.publisherPosition,
      publisherLimit: fields.publisherLimit,
    });
    this.#blockedCheck = new BlockedPublisherCheck(
      fields.log,
      settings.publicationUnblockTimeoutNs,
      this.#flow.consumerPosition,
      nowNs,
    );
    this.#subscribers = new StreamSubscribers(this, this.#flow, fields.params.untethered, port);
    this.#state = new StateMachine<IpcPublicationState>(`ipc-publication-${fields.registrationId}`, ALLOWED, 'ACTIVE');
  }

  get state(): IpcPublicationState {
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

  /** Where a subscription that joins now starts. */
  get joinPosition(): number {
    return this.#flow.joinPosition();
  }

  get isAcceptingSubscriptions(): boolean {
    if (this.#coolDownDeadlineNs !== undefined || this.#isCorrupt) {
      return false;
    }
    return this.state === 'ACTIVE' || (this.state === 'DRAINING' && !this.#isDrained());
  }

  get hasReachedEndOfLife(): boolean {
    return this.state === 'DONE';
  }

  incRef(): void {
    this.#refCount++;
  }

  decRef(): void {
    this.#refCount--;
    if (this.#refCount > 0) {
      return;
    }
    this.#attempt(() => {
      putEndOfStreamPosition(this.log.metadata, this.#flow.closeLimit());
    });
    if (this.state === 'ACTIVE' && !isPublicationRevoked(this.log.metadata)) {
      this.#state.transition('DRAINING');
    }
  }

  /** Takes effect at the next tick. */
  revoke(): void {
    putIsPublicationRevoked(this.log.metadata, true);
  }

  addSubscriber(link: SubscriptionLink, position: AtomicCounter, nowNs: number): void {
    this.#subscribers.add(link, position, nowNs);
    this.#setConnected(true);
  }

  removeSubscriber(link: SubscriptionLink, position: AtomicCounter): void {
    this.#subscribers.remove(link, position);
    if (!this.#flow.hasSubscribers) {
      this.#setConnected(false);
    }
  }

  /** A subscriber refuses to go on: all subscribers go, and for a while none may come. */
  reject(reason: string, nowNs: number): void {
    this.#port.onRejected(this, reason);
    if (this.#coolDownDeadlineNs === undefined) {
      this.#setConnected(false);
      this.#port.unlinkSubscriptions(this);
      this.#subscribers.closeAll();
    }
    this.#coolDownDeadlineNs = nowNs + this.#imageLivenessTimeoutNs;
  }

  /** In every pass of the conductor. @returns 1 when the publisher's limit moved, else 0. */
  updatePublisherPositionAndLimit(): number {
    if (this.state !== 'ACTIVE' || this.#isCorrupt) {
      return 0;
    }
    try {
      const workCount = this.#flow.update();
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
        this.#onLingerTick();
        break;
      case 'DONE':
        break;
    }
    if (this.#isCorrupt && (this.state === 'ACTIVE' || this.state === 'DRAINING')) {
      this.#end();
    }
  }

  close(): void {
    this.#subscribers.closeAll();
    closeCounters(this.#counters, this.#port.onError);
    this.#port.freeLog(this);
  }

  #onActiveTick(nowNs: number): void {
    if (isPublicationRevoked(this.log.metadata)) {
      const revokedPosition = this.#flow.closeLimit();
      putEndOfStreamPosition(this.log.metadata, revokedPosition);
      this.#setConnected(false);
      this.#end();
      this.#port.onRevoked(this, revokedPosition);
      return;
    }
    this.#subscribers.checkUntethered(nowNs);
    this.#setConnected(this.#flow.hasSubscribers);
    const published = this.#flow.samplePublisherPosition();
    // An exclusive publisher has nobody to be blocked by, and clears up after itself.
    if (!this.isExclusive && this.#blockedCheck.unblockIfStuck(published, this.#flow.consumerPosition, nowNs)) {
      this.#port.onUnblocked();
    }
    this.#checkCoolDown(nowNs);
  }

  #onDrainingTick(nowNs: number): void {
    this.#subscribers.checkUntetheredDraining(nowNs);
    const published = this.#flow.samplePublisherPosition();
    if (this.#flow.isDrainedTo(published)) {
      this.#end();
    } else if (this.#blockedCheck.unblockAbandoned(published, this.#flow.sampleConsumerPosition(published), nowNs)) {
      this.#port.onUnblocked();
    }
  }

  #onLingerTick(): void {
    if (this.#refCount <= 0) {
      this.#port.onDone(this);
      this.#state.transition('DONE');
    }
  }

  #end(): void {
    this.#port.onEnded(this);
    this.#state.transition('LINGER');
  }

  #isDrained(): boolean {
    return this.#flow.isDrainedTo(this.#flow.samplePublisherPosition());
  }

  #checkCoolDown(nowNs: number): void {
    if (this.#coolDownDeadlineNs !== undefined && this.#coolDownDeadlineNs < nowNs) {
      this.#coolDownDeadlineNs = undefined;
      this.#port.linkSubscriptions(this);
    }
  }

  #setConnected(value: boolean): void {
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
    this.#port.onError(error instanceof Error ? error : new Error(String(error)));
  }
}
