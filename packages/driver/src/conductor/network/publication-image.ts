// SPDX-License-Identifier: Apache-2.0
/**
 * The conductor's half of a stream from the network: its life from the SETUP that brought it to the last subscriber. Packets, and
 * what is answered, are the receiver's half; they meet in the log, in counters and in one slot of shared state. Conductor only.
 *
 *     INIT ──receiver has it──▶ ACTIVE ──ended, silent or unwanted──▶ DRAINING ──consumed──▶ LINGER ──time is up──▶ DONE
 *       └────────────────────────────────────────────────────────────▲
 *
 * DONE means that subscribers have forgotten it; the image ends when the receiver has let go of it too.
 */
import type { AtomicCounter } from '@aeron/core/internal';
import { quietLooksAfter } from '../../agents/resting-turns.ts';
import type { MappedLog } from '../../resources/mapped-log.ts';
import { type ImageState, NO_CHANGE } from '../../shared-state/image-state.ts';
import type { ManagedResource } from '../managed-resource.ts';
import type { Subscribable, SubscriptionLink } from '../registry/subscription-link.ts';
import type { UntetheredTimeouts } from '../rules/untethered-timeouts.ts';
import { StateMachine, type Transitions } from '../state-machine.ts';
import { closeCounters, StreamSubscribers, type StreamSubscribersPort } from '../stream-subscribers.ts';
import type { ImageFlow } from './image-flow.ts';
import type { ReceiveChannelEndpoint } from './receive-channel-endpoint.ts';

export type PublicationImageState = 'INIT' | 'ACTIVE' | 'DRAINING' | 'LINGER' | 'DONE';

const ALLOWED: Transitions<PublicationImageState> = {
  INIT: ['ACTIVE', 'DRAINING'],
  ACTIVE: ['DRAINING'],
  DRAINING: ['LINGER'],
  LINGER: ['DONE'],
  DONE: [],
};

/** Status messages that announce the end are given so many intervals to arrive. */
const SM_EOS_MULTIPLE = 5;

/** What an image asks of its surroundings. */
export interface PublicationImagePort extends StreamSubscribersPort<PublicationImage> {
  /** All subscribers are told that it is gone, the receiver is to let go of it, and the end point may close. */
  onLinger(image: PublicationImage): void;
  /** Subscribers forget it. */
  onDone(image: PublicationImage): void;
  /** Unmaps the log and has it deleted, and gives the slot of shared state back. */
  free(image: PublicationImage): void;
}

/** What an image is made of. */
export interface PublicationImageFields {
  readonly correlationId: number;
  readonly endpoint: ReceiveChannelEndpoint;
  readonly streamId: number;
  readonly sessionId: number;
  /** `host:port` of the sender. */
  readonly sourceIdentity: string;
  /** Whether its publication asked for a response. */
  readonly isResponseRequested: boolean;
  readonly untethered: UntetheredTimeouts;
  readonly log: MappedLog;
  readonly state: ImageState;
  readonly stateIndex: number;
  readonly flow: ImageFlow;
  /** Freed with it. */
  readonly counters: readonly AtomicCounter[];
}

/** The settings that it follows. */
export interface PublicationImageSettings {
  readonly statusMessageTimeoutNs: number;
  readonly imageLivenessTimeoutNs: number;
}

/** @source aeron-driver/PublicationImage */
export class PublicationImage implements ManagedResource, Subscribable {
  /** What clients know it by. */
  readonly registrationId: number;
  readonly endpoint: ReceiveChannelEndpoint;
  readonly streamId: number;
  readonly sessionId: number;
  readonly sourceIdentity: string;
  readonly isResponseRequested: boolean;
  readonly log: MappedLog;
  readonly stateIndex: number;
  /** Passes in a row that found nothing new. */
  quietLooks = 0;
  readonly #port: PublicationImagePort;
  readonly #settings: PublicationImageSettings;
  readonly #shared: ImageState;
  readonly #flow: ImageFlow;
  readonly #subscribers: StreamSubscribers<PublicationImage>;
  readonly #counters: readonly AtomicCounter[];
  readonly #state: StateMachine<PublicationImageState>;
  #timeOfLastStateChangeNs: number;
  #isRebuilding = true;
  /** What the receiver has said, as of its change number. */
  #receiverChange = NO_CHANGE;
  #isGivenUp = false;
  #isEndOfStream = false;
  #isReceiverReleased = false;

