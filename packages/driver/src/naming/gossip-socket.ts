// SPDX-License-Identifier: Apache-2.0
/**
 * The socket by which drivers tell each other their names: finds the address that the setting names, opens, polls, sends. Native-resource
 * agent; never waits.
 */
import {
  AeronError,
  AgentTerminationError,
  AtomicBuffer,
  type DatagramHandler,
  type DatagramSocket,
  type Datagrams,
  type ErrorHandler,
  type SocketAddress,
  toError,
} from '@aeron/core/internal';
import { type DriverEvents, NO_DRIVER_EVENTS } from '../events/driver-events.ts';
import { type InterfaceText, parseInterfaceText } from '../media/interface-search.ts';
import type { NameResolution, NameResolver } from './name-resolver.ts';

/** Datagrams that one pass takes in. */
const RECEIVE_LIMIT = 16;
const MAX_DATAGRAM_LENGTH = 65_536;

export interface GossipSocketPorts {
  readonly datagrams: Datagrams;
  readonly hostResolver: NameResolver;
  readonly onError: ErrorHandler;
  /** Counts a datagram that did not leave. */
  readonly onShortSend: () => void;
  /** Given each datagram, at the start of a buffer that is used again after the call. */
  readonly onDatagram: (buffer: AtomicBuffer, length: number, sourceAddress: string) => void;
  readonly events?: DriverEvents;
  readonly socketSendBufferLength: number;
  readonly socketReceiveBufferLength: number;
}

/** @source aeron-driver/UdpNameResolutionTransport */
export class GossipSocket {
  /** Frames to send are written here. */
  readonly sendBuffer = AtomicBuffer.allocate(MAX_DATAGRAM_LENGTH);
  readonly #receiveBuffer = AtomicBuffer.allocate(MAX_DATAGRAM_LENGTH);
  readonly #ports: GossipSocketPorts;
  readonly #events: DriverEvents;
  readonly #text: string;
  readonly #interface: InterfaceText;
  #resolution: NameResolution | undefined;
  #socket: DatagramSocket | undefined;

  /**
   * @param text of the setting `resolverInterface`.
   * @throws ControlProtocolError INVALID_CHANNEL for a text that names no address.
   */
  constructor(text: string, ports: GossipSocketPorts) {
    this.#ports = ports;
    this.#events = ports.events ?? NO_DRIVER_EVENTS;
    this.#text = text;
    this.#interface = parseInterfaceText(text);
  }

  /** Where it is bound; undefined until it is. */
  get localAddress(): SocketAddress | undefined {
    return this.#socket?.state === 'open' ? this.#socket.localAddress : undefined;
  }

  /**
   * Goes on with opening.
   *
   * @returns whether the socket is open.
   * @throws AgentTerminationError when it can't be opened: a driver that other drivers can't find must not look healthy.
   */
  open(): boolean {
    if (this.#socket === undefined) {
      const bind = this.#resolveInterface();
      if (bind === undefined) {
        return false;
      }
      const { datagrams, socketSendBufferLength, socketReceiveBufferLength } = this.#ports;
      const bufferLengths = {
        sendBufferLength: socketSendBufferLength,
        receiveBufferLength: socketReceiveBufferLength,
      };
      this.#socket = datagrams.open({ bind, ...bufferLengths });
    }
    if (this.#socket.state === 'failed') {
      this.#fail(this.#socket.error?.message ?? 'the socket failed', this.#socket.error);
    }
    return this.#socket.state === 'open';
  }

  /** @returns bytes received. */
  poll(): number {
    return this.#socket?.state === 'open' ? this.#socket.poll(this.#onDatagram, 0, RECEIVE_LIMIT) : 0;
  }

  /** Sends what is at the start of `sendBuffer`. */
  send(length: number, target: SocketAddress): void {
    if (this.#events.isOn.FRAME_OUT) {
      this.#events.logFrame('FRAME_OUT', target.address, target.port, this.sendBuffer, 0, length);
    }
    try {
      if (this.#socket?.send(this.sendBuffer.bytes, 0, length, target) !== length) {
        this.#ports.onShortSend();
      }
    } catch (error) {
      const message = `unable to send names: target=${target.address}:${target.port} ${toError(error).message}`;
      this.#ports.onError(new AeronError('AERON', message, { category: 'WARN', cause: error }));
    }
  }

  close(): void {
    this.#socket?.close();
  }

  readonly #onDatagram: DatagramHandler = (source, offset, length, sourceAddress, sourcePort) => {
    this.#receiveBuffer.putUint8Array(0, source, offset, length);
    if (this.#events.isOn.FRAME_IN) {
      this.#events.logFrame('FRAME_IN', sourceAddress, sourcePort, this.#receiveBuffer, 0, length);
    }
    this.#ports.onDatagram(this.#receiveBuffer, length, sourceAddress);
  };

  /** @returns undefined while the name of its host is looked up. */
  #resolveInterface(): SocketAddress | undefined {
    if (this.#interface.kind === 'named') {
      return this.#fail('an interface is to be given by its address');
    }
    const { host, port } = this.#interface;
    this.#resolution ??= this.#ports.hostResolver.resolve(host, 'endpoint', false);
    const resolved = this.#resolution.poll();
    if (resolved === 'pending') {
      return undefined;
    }
    return resolved === undefined ? this.#fail('unknown host') : { ...resolved, port };
  }

  #fail(problem: string, cause?: unknown): never {
    throw new AgentTerminationError(
      `name resolver can't listen: aeron.driver.resolver.interface=${this.#text}: ${problem}`,
      { cause },
    );
  }
}
