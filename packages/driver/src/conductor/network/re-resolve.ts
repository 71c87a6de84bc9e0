// SPDX-License-Identifier: Apache-2.0
/**
 * Looks a name up again behind which an agent has heard nobody for a while, and tells the agent if it has another address now.
 *
 * @source aeron-driver/DriverConductor (ReResolveEndpointAddress, ReResolveControlAddress)
 */
import { AeronError, type SocketAddress } from '@aeron/core/internal';
import type { ConductorCommand } from '../../agents/agent-commands.ts';
import { isSameSocketAddress } from '../../media/ip-addresses.ts';
import type { NativeRequest, ResolvedName } from '../../resources/native-resource-proxy.ts';
import type { Command } from '../commands/command.ts';
import type { NetworkServices } from './network-services.ts';

/** What the agent asks for. */
export type ReResolutionRequest = Extract<ConductorCommand, { readonly kind: 're-resolve' }>;

/** Instead of a destination's id: the end point itself. */
const ENDPOINT_ITSELF = -1;

export class ReResolve implements Command {
  readonly #request: ReResolutionRequest;
  readonly #services: NetworkServices;
  readonly #name: NativeRequest<ResolvedName>;

  constructor(request: ReResolutionRequest, services: NetworkServices) {
    this.#request = request;
    this.#services = services;
    this.#name = services.natives.resolveAddress(request.endpoint, parameterOf(request), true);
  }

  step(): boolean {
    const name = this.#name.poll();
    if (name === undefined) {
      return false;
    }
    const { endpoint, address: before } = this.#request;
    if (name.address === undefined) {
      throw new AeronError('AERON', `could not re-resolve: ${parameterOf(this.#request)}=${endpoint}`, {
        category: 'WARN',
      });
    }
    if (before === undefined || !isSameSocketAddress(before, name.address)) {
      this.#onChanged(name.address);
    }
    return true;
  }

  close(): void {
    this.#name.cancel();
  }

  #onChanged(address: SocketAddress): void {
    if (this.#request.side === 'send') {
      this.#onSendEndpointChanged(address);
    } else {
      this.#onReceiveEndpointChanged(address);
    }
  }

  #onSendEndpointChanged(address: SocketAddress): void {
    const { endpointId, destinationId, endpoint: text } = this.#request;
    const endpoint = this.#services.sendEndpoints.byId(endpointId);
    if (endpoint?.status.state === 'ACTIVE') {
      if (destinationId === ENDPOINT_ITSELF) {
        endpoint.remoteAddress = address;
      }
      this.#services.sender.send({ kind: 'send-endpoint-resolved', endpointId, endpoint: text, address });
    }
  }

  #onReceiveEndpointChanged(address: SocketAddress): void {
    const { endpointId, destinationId } = this.#request;
    const endpoint = this.#services.receiveEndpoints.byId(endpointId);
    if (endpoint?.status.state === 'ACTIVE') {
      if (destinationId === ENDPOINT_ITSELF) {
        endpoint.controlAddress = address;
      }
      this.#services.receiver.send({ kind: 'receive-endpoint-resolved', endpointId, destinationId, address });
    }
  }
}

function parameterOf({ side }: ReResolutionRequest): 'endpoint' | 'control' {
  return side === 'send' ? 'endpoint' : 'control';
}
