// SPDX-License-Identifier: Apache-2.0
/**
 * A subscription of a client and the streams that it is linked to, each with the counter of its position in it. One
 * subscription with several destinations has several links with the same registration id. Conductor only.
 */
import type { AtomicCounter } from '@aeron/core/internal';
import { type DriverEvents, NO_DRIVER_EVENTS } from '../../events/driver-events.ts';
import type { UdpChannel } from '../../media/udp-channel.ts';
import type { ManagedResource } from '../managed-resource.ts';
import type { ReceiveChannelEndpoint } from '../network/receive-channel-endpoint.ts';
import type { SubscriptionParams } from '../rules/subscription-params.ts';
import type { AeronClient } from './aeron-client.ts';

/** A stream that subscriptions consume: an IPC publication, a spied network publication, or an image. */
export interface Subscribable {
  /** Registration id of the publication, or correlation id of the image: what clients know the image by. */
  readonly registrationId: number;
  /** The subscription goes; its position is closed here. */
  removeSubscriber(link: SubscriptionLink, position: AtomicCounter): void;
}

/** Which kind of channel the link listens to. */
export type SubscriptionKind = 'ipc' | 'spy' | 'network';

/** What a link is made of. */
export interface SubscriptionLinkFields {
  readonly kind: SubscriptionKind;
  readonly registrationId: number;
  readonly streamId: number;
  readonly channel: string;
  readonly client: AeronClient;
  readonly params: SubscriptionParams;
  /** Of a network subscription. */
  readonly endpoint?: ReceiveChannelEndpoint;
  /** Of a spy: the channel of the publications that it watches. */
  readonly spiedChannel?: UdpChannel;
  /** Releases what the link holds beyond its positions; called once when the link goes. */
  readonly onRemoved?: (link: SubscriptionLink) => void;
}

/** @source aeron-driver/SubscriptionLink, aeron-driver/IpcSubscriptionLink */
export class SubscriptionLink implements ManagedResource {
  readonly kind: SubscriptionKind;
  readonly registrationId: number;
  readonly streamId: number;
  readonly channel: string;
  readonly client: AeronClient;
  readonly params: SubscriptionParams;
  readonly endpoint: ReceiveChannelEndpoint | undefined;
  readonly spiedChannel: UdpChannel | undefined;
  readonly #onRemoved: ((link: SubscriptionLink) => void) | undefined;
  readonly #events: DriverEvents;
  readonly #positions = new Map<Subscribable, AtomicCounter>();
  /** Undefined: any session, or for a response subscription: none yet. */
  #sessionId: number | undefined;

  constructor(fields: SubscriptionLinkFields, events: DriverEvents = NO_DRIVER_EVENTS) {
    this.#events = events;
    this.kind = fields.kind;
    this.registrationId = fields.registrationId;
    this.streamId = fields.streamId;
    this.channel = fields.channel;
    this.client = fields.client;
    this.params = fields.params;
    this.endpoint = fields.endpoint;
    this.spiedChannel = fields.spiedChannel;
    this.#onRemoved = fields.onRemoved;
    this.#sessionId = fields.params.sessionId;
  }

  /** Whether it takes destinations. */
  get supportsDestinations(): boolean {
    return this.endpoint?.hasDestinationControl ?? false;
  }

  get isTether(): boolean {
    return this.params.isTether;
  }

  get isRejoin(): boolean {
    return this.params.isRejoin;
  }

  get sessionId(): number | undefined {
    return this.#sessionId;
  }

  /** Binds a response subscription to the session of its response publication. */
  bindSession(sessionId: number): void {
    this.#sessionId = sessionId;
  }

  /** Whether streams of this session are wanted; a response subscription wants none until it is bound. */
  wantsSession(sessionId: number): boolean {
    return this.#sessionId === undefined ? !this.params.isResponse : this.#sessionId === sessionId;
  }

  /** Whether it gets the images of this session of a stream of an end point. */
  matchesImage(endpoint: ReceiveChannelEndpoint, streamId: number, sessionId: number): boolean {
    return this.endpoint === endpoint && this.streamId === streamId && this.wantsSession(sessionId);
  }

  /** Whether it spies on a publication of this channel. */
  matchesPublication(channel: UdpChannel, streamId: number, sessionId: number): boolean {
    const spied = this.spiedChannel;
    if (spied === undefined || this.streamId !== streamId) {
      return false;
    }
    const isSameTag = spied.tag !== undefined && spied.tag === channel.tag;
    return isSameTag || (this.wantsSession(sessionId) && spied.canonicalForm === channel.canonicalForm);
  }

  get hasReachedEndOfLife(): boolean {
    return this.client.hasTimedOut;
  }

  onTimeEvent(): void {
    // It lives as long as its client, which was asked before it in the same tick.
  }

  /** The streams that it consumes now. */
  get linked(): readonly Subscribable[] {
    return [...this.#positions.keys()];
  }

  isLinked(subscribable: Subscribable): boolean {
    return this.#positions.has(subscribable);
  }

  link(subscribable: Subscribable, position: AtomicCounter): void {
    this.#positions.set(subscribable, position);
  }

  /** Forgets the stream; its position is the stream's to close. */
  unlink(subscribable: Subscribable): void {
    this.#positions.delete(subscribable);
  }

  /** Leaves every stream. */
  close(): void {
    if (this.#events.isOn.REMOVE_SUBSCRIPTION_CLEANUP) {
      const { channel, streamId, registrationId: subscriptionId } = this;
      this.#events.log('REMOVE_SUBSCRIPTION_CLEANUP', { channel, streamId, subscriptionId });
    }
    const positions = [...this.#positions];
    this.#positions.clear();
    for (const [subscribable, position] of positions) {
      subscribable.removeSubscriber(this, position);
    }
    this.#onRemoved?.(this);
  }
}
