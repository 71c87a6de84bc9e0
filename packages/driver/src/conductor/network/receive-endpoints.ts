// SPDX-License-Identifier: Apache-2.0
/**
 * The receive end points of the driver and the destinations of those that have several: opened for the first subscription of a
 * channel, closed once nobody subscribes and no image is left. Conductor only.
 */
import { type AtomicCounter, toError } from '@aeron/core/internal';
import type { ConductorCommand, ReceiverCommand } from '../../agents/agent-commands.ts';
import { logChannel } from '../../events/stream-events.ts';
import type { UdpChannel } from '../../media/udp-channel.ts';
import {
  formatSocketAddress,
  newChannelCounter,
  newLocalSocketAddress,
  showBoundAddress,
} from '../../status/endpoint-counters.ts';
import { EndpointRegistry } from './endpoint-registry.ts';
import { EndpointStatus } from './endpoint-status.ts';
import { ReceiveChannelEndpoint } from './receive-channel-endpoint.ts';
import { ReceiveDestination } from './receive-destination.ts';
import type { SocketBufferLengths } from './send-channel-endpoint.ts';
import { bufferLengths, type EndpointPorts } from './send-endpoints.ts';

/** What receive end points are given beyond the others. */
export interface ReceiveEndpointPorts extends EndpointPorts<ReceiverCommand> {
  /** The id of the first end point; each further one has the next. */
  readonly firstReceiverId: bigint;
}

type Opened = Extract<ConductorCommand, { readonly kind: 'endpoint-opened' }>;

/** Instead of a destination's id: the end point itself. */
const ENDPOINT_ITSELF = -1;

/** @source aeron-driver/DriverConductor (getOrCreateReceiveChannelEndpoint) */
export class ReceiveEndpoints {
  readonly #ports: ReceiveEndpointPorts;
  readonly #registry = new EndpointRegistry<ReceiveChannelEndpoint>('ReceiveChannelEndpoint');
  #nextReceiverId: bigint;

  constructor(ports: ReceiveEndpointPorts) {
    this.#ports = ports;
    this.#nextReceiverId = ports.firstReceiverId;
  }

  /** The end point that serves the channel, if it exists. @throws as the registry. */
  find(channel: UdpChannel): ReceiveChannelEndpoint | undefined {
    return this.#registry.find(channel);
  }

  byId(endpointId: number): ReceiveChannelEndpoint | undefined {
    return this.#registry.byId(endpointId);
  }

  /** Lengths that an end point for the channel would have. */
  bufferLengthsOf(channel: UdpChannel): SocketBufferLengths {
    return bufferLengths(channel, this.#ports.defaultBufferLengths);
  }

  /**
   * Has the receiver open a socket for the channel; poll the status of the end point until it is there.
   *
   * @param registrationId of the subscription that it is for.
   * @throws AeronError INSUFFICIENT_CAPACITY when all counters are in use.
   */
  open(channel: UdpChannel, registrationId: number): ReceiveChannelEndpoint {
    const endpoint = this.#create(channel, registrationId);
    logChannel(this.#ports.events, 'RECEIVE_CHANNEL_CREATION', channel);
    const { endpointId, counters, bufferLengths } = endpoint;
    const receiverId = this.#nextReceiverId;
    this.#nextReceiverId = BigInt.asIntN(64, receiverId + 1n);
    this.#registry.add(endpoint);
    this.#ports.outbox.send({
      ...{ kind: 'open-receive-endpoint', endpointId, channel, counters, receiverId },
      ...bufferLengths,
    });
    return endpoint;
  }

  /**
   * Has the receiver open a socket for one more destination; poll it until it is there.
   *
   * @throws AeronError INSUFFICIENT_CAPACITY when all counters are in use.
   */
  openDestination(endpoint: ReceiveChannelEndpoint, channel: UdpChannel, registrationId: number): ReceiveDestination {
    const { counters, nextId, outbox } = this.#ports;
    const { endpointId } = endpoint;
    const statusCounterId = endpoint.status.counterId;
    const localAddress = newLocalSocketAddress(
      counters,
      'RECEIVE_LOCAL_SOCKET_ADDRESS',
      registrationId,
      statusCounterId,
    );
    const destination = new ReceiveDestination(nextId(), channel, localAddress);
    const { destinationId } = destination;
    endpoint.destinations.push(destination);
    outbox.send({
      ...{ kind: 'add-receive-destination', endpointId, destinationId, channel },
      localAddressCounterId: localAddress.id,
    });
    return destination;
  }

