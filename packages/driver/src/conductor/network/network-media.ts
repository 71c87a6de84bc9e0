// SPDX-License-Identifier: Apache-2.0
/** The network as a medium, and spies on it as another: makes the commands for UDP channels. Conductor only. */
import type { Command } from '../commands/command.ts';
import type {
  AddPublicationRequest,
  AddSubscriptionRequest,
  DestinationRequest,
  Medium,
  RejectableImage,
} from '../commands/media.ts';
import { RemoveLocalDestination } from '../commands/remove-local-destination.ts';
import { throwInvalidChannel } from '../control-protocol-error.ts';
import type { TaggedPublication } from '../rules/publication-params.ts';
import { AddNetworkPublication } from './add-network-publication.ts';
import { AddNetworkSubscription } from './add-network-subscription.ts';
import { AddSpyReceiveDestination, AddSpySubscription } from './add-spy.ts';
import type { NetworkServices } from './network-services.ts';
import { AddReceiveDestination, RemoveReceiveDestination } from './receive-destinations.ts';

export class NetworkMedium implements Medium {
  readonly #services: NetworkServices;

  constructor(services: NetworkServices) {
    this.#services = services;
  }

  addPublication(request: AddPublicationRequest): Command {
    return new AddNetworkPublication(request, this.#services);
  }

  addSubscription(request: AddSubscriptionRequest): Command {
    return new AddNetworkSubscription(request, this.#services);
  }

  addReceiveDestination(request: DestinationRequest): Command {
    return new AddReceiveDestination(request, this.#services);
  }

  removeReceiveDestination(request: DestinationRequest): Command {
    return new RemoveReceiveDestination(request, this.#services);
  }

  /** The publication is told by the receiver; the position is not looked at. */
  findImage(correlationId: number): RejectableImage | undefined {
    const { images, receiver } = this.#services;
    return (
      images.find(correlationId) && {
        reject: (_position, reason) => receiver.send({ kind: 'reject-image', correlationId, reason }),
      }
    );
  }

  findByTag(entityTag: bigint): TaggedPublication | undefined {
    return this.#services.publications.findByTag(entityTag);
  }
}

export class SpyMedium implements Medium {
  readonly #services: NetworkServices;

  constructor(services: NetworkServices) {
    this.#services = services;
  }

  addPublication({ channel }: AddPublicationRequest): Command {
    return throwInvalidChannel(`a spy can't publish: channel=${channel}`);
  }

  addSubscription(request: AddSubscriptionRequest): Command {
    return new AddSpySubscription(request, this.#services);
  }

  addReceiveDestination(request: DestinationRequest): Command {
    return new AddSpyReceiveDestination(request, this.#services);
  }

  removeReceiveDestination(request: DestinationRequest): Command {
    return new RemoveLocalDestination(request, this.#services);
  }

  findImage(): undefined {
    return undefined;
  }

  findByTag(): undefined {
    return undefined;
  }
}
