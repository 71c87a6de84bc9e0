// SPDX-License-Identifier: Apache-2.0
/** A client spies on network publications, by itself or as one destination of a subscription with several. */
import type { UdpChannel } from '../../media/udp-channel.ts';
import { parseUdpUri } from '../../media/udp-channel-parameters.ts';
import type { NativeRequest } from '../../resources/native-resource-proxy.ts';
import { NO_CHANNEL_STATUS } from '../client-proxy.ts';
import type { Command } from '../commands/command.ts';
import type { AddSubscriptionRequest, DestinationRequest } from '../commands/media.ts';
import type { AeronClient } from '../registry/aeron-client.ts';
import { SubscriptionLink } from '../registry/subscription-link.ts';
import { subscriptionParams } from '../rules/subscription-params.ts';
import { findMultiDestinationLink } from './multi-destination-link.ts';
import type { NetworkServices } from './network-services.ts';

/** Whose spy it is. */
interface SpyOwner {
  readonly registrationId: number;
  readonly streamId: number;
  readonly client: AeronClient;
}

abstract class AddSpy implements Command {
  readonly #channelRequest: NativeRequest<UdpChannel>;
  readonly #channel: string;
  protected readonly services: NetworkServices;

  constructor(channel: string, services: NetworkServices) {
    this.#channel = channel;
    this.services = services;
    this.#channelRequest = services.natives.resolveChannel(channel, false);
  }

  step(): boolean {
    const spiedChannel = this.#channelRequest.poll();
    if (spiedChannel === undefined) {
      return false;
    }
    const { subscriptionLinks, subscriptionDefaults, spyLinker } = this.services;
    const params = subscriptionParams(parseUdpUri(this.#channel), subscriptionDefaults);
    const link = new SubscriptionLink(
      {
        ...{ kind: 'spy', channel: this.#channel, params, spiedChannel },
        ...this.owner(),
      },
      this.services.events,
    );
    subscriptionLinks.add(link);
    // The answer goes out before the images, or a client would be told of images of a subscription that it does not know.
    this.answer();
    spyLinker.linkPublications(link);
    return true;
  }

  close(): void {
    this.#channelRequest.cancel();
  }

  /** @throws ControlProtocolError when there is none. */
  protected abstract owner(): SpyOwner;

  protected abstract answer(): void;
}

/** @source aeron-driver/DriverConductor (AddSpySubscriptionCommand) */
export class AddSpySubscription extends AddSpy {
  readonly #request: AddSubscriptionRequest;

  constructor(request: AddSubscriptionRequest, services: NetworkServices) {
    super(request.channel, services);
    this.#request = request;
  }

  protected override owner(): SpyOwner {
    const { correlationId: registrationId, streamId, clientId } = this.#request;
    return { registrationId, streamId, client: this.services.clients.getOrAdd(clientId) };
  }

  protected override answer(): void {
    this.services.proxy.onSubscriptionReady(this.#request.correlationId, NO_CHANNEL_STATUS);
  }
}

/** @source aeron-driver/DriverConductor (AddRcvSpyDestinationCommand) */
export class AddSpyReceiveDestination extends AddSpy {
  readonly #request: DestinationRequest;

  constructor(request: DestinationRequest, services: NetworkServices) {
    super(request.channel, services);
    this.#request = request;
  }

  protected override owner(): SpyOwner {
    const { registrationId } = this.#request;
    const { streamId, client } = findMultiDestinationLink(this.services.subscriptionLinks, registrationId);
    return { registrationId, streamId, client };
  }

  protected override answer(): void {
    this.services.proxy.onOperationSuccess(this.#request.correlationId);
  }
}
