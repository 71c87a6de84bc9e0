// SPDX-License-Identifier: Apache-2.0
/** The send end points of the driver: opened for the first publication of a channel, closed after its last. Conductor only. */
import { type AtomicCounter, type CountersManager, type ErrorHandler, toError } from '@aeron/core/internal';
import type { ConductorCommand, SenderCommand } from '../../agents/agent-commands.ts';
import type { AgentOutbox } from '../../agents/agent-outbox.ts';
import type { DriverEvents } from '../../events/driver-events.ts';
import { logChannel } from '../../events/stream-events.ts';
import { isMultiDestination, type UdpChannel } from '../../media/udp-channel.ts';
import {
  formatSocketAddress,
  newChannelCounter,
  newLocalSocketAddress,
  showBoundAddress,
} from '../../status/endpoint-counters.ts';
import { throwInvalidChannel } from '../control-protocol-error.ts';
import { EndpointRegistry } from './endpoint-registry.ts';
import { EndpointStatus } from './endpoint-status.ts';
import { SendChannelEndpoint, type SocketBufferLengths } from './send-channel-endpoint.ts';

/** What the end points of either direction are given. */
export interface EndpointPorts<Command> {
  readonly counters: CountersManager;
  readonly outbox: AgentOutbox<Command>;
  /** An id that nothing else in the driver has. */
  readonly nextId: () => number;
  /** For channels that do not say; 0 keeps the operating system's default. */
  readonly defaultBufferLengths: SocketBufferLengths;
  readonly events: DriverEvents;
  readonly onError: ErrorHandler;
}

type Opened = Extract<ConductorCommand, { readonly kind: 'endpoint-opened' }>;

/** @source aeron-driver/DriverConductor (getOrCreateSendChannelEndpoint) */
export class SendEndpoints {
  readonly #ports: EndpointPorts<SenderCommand>;
  readonly #registry = new EndpointRegistry<SendChannelEndpoint>('SendChannelEndpoint');

  constructor(ports: EndpointPorts<SenderCommand>) {
    this.#ports = ports;
  }

  /**
   * The end point that serves the channel, if it exists.
   *
   * @throws ControlProtocolError INVALID_CHANNEL when a tag alone is to name one and does not, and as the registry.
   */
  find(channel: UdpChannel): SendChannelEndpoint | undefined {
    const { tag, hasExplicitControl, hasExplicitEndpoint, controlMode } = channel;
    if (tag !== undefined && !hasExplicitControl && !hasExplicitEndpoint && controlMode !== 'manual') {
      if (this.#registry.byTag(channel) === undefined) {
        throwInvalidChannel(
          `URI must have explicit control, endpoint, or be manual control-mode when original: channel=${channel.uri}`,
        );
      }
    }
    return this.#registry.find(channel);
  }

  byId(endpointId: number): SendChannelEndpoint | undefined {
    return this.#registry.byId(endpointId);
  }

  /** @throws ControlProtocolError RESOURCE_TEMPORARILY_UNAVAILABLE while the end point closes. */
  refuseIfClosing(endpoint: SendChannelEndpoint): void {
    this.#registry.refuseIfClosing(endpoint);
  }

  /** Lengths that an end point for the channel would have. */
  bufferLengthsOf(channel: UdpChannel): SocketBufferLengths {
    return bufferLengths(channel, this.#ports.defaultBufferLengths);
  }

  /**
   * Has the sender open sockets for the channel; poll the status of the end point until it is there.
   *
   * @param registrationId of the publication that it is for.
   * @throws AeronError INSUFFICIENT_CAPACITY when all counters are in use.
   */
  open(channel: UdpChannel, registrationId: number): SendChannelEndpoint {
    const endpoint = this.#create(channel, registrationId);
    logChannel(this.#ports.events, 'SEND_CHANNEL_CREATION', channel);
    const { endpointId, counters, bufferLengths } = endpoint;
    this.#registry.add(endpoint);
    this.#ports.outbox.send({ kind: 'open-send-endpoint', endpointId, channel, counters, ...bufferLengths });
    return endpoint;
  }

  onOpened({ endpointId, localAddress }: Opened): void {
    const endpoint = this.byId(endpointId);
    if (endpoint?.status.state === 'OPENING') {
      const boundAddress = formatSocketAddress(localAddress);
      showBoundAddress(this.#ports.counters, endpoint.localAddress, boundAddress);
      endpoint.status.onOpened(boundAddress);
    }
  }

  /** @returns whether it was one of these. */
  onFailed(endpointId: number, problem: string): boolean {
    const endpoint = this.#registry.remove(endpointId);
    endpoint?.status.onFailed(problem);
    return endpoint !== undefined;
  }

  /** The sender has let go of it. */
  onClosed(endpointId: number): void {
    const endpoint = this.#registry.remove(endpointId);
    if (endpoint !== undefined) {
      this.#close(endpoint);
    }
  }

  /** Closes the end point unless a publication uses it; one that failed to open is given up at once. */
  closeIfUnused(endpoint: SendChannelEndpoint): void {
    if (!endpoint.isUnused) {
      return;
    }
    if (endpoint.status.state === 'ACTIVE') {
      endpoint.status.onClosing();
      logChannel(this.#ports.events, 'SEND_CHANNEL_CLOSE', endpoint.channel);
      this.#ports.outbox.send({ kind: 'close-send-endpoint', endpointId: endpoint.endpointId });
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

  #create(channel: UdpChannel, registrationId: number): SendChannelEndpoint {
    const { counters, nextId } = this.#ports;
    const allocated: AtomicCounter[] = [];
    const keep = (counter: AtomicCounter): AtomicCounter => {
      allocated.push(counter);
      return counter;
    };
    try {
      const status = keep(newChannelCounter(counters, 'SEND_CHANNEL_STATUS', registrationId, channel.uri));
      const localAddress = keep(
        newLocalSocketAddress(counters, 'SEND_LOCAL_SOCKET_ADDRESS', registrationId, status.id),
      );
      const destinationCount = isMultiDestination(channel)
        ? keep(newChannelCounter(counters, 'MDC_DESTINATIONS', registrationId, channel.uri))
        : undefined;
      return new SendChannelEndpoint({
        endpointId: nextId(),
        channel,
        status: new EndpointStatus(status, channel.uri),
        localAddress,
        destinationCount,
        bufferLengths: this.bufferLengthsOf(channel),
      });
    } catch (error) {
      for (const counter of allocated) {
        counter.close();
      }
      throw error;
    }
  }

  #close(endpoint: SendChannelEndpoint): void {
    try {
      endpoint.close();
    } catch (error) {
      this.#ports.onError(toError(error));
    }
  }
}

/** What the channel says, else what is configured. */
export function bufferLengths(channel: UdpChannel, defaults: SocketBufferLengths): SocketBufferLengths {
  return {
    socketSendBufferLength: channel.socketSendBufferLength || defaults.socketSendBufferLength,
    socketReceiveBufferLength: channel.socketReceiveBufferLength || defaults.socketReceiveBufferLength,
  };
}
