// SPDX-License-Identifier: Apache-2.0
/**
 * The receive end points, and the opening and closing of their sockets, of which the conductor is told. Receiver's thread.
 */
import type { SocketAddress } from '@aeron/core/internal';
import type { ReceiverCommand } from '../agents/agent-commands.ts';
import type { UdpChannel } from '../media/udp-channel.ts';
import { ReceiveEndpoint } from './receive-endpoint.ts';
import type { ReceiveTransport } from './receive-transport.ts';
import type { ReceiverImages } from './receiver-images.ts';
import type { ReceiverResources } from './receiver-resources.ts';
import type { ReceiverServices } from './receiver-services.ts';

/** In place of a destination: the end point itself. */
const NO_DESTINATION = -1;
/** Errors of reads are told at most this often. */
const ERROR_INTERVAL_NS = 1_000_000_000;

type Command<K extends ReceiverCommand['kind']> = Extract<ReceiverCommand, { readonly kind: K }>;

export class ReceiveEndpoints {
  readonly #services: ReceiverServices;
  readonly #endpointLoss: ReceiverResources['endpointLoss'];
  readonly #images: ReceiverImages;
  readonly #endpoints: ReceiveEndpoint[] = [];
  #lastErrorNs = Number.NEGATIVE_INFINITY;

  constructor(services: ReceiverServices, images: ReceiverImages, endpointLoss: ReceiverResources['endpointLoss']) {
    this.#services = services;
    this.#endpointLoss = endpointLoss;
    this.#images = images;
  }

  get isEmpty(): boolean {
    return this.#endpoints.length === 0;
  }

  find(endpointId: number): ReceiveEndpoint | undefined {
    return this.#endpoints.find((endpoint) => endpoint.endpointId === endpointId);
  }

  /** @returns bytes received. */
  poll(): number {
    let bytesReceived = 0;
    for (let i = 0; i < this.#endpoints.length; i++) {
      bytesReceived += this.#pollOne(this.#endpoints[i] as ReceiveEndpoint);
    }
    return bytesReceived;
  }

