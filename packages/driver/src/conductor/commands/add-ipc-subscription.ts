// SPDX-License-Identifier: Apache-2.0
/** A client subscribes to IPC streams, by itself or as one destination of a subscription with several. */
import { ErrorCode } from '@aeron/codecs/internal';
import type { IpcServices } from '../../ipc/ipc-medium.ts';
import { NO_CHANNEL_STATUS } from '../client-proxy.ts';
import { ControlProtocolError } from '../control-protocol-error.ts';
import { SubscriptionLink, type SubscriptionLinkFields } from '../registry/subscription-link.ts';
import { subscriptionParams } from '../rules/subscription-params.ts';
import type { Command } from './command.ts';
import type { AddSubscriptionRequest, DestinationRequest } from './media.ts';

/** @source aeron-driver/DriverConductor (onAddIpcSubscription) */
export class AddIpcSubscription implements Command {
  readonly #request: AddSubscriptionRequest;
  readonly #services: IpcServices;

  constructor(request: AddSubscriptionRequest, services: IpcServices) {
    this.#request = request;
    this.#services = services;
  }

  step(): boolean {
    const { clientId, correlationId: registrationId, streamId, channel } = this.#request;
    const { clients, proxy } = this.#services;
    const params = subscriptionParams(this.#services.parseUri(channel), this.#services.subscriptionDefaults);
    const client = clients.getOrAdd(clientId);
    addLink({ kind: 'ipc', registrationId, streamId, channel, client, params }, this.#services, () =>
      proxy.onSubscriptionReady(registrationId, NO_CHANNEL_STATUS),
    );
    return true;
  }
}

/** @source aeron-driver/DriverConductor (onAddRcvIpcDestination) */
export class AddIpcReceiveDestination implements Command {
  readonly #request: DestinationRequest;
  readonly #services: IpcServices;

  constructor(request: DestinationRequest, services: IpcServices) {
    this.#request = request;
    this.#services = services;
  }

  step(): boolean {
    const { registrationId, correlationId, channel } = this.#request;
    const { subscriptionLinks, proxy } = this.#services;
    const params = subscriptionParams(this.#services.parseUri(channel), this.#services.subscriptionDefaults);
    const parent = subscriptionLinks.find(
      (link) => link.registrationId === registrationId && link.supportsDestinations,
    );
    if (parent === undefined) {
      throw new ControlProtocolError(ErrorCode.UNKNOWN_SUBSCRIPTION, `unknown MDS subscription: ${registrationId}`);
    }
    const { streamId, client } = parent;
    addLink({ kind: 'ipc', registrationId, streamId, channel, client, params }, this.#services, () =>
      proxy.onOperationSuccess(correlationId),
    );
    return true;
  }
}

/** The answer goes out before the images, or a client would be told of images of a subscription that it does not know. */
function addLink(fields: SubscriptionLinkFields, services: IpcServices, answer: () => void): void {
  const link = new SubscriptionLink(fields, services.events);
  services.subscriptionLinks.add(link);
  answer();
  services.linker.linkPublications(link);
}
