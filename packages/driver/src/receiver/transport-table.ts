// SPDX-License-Identifier: Apache-2.0
/**
 * The transports of one receive end point by index. A plain channel has the one with index 0; a multi-destination subscription
 * has one for each destination, and the index of a removed one is used again. A socket opens some time after it was asked for;
 * `settle` tells what became of it. Receiver's thread.
 */
import { AeronError, type DatagramSocket } from '@aeron/core/internal';
import type { ReceiverCommand } from '../agents/agent-commands.ts';
import type { UdpChannel } from '../media/udp-channel.ts';
import type { TransportSlots } from './image-connections.ts';
import { ReceiveTransport, type TransportOptions, transportSocketOptions } from './receive-transport.ts';
import type { ReceiverServices } from './receiver-services.ts';

/** Destinations of one multi-destination subscription. */
export const MAX_RECEIVE_DESTINATIONS = 1024;

type OpenCommand = Extract<ReceiverCommand, { kind: 'open-receive-endpoint' }>;

/** @source aeron-driver/MultiRcvDestination */
export class TransportTable implements TransportSlots {
  /** Whether transports come and go by command. */
  readonly isMultiDestination: boolean;
  readonly #services: ReceiverServices;
  readonly #sendBufferLength: number;
  readonly #receiveBufferLength: number;
  readonly #transports: (ReceiveTransport | undefined)[] = [];
  #openingCount = 0;

  constructor(command: OpenCommand, services: ReceiverServices) {
    this.isMultiDestination = command.channel.controlMode === 'manual';
    this.#services = services;
    this.#sendBufferLength = command.socketSendBufferLength;
    this.#receiveBufferLength = command.socketReceiveBufferLength;
  }

  get transportCount(): number {
    return this.#transports.length;
  }

  /** Whether `settle` may have something to tell. */
  get isOpening(): boolean {
    return this.#openingCount > 0;
  }

  at(index: number): ReceiveTransport | undefined {
    return this.#transports[index];
  }

  hasTransport(index: number): boolean {
    return this.#transports[index] !== undefined;
  }

  /** The transport of a destination; -1 is the end point's own. */
  ofDestination(destinationId: number): ReceiveTransport | undefined {
    return this.#transports.find((transport) => transport?.destinationId === destinationId);
  }

  /**
   * Starts to open a socket.
   *
   * @throws Error of the operating system, or AeronError INSUFFICIENT_CAPACITY when there are too many.
   */
  open(destinationId: number, channel: UdpChannel): ReceiveTransport {
    const free = this.#transports.indexOf(undefined);
    const index = free < 0 ? this.#transports.length : free;
    if (index >= MAX_RECEIVE_DESTINATIONS) {
      throw new AeronError('INSUFFICIENT_CAPACITY', `too many destinations: max=${MAX_RECEIVE_DESTINATIONS}`);
    }
    const { datagrams, time } = this.#services;
    const options = this.#options(destinationId, channel);
    let socket: DatagramSocket;
    try {
      socket = datagrams.open(transportSocketOptions(options));
    } catch (error) {
      this.#services.ports.release(options.bindAddress);
      throw error;
    }
    const transport = new ReceiveTransport(socket, index, options, time.nanoTime());
    this.#transports[index] = transport;
    this.#openingCount++;
    return transport;
  }

  /** Tells of each socket that is open, or has failed, since the last call. */
  settle(onOpen: (transport: ReceiveTransport) => void, onFailed: (transport: ReceiveTransport) => void): void {
    for (let i = 0; this.#openingCount > 0 && i < this.#transports.length; i++) {
      const transport = this.#transports[i];
      if (transport === undefined || transport.isOpen) {
        continue;
      }
      if (transport.socket.state === 'open') {
        this.#openingCount--;
        transport.isOpen = true;
        onOpen(transport);
      } else if (transport.socket.state !== 'opening') {
        this.close(transport);
        onFailed(transport);
      }
    }
  }

  close(transport: ReceiveTransport): void {
    if (this.#transports[transport.index] === transport) {
      this.#transports[transport.index] = undefined;
      this.#openingCount -= transport.isOpen ? 0 : 1;
      transport.isOpen = false;
      transport.socket.close();
      this.#services.ports.release(transport.bindAddress);
    }
  }

  closeAll(): void {
    for (const transport of this.#transports) {
      if (transport !== undefined) {
        this.close(transport);
      }
    }
  }

  #options(destinationId: number, channel: UdpChannel): TransportOptions {
    const { config, onReadable, ports } = this.#services;
    return {
      ...{ destinationId, channel, onReadable, defaultTtl: config.socketMulticastTtl },
      bindAddress: ports.acquire(channel, channel.remoteData),
      sendBufferLength: this.#sendBufferLength,
      receiveBufferLength: this.#receiveBufferLength,
    };
  }
}
