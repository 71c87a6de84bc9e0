// SPDX-License-Identifier: Apache-2.0
/** A client adds destinations to a publication that sends to several, and removes them. */
import { ErrorCode } from '@aeron/codecs/internal';
import { parseUdpUri } from '../../media/udp-channel-parameters.ts';
import type { NativeRequest, ResolvedName } from '../../resources/native-resource-proxy.ts';
import { type Command, immediate } from '../commands/command.ts';
import type { DestinationByIdRequest, DestinationRequest, SendDestinations } from '../commands/media.ts';
import { ControlProtocolError } from '../control-protocol-error.ts';
import { checkAllowsManualControl, sendDestinationEndpoint } from '../rules/destination-rules.ts';
import type { NetworkServices } from './network-services.ts';
import type { SendChannelEndpoint } from './send-channel-endpoint.ts';

/** What is done once the destination's name has been looked up. */
type OnResolved = (endpoint: SendChannelEndpoint, name: ResolvedName) => void;

/** @source aeron-driver/DriverConductor (AddSendDestinationCommand, RemoveSendDestinationCommand) */
export class NetworkSendDestinations implements SendDestinations {
  readonly #services: NetworkServices;

  constructor(services: NetworkServices) {
    this.#services = services;
  }

  add(request: DestinationRequest): Command {
    const { correlationId: destinationId, channel: uri } = request;
    const { sender } = this.#services;
    return new ResolveSendDestination(
      { request, endpointText: sendDestinationEndpoint(uri) },
      this.#services,
      ({ endpointId }, { address }) =>
        sender.send({ kind: 'add-send-destination', endpointId, destinationId, uri, address }),
    );
  }

  remove(request: DestinationRequest): Command {
    const { channel: uri } = request;
    const { sender } = this.#services;
    const endpointText = parseUdpUri(uri).get('endpoint', '');
    return new ResolveSendDestination({ request, endpointText }, this.#services, ({ endpointId }, { address }) =>
      sender.send({ kind: 'remove-send-destination', endpointId, uri, address }),
    );
  }

  removeById({ correlationId, registrationId, destinationRegistrationId }: DestinationByIdRequest): Command {
    const { sender, proxy } = this.#services;
    return immediate(() => {
      const { endpointId } = findManualEndpoint(registrationId, this.#services);
      sender.send({
        kind: 'remove-send-destination-by-id',
        endpointId,
        destinationId: destinationRegistrationId,
      });
      proxy.onOperationSuccess(correlationId);
    });
  }
}

interface SendDestinationRequest {
  readonly request: DestinationRequest;
  /** `host:port`. */
  readonly endpointText: string;
}

class ResolveSendDestination implements Command {
  readonly #request: DestinationRequest;
  readonly #services: NetworkServices;
  readonly #name: NativeRequest<ResolvedName>;
  readonly #onResolved: OnResolved;

  /** @throws ControlProtocolError UNKNOWN_PUBLICATION; INVALID_CHANNEL when it takes no destinations. */
  constructor({ request, endpointText }: SendDestinationRequest, services: NetworkServices, onResolved: OnResolved) {
    findManualEndpoint(request.registrationId, services);
    this.#request = request;
    this.#services = services;
    this.#onResolved = onResolved;
    this.#name = services.natives.resolveAddress(endpointText, 'endpoint', false);
  }

  step(): boolean {
    const name = this.#name.poll();
    if (name === undefined) {
      return false;
    }
    // A name that is not known yet may be later: the sender has it looked up again.
    this.#onResolved(findManualEndpoint(this.#request.registrationId, this.#services), name);
    this.#services.proxy.onOperationSuccess(this.#request.correlationId);
    return true;
  }

  close(): void {
    this.#name.cancel();
  }
}

/** @source aeron-driver/DriverConductor (findExistingManualSendChannelEndpoint) */
function findManualEndpoint(
  registrationId: number,
  { publications, sendEndpoints }: NetworkServices,
): SendChannelEndpoint {
  const publication = publications.find(registrationId);
  if (publication === undefined) {
    throw new ControlProtocolError(ErrorCode.UNKNOWN_PUBLICATION, `unknown publication: ${registrationId}`);
  }
  checkAllowsManualControl(publication.endpoint.channel);
  sendEndpoints.refuseIfClosing(publication.endpoint);
  return publication.endpoint;
}
