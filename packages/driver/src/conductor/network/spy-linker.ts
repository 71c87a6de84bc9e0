// SPDX-License-Identifier: Apache-2.0
/**
 * Brings network publications and the spies on them together and apart, and gives up what an ended publication held. Conductor
 * only.
 *
 * @source aeron-driver/DriverConductor (linkSpies, cleanupSpies, cleanupPublication)
 */
import { type AtomicCounter, type Clock, type CountersManager, type ErrorHandler, toError } from '@aeron/core/internal';
import type { SenderCommand } from '../../agents/agent-commands.ts';
import type { AgentOutbox } from '../../agents/agent-outbox.ts';
import { type DriverEvents, NO_DRIVER_EVENTS } from '../../events/driver-events.ts';
import { logPublicationCleanup, logRevoke, logUntethered, type UntetheredChange } from '../../events/stream-events.ts';
import { IPC_SOURCE_IDENTITY } from '../../ipc/ipc-linker.ts';
import type { NativeResourceProxy } from '../../resources/native-resource-proxy.ts';
import type { StateSlots } from '../../shared-state/state-table.ts';
import { newSubscriberPosition } from '../../status/driver-counters.ts';
import type { ClientProxy } from '../client-proxy.ts';
import { tellAvailable, tellUnavailable } from '../image-events.ts';
import type { ManagedResources } from '../managed-resource.ts';
import type { SessionIds } from '../registry/session-ids.ts';
import type { SubscriptionLink } from '../registry/subscription-link.ts';
import type { NetworkPublication, NetworkPublicationPort } from './network-publication.ts';
import type { NetworkPublications } from './network-publications.ts';
import type { SendEndpoints } from './send-endpoints.ts';

/** What the linker is given. */
export interface SpyLinkerPorts {
  readonly publications: NetworkPublications;
  readonly subscriptionLinks: ManagedResources<SubscriptionLink>;
  readonly sendEndpoints: SendEndpoints;
  readonly sessionIds: SessionIds;
  readonly counters: CountersManager;
  readonly proxy: ClientProxy;
  readonly clock: Clock;
  readonly sender: AgentOutbox<SenderCommand>;
  readonly natives: NativeResourceProxy;
  readonly stateSlots: StateSlots;
  /** System counter 19. */
  readonly onUnblocked: () => void;
  /** System counter 40. */
  readonly onRevoked: () => void;
  readonly events?: DriverEvents;
  readonly onError: ErrorHandler;
}

export class SpyLinker implements NetworkPublicationPort {
  readonly onUnblocked: () => void;
  readonly onError: ErrorHandler;
  readonly #events: DriverEvents;
  readonly #ports: SpyLinkerPorts;

  constructor(ports: SpyLinkerPorts) {
    this.#ports = ports;
    this.onUnblocked = ports.onUnblocked;
    this.#events = ports.events ?? NO_DRIVER_EVENTS;
    this.onError = ports.onError;
  }

  /** Links the spies that want a new publication. */
  linkSpies(publication: NetworkPublication): void {
    for (const link of this.#ports.subscriptionLinks.items) {
      this.#linkIfWanted(publication, link);
    }
  }

  /** Links a new spy to the publications that it wants. */
  linkPublications(link: SubscriptionLink): void {
    for (const publication of this.#ports.publications.items) {
      this.#linkIfWanted(publication, link);
    }
  }

  unlinkSpies(publication: NetworkPublication): void {
    for (const link of this.#ports.subscriptionLinks.items) {
      if (link.isLinked(publication)) {
        this.notifyUnavailable(publication, link);
        link.unlink(publication);
      }
    }
  }

  onRevoked(publication: NetworkPublication, revokedPosition: number): void {
    this.#ports.onRevoked();
    logRevoke(this.#events, publication, revokedPosition);
  }

  onUntetheredChange(publication: NetworkPublication, change: UntetheredChange): void {
    logUntethered(this.#events, publication, change);
  }

  notifyUnavailable(publication: NetworkPublication, link: SubscriptionLink): void {
    tellUnavailable(this.#ports.proxy, publication, link);
  }

  notifyAvailable(publication: NetworkPublication, link: SubscriptionLink, position: AtomicCounter): void {
    tellAvailable(this.#ports.proxy, publication, link, position, IPC_SOURCE_IDENTITY);
  }

  onDone(publication: NetworkPublication): void {
    const { registrationId, sessionId, streamId, endpoint } = publication;
    logPublicationCleanup(this.#events, publication);
    const { sender, sendEndpoints, sessionIds } = this.#ports;
    sender.send({ kind: 'remove-publication', registrationId });
    endpoint.decRef();
    sendEndpoints.closeIfUnused(endpoint);
    sessionIds.remove(sessionId, streamId, endpoint.channel.canonicalForm);
  }

  free({ registrationId, log, stateIndex }: NetworkPublication): void {
    this.#ports.stateSlots.free(stateIndex);
    this.#ports.natives.free({ logKind: 'publication', registrationId }, log);
  }

  #linkIfWanted(publication: NetworkPublication, link: SubscriptionLink): void {
    const { endpoint, streamId, sessionId } = publication;
    const isWanted = link.matchesPublication(endpoint.channel, streamId, sessionId);
    if (!isWanted || link.isLinked(publication) || !publication.isAcceptingSubscriptions) {
      return;
    }
    try {
      this.#link(publication, link);
    } catch (error) {
      // For want of a counter this spy goes without the stream; all others still get theirs.
      this.onError(toError(error));
    }
  }

  #link(publication: NetworkPublication, link: SubscriptionLink): void {
    const { counters, clock } = this.#ports;
    const { joinPosition } = publication;
    const position = newSubscriberPosition(counters, link.client.clientId, {
      registrationId: link.registrationId,
      sessionId: publication.sessionId,
      streamId: link.streamId,
      channel: link.channel,
      joinPosition,
      referenceId: publication.registrationId,
    });
    position.set(joinPosition);
    link.link(publication, position);
    publication.addSubscriber(link, position, clock.nanoTime());
    this.notifyAvailable(publication, link, position);
  }
}
