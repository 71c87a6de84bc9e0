// SPDX-License-Identifier: Apache-2.0
/** IPC as a medium: makes the commands for channels over shared memory. Conductor only. */

import type { ChannelUri } from '@aeron/codecs/internal';
import type { Clock, CountersManager } from '@aeron/core/internal';
import type { ClientProxy } from '../conductor/client-proxy.ts';
import { AddIpcPublication } from '../conductor/commands/add-ipc-publication.ts';
import { AddIpcReceiveDestination, AddIpcSubscription } from '../conductor/commands/add-ipc-subscription.ts';
import type { Command } from '../conductor/commands/command.ts';
import type {
  AddPublicationRequest,
  AddSubscriptionRequest,
  DestinationRequest,
  Medium,
  RejectableImage,
} from '../conductor/commands/media.ts';
import { RemoveLocalDestination } from '../conductor/commands/remove-local-destination.ts';
import type { ManagedResources } from '../conductor/managed-resource.ts';
import type { Clients } from '../conductor/registry/clients.ts';
import type { PublicationLink } from '../conductor/registry/publication-link.ts';
import type { SessionIds } from '../conductor/registry/session-ids.ts';
import type { SubscriptionLink } from '../conductor/registry/subscription-link.ts';
import type { PublicationDefaults, TaggedPublication } from '../conductor/rules/publication-params.ts';
import type { SubscriptionDefaults } from '../conductor/rules/subscription-params.ts';
import type { DriverEvents } from '../events/driver-events.ts';
import type { NativeResourceProxy } from '../resources/native-resource-proxy.ts';
import type { IpcLinker } from './ipc-linker.ts';
import type { IpcPublicationSettings } from './ipc-publication.ts';
import type { IpcPublications } from './ipc-publications.ts';

/** What the commands of IPC work with. */
export interface IpcServices {
  readonly clients: Clients;
  readonly publicationLinks: ManagedResources<PublicationLink>;
  readonly subscriptionLinks: ManagedResources<SubscriptionLink>;
  readonly publications: IpcPublications;
  readonly linker: IpcLinker;
  readonly sessionIds: SessionIds;
  readonly counters: CountersManager;
  readonly proxy: ClientProxy;
  readonly logs: NativeResourceProxy;
  readonly clock: Clock;
  readonly settings: IpcPublicationSettings & { readonly filePageSize: number };
  readonly publicationDefaults: PublicationDefaults;
  readonly subscriptionDefaults: SubscriptionDefaults;
  readonly randomInt32: () => number;
  /** The publication of any medium that carries the entity tag. */
  readonly findByTag: (entityTag: bigint) => TaggedPublication | undefined;
  /** @throws ControlProtocolError INVALID_CHANNEL unless it is a well-formed IPC channel. */
  readonly parseUri: (channel: string) => ChannelUri;
  readonly events?: DriverEvents;
}

export class IpcMedium implements Medium {
  readonly #services: IpcServices;

  constructor(services: IpcServices) {
    this.#services = services;
  }

  addPublication(request: AddPublicationRequest): Command {
    return new AddIpcPublication(request, this.#services);
  }

  addSubscription(request: AddSubscriptionRequest): Command {
    return new AddIpcSubscription(request, this.#services);
  }

  addReceiveDestination(request: DestinationRequest): Command {
    return new AddIpcReceiveDestination(request, this.#services);
  }

  removeReceiveDestination(request: DestinationRequest): Command {
    return new RemoveLocalDestination(request, this.#services);
  }

  findImage(correlationId: number): RejectableImage | undefined {
    const publication = this.#services.publications.find(correlationId);
    return (
      publication && { reject: (_position, reason) => publication.reject(reason, this.#services.clock.nanoTime()) }
    );
  }

  findByTag(entityTag: bigint): TaggedPublication | undefined {
    return this.#services.publications.findByTag(entityTag);
  }
}
