// SPDX-License-Identifier: Apache-2.0
/**
 * Brings IPC publications and subscriptions together and apart, and tells the clients. Conductor only.
 *
 * @source aeron-driver/DriverConductor (linkIpcSubscriptions, unlinkIpcSubscriptions, transitionToLinger)
 */

import { ErrorCode } from '@aeron/codecs/internal';
import type { AtomicCounter, Clock, CountersManager, ErrorHandler } from '@aeron/core/internal';
import { AeronError } from '@aeron/core/internal';
import type { ClientProxy } from '../conductor/client-proxy.ts';
import type { ManagedResources } from '../conductor/managed-resource.ts';
import type { SessionIds } from '../conductor/registry/session-ids.ts';
import type { SubscriptionLink } from '../conductor/registry/subscription-link.ts';
import { type DriverEvents, NO_DRIVER_EVENTS } from '../events/driver-events.ts';
import { logPublicationCleanup, logRevoke, logUntethered, type UntetheredChange } from '../events/stream-events.ts';
import type { MappedLog } from '../resources/mapped-log.ts';
import { newSubscriberPosition } from '../status/driver-counters.ts';
import type { IpcPublication, IpcPublicationPort } from './ipc-publication.ts';
import type { IpcPublications } from './ipc-publications.ts';

/** What an IPC channel is called where a canonical form is asked for. */
export const IPC_CANONICAL_CHANNEL = 'ipc';
/** What subscribers are told as the source of an IPC image. */
export const IPC_SOURCE_IDENTITY = 'aeron:ipc';

const LOOPBACK = Uint8Array.of(127, 0, 0, 1);
const NULL_VALUE = -1;

/** What the linker is given. */
export interface IpcLinkerPorts {
  readonly publications: IpcPublications;
  readonly subscriptionLinks: ManagedResources<SubscriptionLink>;
  readonly sessionIds: SessionIds;
  readonly counters: CountersManager;
  readonly proxy: ClientProxy;
  readonly clock: Clock;
  readonly freeLog: (registrationId: number, log: MappedLog) => void;
  /** System counter 19. */
  readonly onUnblocked: () => void;
  /** System counter 40. */
  readonly onRevoked: () => void;
  readonly events?: DriverEvents;
  readonly onError: ErrorHandler;
}

export class IpcLinker implements IpcPublicationPort {
  readonly onUnblocked: () => void;
  readonly onError: ErrorHandler;
  readonly #events: DriverEvents;
  readonly #ports: IpcLinkerPorts;

  constructor(ports: IpcLinkerPorts) {
    this.#ports = ports;
    this.onUnblocked = ports.onUnblocked;
    this.#events = ports.events ?? NO_DRIVER_EVENTS;
    this.onError = ports.onError;
  }

  linkSubscriptions(publication: IpcPublication): void {
    for (const link of this.#ports.subscriptionLinks.items) {
      this.#linkIfWanted(publication, link);
    }
  }

  /** Links a new subscription to the publications that it wants. */
  linkPublications(link: SubscriptionLink): void {
    for (const publication of this.#ports.publications.items) {
      this.#linkIfWanted(publication, link);
    }
  }

  unlinkSubscriptions(publication: IpcPublication): void {
    for (const link of this.#linksOf(publication)) {
      this.notifyUnavailable(publication, link);
      link.unlink(publication);
    }
  }

  onEnded(publication: IpcPublication): void {
    const { sessionId, streamId } = publication;
    this.#ports.sessionIds.remove(sessionId, streamId, IPC_CANONICAL_CHANNEL);
    for (const link of this.#linksOf(publication)) {
      this.notifyUnavailable(publication, link);
    }
  }

  onDone(publication: IpcPublication): void {
    logPublicationCleanup(this.#events, publication);
    for (const link of this.#linksOf(publication)) {
      link.unlink(publication);
    }
  }

  onRevoked(publication: IpcPublication, revokedPosition: number): void {
    this.#ports.onRevoked();
    logRevoke(this.#events, publication, revokedPosition);
  }

  onUntetheredChange(publication: IpcPublication, change: UntetheredChange): void {
    logUntethered(this.#events, publication, change);
  }

  notifyUnavailable(publication: IpcPublication, link: SubscriptionLink): void {
    this.#ports.proxy.onUnavailableImage({
      correlationId: publication.registrationId,
      subscriptionRegistrationId: link.registrationId,
      streamId: link.streamId,
      channel: link.channel,
    });
  }

  notifyAvailable(publication: IpcPublication, link: SubscriptionLink, position: AtomicCounter): void {
    this.#ports.proxy.onAvailableImage({
      correlationId: publication.registrationId,
      sessionId: publication.sessionId,
      streamId: link.streamId,
      subscriptionRegistrationId: link.registrationId,
      subscriberPositionId: position.id,
      logFileName: publication.log.path,
      sourceIdentity: IPC_SOURCE_IDENTITY,
    });
  }

  onRejected(publication: IpcPublication, reason: string): void {
    const { registrationId, sessionId, streamId } = publication;
    this.onError(
      new AeronError(
        'AERON',
        `image rejected: registrationId=${registrationId} sessionId=${sessionId} streamId=${streamId} ` +
          `errorCode=${ErrorCode.IMAGE_REJECTED} errorMessage=${reason}`,
        { category: 'WARN' },
      ),
    );
    this.#ports.proxy.onPublicationError({
      registrationId,
      destinationRegistrationId: NULL_VALUE,
      sessionId,
      streamId,
      receiverId: BigInt(NULL_VALUE),
      groupTag: BigInt(NULL_VALUE),
      sourceAddress: LOOPBACK,
      sourcePort: 0,
      errorCode: ErrorCode.IMAGE_REJECTED,
      message: reason,
    });
  }

  freeLog(publication: IpcPublication): void {
    this.#ports.freeLog(publication.registrationId, publication.log);
  }

  #linksOf(publication: IpcPublication): readonly SubscriptionLink[] {
    return this.#ports.subscriptionLinks.items.filter((link) => link.isLinked(publication));
  }

  #linkIfWanted(publication: IpcPublication, link: SubscriptionLink): void {
    const isWanted =
      link.kind === 'ipc' && link.streamId === publication.streamId && link.wantsSession(publication.sessionId);
    if (!isWanted || link.isLinked(publication) || !publication.isAcceptingSubscriptions) {
      return;
    }
    try {
      this.#link(publication, link);
    } catch (error) {
      // For want of a counter this subscription goes without the image; all others still get theirs.
      this.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #link(publication: IpcPublication, link: SubscriptionLink): void {
    const joinPosition = publication.joinPosition;
    const position = newSubscriberPosition(this.#ports.counters, link.client.clientId, {
      registrationId: link.registrationId,
      sessionId: publication.sessionId,
      streamId: link.streamId,
      channel: link.channel,
      joinPosition,
      referenceId: publication.registrationId,
    });
    position.set(joinPosition);
    link.link(publication, position);
    publication.addSubscriber(link, position, this.#ports.clock.nanoTime());
    this.notifyAvailable(publication, link, position);
  }
}