  /** Has the receiver close the destination's socket. One that is not there is fine. */
  removeDestination(endpoint: ReceiveChannelEndpoint, { canonicalForm }: UdpChannel): void {
    const destination = endpoint.destinations.find(({ channel }) => channel.canonicalForm === canonicalForm);
    if (destination !== undefined) {
      const { endpointId } = endpoint;
      const { destinationId } = destination;
      this.#ports.outbox.send({ kind: 'remove-receive-destination', endpointId, destinationId });
    }
  }

  onOpened({ endpointId, destinationId, localAddress }: Opened): void {
    const endpoint = this.byId(endpointId);
    const boundAddress = formatSocketAddress(localAddress);
    if (destinationId !== ENDPOINT_ITSELF) {
      const destination = endpoint?.destinations.find((candidate) => candidate.destinationId === destinationId);
      if (destination !== undefined) {
        showBoundAddress(this.#ports.counters, destination.localAddress, boundAddress);
        destination.onOpened();
      }
    } else if (endpoint?.status.state === 'OPENING') {
      if (endpoint.localAddress !== undefined) {
        showBoundAddress(this.#ports.counters, endpoint.localAddress, boundAddress);
      }
      endpoint.status.onOpened(endpoint.localAddress && boundAddress);
    }
  }

  /** @returns whether it was one of these. */
  onFailed(endpointId: number, destinationId: number, problem: string): boolean {
    if (destinationId === ENDPOINT_ITSELF) {
      const endpoint = this.#registry.remove(endpointId);
      endpoint?.status.onFailed(problem);
      return endpoint !== undefined;
    }
    const endpoint = this.byId(endpointId);
    endpoint?.destinations.find((destination) => destination.destinationId === destinationId)?.onFailed(problem);
    this.onDestinationClosed(endpointId, destinationId);
    return endpoint !== undefined;
  }

  /** The receiver has let go of it. */
  onClosed(endpointId: number): void {
    const endpoint = this.#registry.remove(endpointId);
    if (endpoint !== undefined) {
      this.#close(endpoint);
    }
  }

  /** The receiver has let go of the destination. */
  onDestinationClosed(endpointId: number, destinationId: number): void {
    const destinations = this.byId(endpointId)?.destinations ?? [];
    const index = destinations.findIndex((destination) => destination.destinationId === destinationId);
    if (index >= 0) {
      destinations.splice(index, 1)[0]?.close();
    }
  }

  /** Closes the end point unless it is used; one that failed to open is given up at once. */
  closeIfUnused(endpoint: ReceiveChannelEndpoint): void {
    if (!endpoint.isUnused) {
      return;
    }
    if (endpoint.status.state === 'ACTIVE') {
      endpoint.status.onClosing();
      logChannel(this.#ports.events, 'RECEIVE_CHANNEL_CLOSE', endpoint.channel);
      this.#ports.outbox.send({ kind: 'close-receive-endpoint', endpointId: endpoint.endpointId });
    } else if (endpoint.status.state === 'ERRORED') {
      this.#close(endpoint);
    }
  }

  /** The driver closes. */
  closeAll(): void {
    for (const endpoint of [...this.#registry.items]) {
      this.onClosed(endpoint.endpointId);
    }
  }

  #create(channel: UdpChannel, registrationId: number): ReceiveChannelEndpoint {
    const { counters, nextId } = this.#ports;
    const status = newChannelCounter(counters, 'RECEIVE_CHANNEL_STATUS', registrationId, channel.uri);
    let localAddress: AtomicCounter | undefined;
    try {
      if (channel.controlMode !== 'manual') {
        localAddress = newLocalSocketAddress(counters, 'RECEIVE_LOCAL_SOCKET_ADDRESS', registrationId, status.id);
      }
      return new ReceiveChannelEndpoint({
        endpointId: nextId(),
        channel,
        status: new EndpointStatus(status, channel.uri),
        localAddress,
        bufferLengths: this.bufferLengthsOf(channel),
      });
    } catch (error) {
      localAddress?.close();
      status.close();
      throw error;
    }
  }

  #close(endpoint: ReceiveChannelEndpoint): void {
    try {
      endpoint.close();
    } catch (error) {
      this.#ports.onError(toError(error));
    }
  }
}