  constructor(
    fields: PublicationImageFields,
    settings: PublicationImageSettings,
    port: PublicationImagePort,
    nowNs: number,
  ) {
    this.registrationId = fields.correlationId;
    this.endpoint = fields.endpoint;
    this.streamId = fields.streamId;
    this.sessionId = fields.sessionId;
    this.sourceIdentity = fields.sourceIdentity;
    this.isResponseRequested = fields.isResponseRequested;
    this.log = fields.log;
    this.stateIndex = fields.stateIndex;
    this.#port = port;
    this.#settings = settings;
    this.#shared = fields.state;
    this.#flow = fields.flow;
    this.#subscribers = new StreamSubscribers(this, fields.flow, fields.untethered, port);
    this.#counters = fields.counters;
    this.#timeOfLastStateChangeNs = nowNs;
    this.#state = new StateMachine<PublicationImageState>(`image-${fields.correlationId}`, ALLOWED, 'INIT');
  }

  get state(): PublicationImageState {
    return this.#state.current;
  }

  /** Where a subscription that joins now starts. */
  get joinPosition(): number {
    return this.#flow.joinPosition();
  }

  get isAcceptingSubscriptions(): boolean {
    if (this.#subscribers.isEmpty) {
      return false;
    }
    const { state } = this;
    return state === 'INIT' || state === 'ACTIVE' || (state === 'DRAINING' && !this.#flow.isDrained());
  }

  get hasReachedEndOfLife(): boolean {
    return this.state === 'DONE' && this.#isReceiverReleased;
  }

  addSubscriber(link: SubscriptionLink, position: AtomicCounter, nowNs: number): void {
    this.#subscribers.add(link, position, nowNs);
  }

  removeSubscriber(link: SubscriptionLink, position: AtomicCounter): void {
    this.#subscribers.remove(link, position);
    if (this.#subscribers.isEmpty) {
      this.#isRebuilding = false;
    }
  }

  /** The receiver uses neither log nor counters nor shared state any more. */
  onReceiverReleased(): void {
    this.#isReceiverReleased = true;
  }

  /** In every pass of the conductor. @returns how much was done. */
  trackRebuild(nowNs: number): number {
    const workCount = this.#isRebuilding ? this.#flow.update(nowNs) : 0;
    this.quietLooks = quietLooksAfter(this.quietLooks, this.#isRebuilding && this.#flow.hasMoved);
    this.#followReceiver(nowNs);
    return workCount;
  }

  onTimeEvent(nowNs: number): void {
    switch (this.state) {
      case 'ACTIVE':
        this.#subscribers.checkUntethered(nowNs);
        break;
      case 'DRAINING':
        this.#onDrainingTick(nowNs);
        break;
      case 'LINGER':
        this.#onLingerTick(nowNs);
        break;
      case 'INIT':
      case 'DONE':
        break;
    }
  }

  close(): void {
    this.#subscribers.closeAll();
    closeCounters(this.#counters, this.#port.onError);
    this.#port.free(this);
  }

  /** The receiver found that the stream has begun, has ended, or is not wanted any longer. */
  #followReceiver(nowNs: number): void {
    if (this.state === 'INIT' && this.#shared.lastPacketTimeNs > 0) {
      this.#enter('ACTIVE', nowNs);
    }
    if (this.state !== 'INIT' && this.state !== 'ACTIVE') {
      return;
    }
    this.#takeNews();
    if (this.#isGivenUp || this.#isReceiverReleased || (this.#isEndOfStream && this.#flow.isComplete)) {
      this.#drain(nowNs);
    }
  }

  #takeNews(): void {
    const shared = this.#shared;
    const change = shared.receiverChange(this.#receiverChange);
    if (change !== this.#receiverChange) {
      this.#receiverChange = change;
      this.#isGivenUp = shared.isRevoked || shared.isDeactivated;
      this.#isEndOfStream = shared.isEndOfStream;
    }
  }

  #drain(nowNs: number): void {
    this.#isRebuilding = false;
    this.#shared.isSendingEos = this.#shared.isRevoked || !this.#shared.isEndOfStream || this.#flow.isComplete;
    this.#enter('DRAINING', nowNs);
  }

  #onDrainingTick(nowNs: number): void {
    this.#subscribers.checkUntetheredDraining(nowNs);
    const eosIntervalNs = SM_EOS_MULTIPLE * this.#settings.statusMessageTimeoutNs;
    const isToldOf = this.#timeOfLastStateChangeNs + eosIntervalNs - nowNs < 0;
    if (this.#shared.isRevoked || (isToldOf && this.#flow.isDrained())) {
      this.#shared.isClosing = true;
      this.#enter('LINGER', nowNs);
      this.#port.onLinger(this);
    }
  }

  #onLingerTick(nowNs: number): void {
    const { imageLivenessTimeoutNs } = this.#settings;
    if (this.#subscribers.isEmpty || this.#timeOfLastStateChangeNs + imageLivenessTimeoutNs - nowNs < 0) {
      this.#port.onDone(this);
      this.#enter('DONE', nowNs);
    }
  }

  #enter(state: PublicationImageState, nowNs: number): void {
    this.#state.transition(state);
    this.#timeOfLastStateChangeNs = nowNs;
  }
}