  /** A socket that can't be read must not keep the others waiting. */
  #pollOne(endpoint: ReceiveEndpoint): number {
    try {
      return endpoint.poll();
    } catch (error) {
      this.#onReadError(error);
      return 0;
    }
  }

  #onReadError(error: unknown): void {
    const nowNs = this.#services.time.nanoTime();
    if (nowNs - this.#lastErrorNs >= ERROR_INTERVAL_NS) {
      this.#lastErrorNs = nowNs;
      this.#services.outbox.onError(error, true);
    }
  }

  /** @returns how much was done. */
  onTimers(nowNs: number): number {
    let workCount = 0;
    for (let i = this.#endpoints.length - 1; i >= 0; i--) {
      const endpoint = this.#endpoints[i];
      if (endpoint !== undefined) {
        this.#settle(endpoint);
        workCount += endpoint.onTimers(nowNs);
      }
    }
    return workCount;
  }

  open(command: Command<'open-receive-endpoint'>): void {
    const { channel, endpointId } = command;
    const endpoint = new ReceiveEndpoint(command, this.#services, this.#endpointLoss?.(channel));
    this.#endpoints.push(endpoint);
    if (endpoint.transports.isMultiDestination) {
      this.#services.outbox.post({
        ...{ kind: 'endpoint-opened', endpointId, destinationId: NO_DESTINATION, localAddress: channel.remoteData },
        socketSendBufferLength: command.socketSendBufferLength,
        socketReceiveBufferLength: command.socketReceiveBufferLength,
      });
    } else {
      this.#openTransport(endpoint, NO_DESTINATION, channel);
    }
  }

  close({ endpointId }: Command<'close-receive-endpoint'>): void {
    const endpoint = this.find(endpointId);
    if (endpoint !== undefined) {
      this.#images.onEndpointClosing(endpoint);
      endpoint.transports.closeAll();
      this.#forget(endpoint);
    }
    this.#services.outbox.post({ kind: 'endpoint-closed', endpointId });
  }

  addDestination({ endpointId, destinationId, channel }: Command<'add-receive-destination'>): void {
    const endpoint = this.find(endpointId);
    if (endpoint === undefined) {
      const error = new Error(`the end point is closed: endpointId=${endpointId}`);
      this.#postFailure(endpointId, destinationId, error);
    } else {
      this.#openTransport(endpoint, destinationId, channel);
    }
  }

  removeDestination({ endpointId, destinationId }: Command<'remove-receive-destination'>): void {
    const endpoint = this.find(endpointId);
    const transport = endpoint?.transports.ofDestination(destinationId);
    if (endpoint !== undefined && transport !== undefined) {
      endpoint.transports.close(transport);
      this.#images.onDestinationRemoved(endpoint, transport);
    }
    this.#services.outbox.post({ kind: 'destination-closed', endpointId, destinationId });
  }

  /** A name was looked up again: its sender is asked at the new address from now on. */
  onResolved({ endpointId, destinationId, address }: Command<'receive-endpoint-resolved'>): void {
    const transport = this.find(endpointId)?.transports.ofDestination(destinationId);
    if (transport?.explicitControl !== undefined) {
      transport.explicitControl = address;
      this.#services.counters.resolutionChanges.increment();
    }
  }

  /** Has the conductor look up the names of senders that have been silent. */
  checkReResolutions(nowNs: number): void {
    for (const { endpointId, transports } of this.#endpoints) {
      for (let i = 0; i < transports.transportCount; i++) {
        const transport = transports.at(i);
        if (transport?.needsReResolution(nowNs) && this.#askForResolution(endpointId, transport)) {
          transport.lastActivityNs = nowNs; // not again for a while
        }
      }
    }
  }

  /** The agent ends. */
  closeAll(): void {
    for (const endpoint of this.#endpoints.splice(0)) {
      endpoint.transports.closeAll();
    }
  }

  #askForResolution(endpointId: number, { destinationId, channel, explicitControl }: ReceiveTransport): boolean {
    const endpoint = channel.controlText ?? '';
    return this.#services.outbox.offer({
      ...{ kind: 're-resolve', side: 'receive', endpointId, destinationId, endpoint, address: explicitControl },
    });
  }

  #openTransport(endpoint: ReceiveEndpoint, destinationId: number, channel: UdpChannel): void {
    try {
      endpoint.transports.open(destinationId, channel);
    } catch (error) {
      this.#onFailed(endpoint, destinationId, error);
    }
  }

  #settle(endpoint: ReceiveEndpoint): void {
    if (endpoint.transports.isOpening) {
      endpoint.transports.settle(
        (transport) => this.#onOpened(endpoint, transport),
        ({ destinationId, socket }) => this.#onFailed(endpoint, destinationId, socket.error),
      );
    }
  }

  #onOpened(endpoint: ReceiveEndpoint, transport: ReceiveTransport): void {
    const { socket, destinationId, channel } = transport;
    const localAddress: SocketAddress = socket.localAddress ?? channel.remoteData;
    this.#services.outbox.post({
      ...{ kind: 'endpoint-opened', endpointId: endpoint.endpointId, destinationId, localAddress },
      socketSendBufferLength: socket.sendBufferLength,
      socketReceiveBufferLength: socket.receiveBufferLength,
    });
    endpoint.requestAnySetup(transport);
    if (destinationId !== NO_DESTINATION) {
      this.#images.onDestinationAdded(endpoint, transport);
    }
  }

  #onFailed(endpoint: ReceiveEndpoint, destinationId: number, error: unknown): void {
    if (destinationId === NO_DESTINATION) {
      this.#forget(endpoint);
    }
    this.#postFailure(endpoint.endpointId, destinationId, error);
  }

  #postFailure(endpointId: number, destinationId: number, error: unknown): void {
    // What it is about, the conductor knows and says.
    const message = error instanceof Error ? error.message : 'the socket was closed';
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
    this.#services.outbox.post({ kind: 'endpoint-failed', endpointId, destinationId, message, osCode: code });
  }

  #forget(endpoint: ReceiveEndpoint): void {
    this.#endpoints.splice(this.#endpoints.indexOf(endpoint), 1);
  }
}
