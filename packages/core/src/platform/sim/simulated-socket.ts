// SPDX-License-Identifier: Apache-2.0
/** One datagram socket of a simulated process. Like a real one it is bound only some time after it was asked for. */
import type { DatagramHandler, DatagramOptions, DatagramSocket, SocketAddress } from '../ports.ts';
import { sendEach } from '../send-each.ts';
import type { SimulatedNetwork } from './network.ts';
import { isLoopback, isMulticast, isWildcard } from './network-model.ts';
import type { SimulatedHost } from './simulated-host.ts';
import { systemError } from './system-error.ts';

interface Received {
  readonly content: Uint8Array;
  readonly sourceAddress: string;
  readonly sourcePort: number;
}

/** Socket buffers, in bytes. */
export interface BufferBounds {
  readonly defaultLength: number;
  readonly lengthMax: number;
}

/** Bound by the world, filled by the network, polled and closed by its process. */
export class SimulatedSocket implements DatagramSocket {
  readonly host: SimulatedHost;
  readonly options: DatagramOptions;
  readonly receiveBufferLength: number;
  readonly sendBufferLength: number;
  readonly droppedCount = 0; // what finds the receive buffer full is lost in the network, as by a kernel
  state: DatagramSocket['state'] = 'opening';
  error: Error | undefined = undefined;
  localAddress: SocketAddress | undefined = undefined;
  readonly isReconnecting = false; // done when the call returns
  reconnectError: Error | undefined = undefined;
  /** Where it is connected to. */
  peer: SocketAddress | undefined = undefined;
  readonly #network: SimulatedNetwork;
  readonly #waiting: Received[] = [];
  #waitingLength = 0;
  #isRefused = false;
  #release: () => void = () => {};

  get runLimit(): number {
    return this.#network.runLimit;
  }

  get burstLength(): number {
    return this.#network.burstLength;
  }

  constructor(network: SimulatedNetwork, host: SimulatedHost, options: DatagramOptions, bounds: BufferBounds) {
    this.#network = network;
    this.host = host;
    this.options = options;
    this.receiveBufferLength = bufferLength(options.receiveBufferLength, bounds);
    this.sendBufferLength = bufferLength(options.sendBufferLength, bounds);
  }

  get boundPort(): number {
    return this.localAddress?.port ?? 0;
  }

  get isOnWildcard(): boolean {
    return isWildcard(this.options.bind.address);
  }

  /** Binds now; called by the world when the opening delay is over. */
  open(release: () => void): void {
    if (this.state !== 'opening') {
      return;
    }
    this.#release = release;
    const { bind, multicast } = this.options;
    const problem =
      this.#addressProblem(bind.address) ??
      (multicast === undefined ? undefined : this.#addressProblem(multicast.interfaceAddress));
    const port = problem === undefined ? this.#network.sockets.bind(this) : undefined;
    if (port === undefined) {
      this.error = systemError(problem ?? 'EADDRINUSE', 'bind', `${bind.address}:${bind.port}`);
      this.state = 'failed';
      return;
    }
    this.localAddress = { ...bind, port };
    this.peer ??= this.options.connect;
    this.state = 'open';
  }

  poll(handler: DatagramHandler, context: number, limit: number): number {
    let bytesReceived = 0;
    for (let count = Math.min(limit, this.#waiting.length); count > 0 && this.state === 'open'; count--) {
      const { content, sourceAddress, sourcePort } = this.#waiting.shift() as Received;
      this.#waitingLength -= content.length;
      bytesReceived += content.length;
      handler(content, 0, content.length, sourceAddress, sourcePort, context);
    }
    return bytesReceived;
  }

  send(source: Uint8Array, offset: number, length: number, target?: SocketAddress): number {
    if (length > this.#network.datagramLengthMax) {
      throw systemError('EMSGSIZE', 'send', `length=${length}`);
    }
    if (this.state !== 'open' || this.#isRefused) {
      this.#isRefused = false;
      return 0;
    }
    const to = this.peer ?? target;
    if (to === undefined) {
      throw new Error('a socket that is not connected needs a target address to send to');
    }
    return this.#network.send(this, source.slice(offset, offset + length), to) === length ? length : 0;
  }

  sendRun(source: Uint8Array, offset: number, lengths: Int32Array, count: number, target?: SocketAddress): number {
    return sendEach(this, source, offset, lengths, count, target);
  }

  reconnect(target: SocketAddress): void {
    if (isLoopback(this.options.bind.address) && !isLoopback(target.address)) {
      this.reconnectError = systemError('EINVAL', 'connect', `${target.address}:${target.port}`);
      return;
    }
    this.reconnectError = undefined;
    this.peer = target;
    this.#isRefused = false;
  }

  close(): void {
    if (this.state === 'open') {
      this.#network.sockets.unbind(this);
    }
    this.state = 'closed';
    this.#waiting.length = 0;
    this.#waitingLength = 0;
    this.#release();
  }

  /** A datagram arrives. @returns whether the receive buffer had room. */
  accept(content: Uint8Array, sourceAddress: string, sourcePort: number): boolean {
    if (this.#waitingLength + content.length > this.receiveBufferLength) {
      return false;
    }
    this.#waiting.push({ content, sourceAddress, sourcePort });
    this.#waitingLength += content.length;
    if (this.#waiting.length === 1) {
      this.options.onReadable?.();
    }
    return true;
  }

  /** Nobody listens there: only a connected socket learns of it, by its next send. */
  onRefused(address: string, port: number): void {
    this.#isRefused ||= this.peer?.address === address && this.peer.port === port;
  }

  #addressProblem(address: string): string | undefined {
    const isMine =
      isWildcard(address) || isLoopback(address) || isMulticast(address) || this.host.addresses.includes(address);
    return isMine ? undefined : 'EADDRNOTAVAIL';
  }
}

function bufferLength(wanted: number | undefined, bounds: BufferBounds): number {
  return wanted === undefined || wanted === 0 ? bounds.defaultLength : Math.min(wanted, bounds.lengthMax);
}
