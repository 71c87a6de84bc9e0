// SPDX-License-Identifier: Apache-2.0
/**
 * Brings images and the subscriptions that want them together and apart, and gives up what an ended image held. Conductor only.
 *
 * @source aeron-driver/DriverConductor (linkMatchingImages, transitionToLinger, cleanupImage)
 */
import { type AtomicCounter, type Clock, type CountersManager, type ErrorHandler, toError } from '@aeron/core/internal';
import type { ReceiverCommand } from '../../agents/agent-commands.ts';
import type { AgentOutbox } from '../../agents/agent-outbox.ts';
import type { DriverEvents } from '../../events/driver-events.ts';
import { logUntethered, type UntetheredChange } from '../../events/stream-events.ts';
import type { NativeResourceProxy } from '../../resources/native-resource-proxy.ts';
import type { StateSlots } from '../../shared-state/state-table.ts';
import { newSubscriberPosition } from '../../status/driver-counters.ts';
import type { ClientProxy } from '../client-proxy.ts';
import { tellAvailable, tellUnavailable } from '../image-events.ts';
import type { ManagedResources } from '../managed-resource.ts';
import type { SubscriptionLink } from '../registry/subscription-link.ts';
import type { PublicationImage, PublicationImagePort } from './publication-image.ts';
import type { PublicationImages } from './publication-images.ts';
import type { ReceiveChannelEndpoint } from './receive-channel-endpoint.ts';
import type { ReceiveEndpoints } from './receive-endpoints.ts';

/** What the linker is given. */
export interface ImageLinkerPorts {
  readonly images: PublicationImages;
  readonly subscriptionLinks: ManagedResources<SubscriptionLink>;
  readonly receiveEndpoints: ReceiveEndpoints;
  readonly counters: CountersManager;
  readonly proxy: ClientProxy;
  readonly clock: Clock;
  readonly receiver: AgentOutbox<ReceiverCommand>;
  readonly natives: NativeResourceProxy;
  readonly stateSlots: StateSlots;
  readonly events: DriverEvents;
  readonly onError: ErrorHandler;
}

/** The stream that an image carries. */
export interface ImageStream {
  readonly correlationId: number;
  readonly sessionId: number;
}

/** A subscription and its position in an image that is being made. */
export interface LinkedPosition {
  readonly link: SubscriptionLink;
  readonly position: AtomicCounter;
}

export class ImageLinker implements PublicationImagePort {
  readonly onError: ErrorHandler;
  readonly #ports: ImageLinkerPorts;

  constructor(ports: ImageLinkerPorts) {
    this.#ports = ports;
    this.onError = ports.onError;
  }

  /** The subscriptions that want a session of a stream of an end point. */
  subscriptionsOf(endpoint: ReceiveChannelEndpoint, streamId: number, sessionId: number): SubscriptionLink[] {
    return endpoint.status.state === 'ACTIVE'
      ? this.#ports.subscriptionLinks.items.filter((link) => link.matchesImage(endpoint, streamId, sessionId))
      : [];
  }

  /** Links a new subscription to the images that it wants. */
  linkImages(link: SubscriptionLink): void {
    for (const image of this.#ports.images.items) {
      const { endpoint, streamId, sessionId } = image;
      if (link.matchesImage(endpoint, streamId, sessionId) && !link.isLinked(image) && image.isAcceptingSubscriptions) {
        this.#link(image, link);
      }
    }
  }

  /** Links a new image to subscriptions that have positions in it already. */
  linkSubscriptions(image: PublicationImage, positions: readonly LinkedPosition[]): void {
    const nowNs = this.#ports.clock.nanoTime();
    for (const { link, position } of positions) {
      link.link(image, position);
      image.addSubscriber(link, position, nowNs);
      this.notifyAvailable(image, link, position);
    }
  }

  /** @throws AeronError INSUFFICIENT_CAPACITY when all counters are in use. */
  newPosition(link: SubscriptionLink, { correlationId, sessionId }: ImageStream, joinPosition: number): AtomicCounter {
    const position = newSubscriberPosition(this.#ports.counters, link.client.clientId, {
      registrationId: link.registrationId,
      sessionId,
      streamId: link.streamId,
      channel: link.channel,
      joinPosition,
      referenceId: correlationId,
    });
    position.set(joinPosition);
    return position;
  }

  notifyUnavailable(image: PublicationImage, link: SubscriptionLink): void {
    tellUnavailable(this.#ports.proxy, image, link);
  }

  notifyAvailable(image: PublicationImage, link: SubscriptionLink, position: AtomicCounter): void {
    tellAvailable(this.#ports.proxy, image, link, position, image.sourceIdentity);
  }

  onLinger(image: PublicationImage): void {
    const { receiver, receiveEndpoints } = this.#ports;
    const { endpoint, streamId, sessionId } = image;
    let isRejoin = true;
    for (const link of this.#linksOf(image)) {
      isRejoin = link.isRejoin;
      this.notifyUnavailable(image, link);
    }
    if (isRejoin && !this.#isReadElsewhere(image)) {
      receiver.send({ kind: 'remove-cool-down', endpointId: endpoint.endpointId, streamId, sessionId });
    }
    endpoint.removeImage();
    receiveEndpoints.closeIfUnused(endpoint);
  }

  /** Whether another image of the session has not been given up: its own end lets the session come back. */
  #isReadElsewhere(image: PublicationImage): boolean {
    const { endpoint, streamId, sessionId } = image;
    return this.#ports.images.items.some(
      (other) =>
        other !== image &&
        other.endpoint === endpoint &&
        other.streamId === streamId &&
        other.sessionId === sessionId &&
        other.state !== 'LINGER' &&
        other.state !== 'DONE',
    );
  }

  onUntetheredChange(image: PublicationImage, change: UntetheredChange): void {
    logUntethered(this.#ports.events, image, change);
  }

  onDone(image: PublicationImage): void {
    const { events } = this.#ports;
    if (events.isOn.REMOVE_IMAGE_CLEANUP) {
      const { sessionId, streamId, registrationId: correlationId } = image;
      const channel = image.endpoint.channel.uri;
      events.log('REMOVE_IMAGE_CLEANUP', { channel, sessionId, streamId, correlationId });
    }
    for (const link of this.#linksOf(image)) {
      link.unlink(image);
    }
  }

  free({ registrationId, log, stateIndex }: PublicationImage): void {
    this.#ports.stateSlots.free(stateIndex);
    this.#ports.natives.free({ logKind: 'image', registrationId }, log);
  }

  #linksOf(image: PublicationImage): readonly SubscriptionLink[] {
    return this.#ports.subscriptionLinks.items.filter((link) => link.isLinked(image));
  }

  #link(image: PublicationImage, link: SubscriptionLink): void {
    try {
      const stream = { correlationId: image.registrationId, sessionId: image.sessionId };
      this.linkSubscriptions(image, [{ link, position: this.newPosition(link, stream, image.joinPosition) }]);
    } catch (error) {
      // For want of a counter this subscription goes without the image; all others still get theirs.
      this.onError(toError(error));
    }
  }
}
