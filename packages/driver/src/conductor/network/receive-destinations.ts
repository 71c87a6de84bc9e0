// SPDX-License-Identifier: Apache-2.0
/** A client adds UDP destinations to a subscription with several, and removes them. */
import { ErrorCode } from '@aeron/codecs/internal';
import type { UdpChannel } from '../../media/udp-channel.ts';
import { parseUdpUri } from '../../media/udp-channel-parameters.ts';
import type { NativeRequest } from '../../resources/native-resource-proxy.ts';
import type { Command } from '../commands/command.ts';
import type { DestinationRequest } from '../commands/media.ts';
import { ControlProtocolError, throwInvalidChannel } from '../control-protocol-error.ts';
import { checkDestinationUri } from '../rules/destination-rules.ts';
import { findMultiDestinationLink } from './multi-destination-link.ts';
import type { NetworkServices } from './network-services.ts';
import type { ReceiveChannelEndpoint } from './receive-channel-endpoint.ts';
import type { ReceiveDestination } from './receive-destination.ts';

/** @source aeron-driver/DriverConductor (AddRcvNetworkDestinationCommand) */
export class AddReceiveDestination implements Command {
  readonly #request: DestinationRequest;
  readonly #services: NetworkServices;
  readonly #channelRequest: NativeRequest<UdpChannel>;
  /** Set while its socket is awaited. */
  #destination: ReceiveDestination | undefined;

  constructor(request: DestinationRequest, services: NetworkServices) {
    checkDestinationUri(parseUdpUri(request.channel));
    this.#request = request;
    this.#services = services;
    this.#channelRequest = services.natives.resolveChannel(request.channel, true);
  }

  step(): boolean {
    this.#destination ??= this.#open();
    if (this.#destination?.poll() !== true) {
      return false;
    }
    this.#services.proxy.onOperationSuccess(this.#request.correlationId);
    return true;
  }

  close(): void {
    this.#channelRequest.cancel();
  }

  #open(): ReceiveDestination | undefined {
    const channel = this.#channelRequest.poll();
    if (channel === undefined) {
      return undefined;
    }
    const { registrationId } = this.#request;
    const { subscriptionLinks, receiveEndpoints } = this.#services;
    const { endpoint } = findMultiDestinationLink(subscriptionLinks, registrationId);
    return endpoint && receiveEndpoints.openDestination(endpoint, channel, registrationId);
  }
}

/** @source aeron-driver/DriverConductor (RemoveRcvNetworkDestinationCommand) */
export class RemoveReceiveDestination implements Command {
  readonly #request: DestinationRequest;
  readonly #services: NetworkServices;
  readonly #endpoint: ReceiveChannelEndpoint;
  readonly #channelRequest: NativeRequest<UdpChannel>;

  constructor(request: DestinationRequest, services: NetworkServices) {
    this.#request = request;
    this.#services = services;
    this.#endpoint = findEndpoint(request.registrationId, services);
    this.#channelRequest = services.natives.resolveChannel(request.channel, true);
  }

  step(): boolean {
    const channel = this.#channelRequest.poll();
    if (channel === undefined) {
      return false;
    }
    this.#services.receiveEndpoints.removeDestination(this.#endpoint, channel);
    this.#services.proxy.onOperationSuccess(this.#request.correlationId);
    return true;
  }

  close(): void {
    this.#channelRequest.cancel();
  }
}

function findEndpoint(registrationId: number, { subscriptionLinks }: NetworkServices): ReceiveChannelEndpoint {
  const { endpoint } =
    subscriptionLinks.find((link) => link.registrationId === registrationId && link.endpoint !== undefined) ?? {};
  if (endpoint === undefined) {
    throw new ControlProtocolError(ErrorCode.UNKNOWN_SUBSCRIPTION, `unknown subscription: ${registrationId}`);
  }
  return endpoint.hasDestinationControl ? endpoint : throwInvalidChannel('channel does not allow manual control');
}
