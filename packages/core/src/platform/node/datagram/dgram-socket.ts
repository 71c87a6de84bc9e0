// SPDX-License-Identifier: Apache-2.0
/**
 * A polled datagram socket over node:dgram, the portable transport. Datagrams arrive as events of the loop and wait in a
 * bounded ring for `poll`, so the loop of this thread must turn. It never keeps the process alive: that is for whoever polls.
 */
import { createSocket, type Socket } from 'node:dgram';
import {
  type DatagramHandler,
  type DatagramOptions,
  type DatagramSocket,
  type SocketAddress,
  UNBOUNDED_BURST,
} from '../../ports.ts';
import { sendEach } from '../../send-each.ts';
import { DatagramRing } from './datagram-ring.ts';
import { findFreePort } from './free-port.ts';
import { type Completion, SendPool } from './send-pool.ts';
import { TRANSIENT_CODES } from './transient-errors.ts';

/** Bounds of what one socket holds in this process. */
export interface DgramLimits {
  /** Bytes of received datagrams that wait for `poll`. */
  readonly receiveRingLength: number;
  /** Received datagrams that wait for `poll`, a power of two. */
  readonly receiveCountMax: number;
  /** Datagrams given to the operating system and not finished. */
  readonly sendCountMax: number;
}

const PORT_TRIES = 4; // somebody else may take the port between finding and binding it
const PAYLOAD_LENGTH_MAX = { IPv4: 65507, IPv6: 65527 } as const;

type LookupCallback = (error: Error | null, address: string, family: number) => void;

/**
 * One per end point; see the port for its life.
 *
 * @source aeron-driver/UdpChannelTransport
 */
export class DgramSocket implements DatagramSocket {
  state: DatagramSocket['state'] = 'opening';
  error: Error | undefined = undefined;
  localAddress: SocketAddress | undefined = undefined;
  isReconnecting = false;
  reconnectError: Error | undefined = undefined;
  receiveBufferLength = 0;
  sendBufferLength = 0;
  droppedCount = 0;
  readonly runLimit = 1;
  readonly burstLength = UNBOUNDED_BURST; // what is sent leaves between passes
  readonly #socket: Socket;
  readonly #options: DatagramOptions;
  readonly #ring: DatagramRing;
  readonly #pool: SendPool;
  readonly #payloadLengthMax: number;
  #target: SocketAddress | undefined;
  #isConnected = false;
  #lateError: Error | undefined = undefined;
  #isRefused = false;
  #onBindFailed: (() => void) | undefined = undefined;

  constructor(options: DatagramOptions, limits: DgramLimits) {
    const isIPv6 = options.bind.family === 'IPv6';
    this.#options = options;
    this.#target = options.connect;
    this.#ring = new DatagramRing(limits.receiveRingLength, limits.receiveCountMax);
    this.#pool = new SendPool(limits.sendCountMax, (error) => this.#onLateError(error));
    this.#payloadLengthMax = PAYLOAD_LENGTH_MAX[options.bind.family];
    this.#socket = createSocket({
      type: isIPv6 ? 'udp6' : 'udp4',
      reuseAddr: options.reuseAddress ?? false,
      // Addresses are numeric: without this each one would take a trip through the resolver's thread pool.
      lookup: (host: string, _options: unknown, callback: LookupCallback) => callback(null, host, isIPv6 ? 6 : 4),
    });
    this.#open();
  }

  poll(handler: DatagramHandler, context: number, limit: number): number {
    return this.#ring.poll(handler, context, limit);
  }

  send(source: Uint8Array, offset: number, length: number, target?: SocketAddress): number {
    if (this.#lateError !== undefined) {
      const error = this.#lateError;
      this.#lateError = undefined;
      throw error;
    }
    if (length > this.#payloadLengthMax) {
      throw tooLong(length, this.#payloadLengthMax);
    }
    const isCutOff = this.#target !== undefined && !this.#isConnected;
    if (this.state !== 'open' || isCutOff || this.#isRefused) {
      this.#isRefused = false;
      return 0;
    }
    const slot = this.#pool.take(source, offset, length);
    if (slot === undefined) {
      return 0;
    }
    try {
      this.#sendSlot(slot.content, slot.completion, target);
    } catch (error) {
      this.#pool.giveBack(slot);
      throw error;
    }
    return length;
  }

  sendRun(source: Uint8Array, offset: number, lengths: Int32Array, count: number, target?: SocketAddress): number {
    return sendEach(this, source, offset, lengths, count, target);
  }

  reconnect(target: SocketAddress): void {
    this.#target = target;
    if (this.state === 'open' && !this.isReconnecting) {
      this.isReconnecting = true;
      this.#connect();
    }
  }

  close(): void {
    if (this.state !== 'closed') {
      const isHeld = this.state !== 'failed';
      this.state = 'closed';
      if (isHeld) {
        this.#socket.close();
      }
    }
  }

  #sendSlot(content: Uint8Array, completion: Completion, target: SocketAddress | undefined): void {
    if (this.#isConnected) {
      this.#socket.send(content, completion);
    } else if (target === undefined) {
      throw new Error('a socket that is not connected needs a target address to send to');
    } else {
      this.#socket.send(content, target.port, target.address, completion);
    }
  }

  #open(): void {
    const socket = this.#socket;
    socket.on('error', (error) => this.#onError(error));
    socket.on('message', (datagram, source) => this.#onDatagram(datagram, source.address, source.port));
    socket.once('listening', () => this.#onListening());
    socket.unref();
    if (this.#target !== undefined && this.#options.bind.port === 0) {
      this.#bindFreePort(PORT_TRIES);
    } else {
      this.#bind(this.#options.bind.port);
    }
  }

  /**
   * A socket that is connected and has its port from the system loses the port when it is connected anew, on Linux. So the
   * system is asked for a free port first, which is then bound by number.
   */
  #bindFreePort(triesLeft: number): void {
    this.#onBindFailed = triesLeft > 0 ? () => this.#bindFreePort(triesLeft - 1) : undefined;
    findFreePort(this.#options.bind, (error, port) => {
      if (this.state === 'opening') {
        error === undefined ? this.#bind(port) : this.#fail(error);
      }
    });
  }

  #bind(port: number): void {
    try {
      this.#socket.bind({ port, address: bindAddress(this.#options), exclusive: true });
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #onListening(): void {
    if (this.state !== 'opening') {
      return;
    }
    try {
      this.#applyOptions();
      if (this.#target === undefined) {
        this.#finishOpening();
      } else {
        this.#connect();
      }
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #applyOptions(): void {
    const socket = this.#socket;
    const { receiveBufferLength = 0, sendBufferLength = 0, multicast, bind } = this.#options;
    if (receiveBufferLength > 0) {
      socket.setRecvBufferSize(receiveBufferLength);
    }
    if (sendBufferLength > 0) {
      socket.setSendBufferSize(sendBufferLength);
    }
    this.receiveBufferLength = socket.getRecvBufferSize();
    this.sendBufferLength = socket.getSendBufferSize();
    if (multicast !== undefined) {
      const interfaceAddress = bind.family === 'IPv4' ? multicast.interfaceAddress : scoped(multicast);
      socket.setMulticastInterface(interfaceAddress);
      if (multicast.ttl !== undefined) {
        socket.setMulticastTTL(multicast.ttl);
      }
      if (multicast.loopback !== undefined) {
        socket.setMulticastLoopback(multicast.loopback);
      }
      if (multicast.group !== undefined) {
        socket.addMembership(multicast.group.address, interfaceAddress);
      }
    }
  }

  /** Connects, or replaces the connection, to the newest target; a target that changes meanwhile is taken up at the end. */
  #connect(): void {
    const target = this.#target;
    if (target === undefined) {
      return;
    }
    if (this.#isConnected) {
      this.#isConnected = false;
      this.#socket.disconnect();
    }
    this.#socket.connect(target.port, target.address, (error?: Error | null) => {
      if (this.state === 'closed') {
        return;
      }
      this.#isConnected = error === undefined || error === null;
      if (this.state === 'opening') {
        this.#isConnected ? this.#finishOpening() : this.#fail(error as Error);
      } else if (this.#target !== target) {
        this.#connect();
      } else {
        this.isReconnecting = false;
        this.reconnectError = error ?? undefined;
      }
    });
  }

  #finishOpening(): void {
    const { bind } = this.#options;
    const { address, port } = this.#socket.address();
    const isAsAsked = bindAddress(this.#options) === bind.address;
    this.localAddress = { family: bind.family, address: isAsAsked ? address : bind.address, port };
    this.state = 'open';
  }

  #onError(error: Error & { code?: unknown }): void {
    if (this.state !== 'opening') {
      this.#onLateError(error);
    } else if (error.code === 'EADDRINUSE' && this.#onBindFailed !== undefined) {
      this.#onBindFailed();
    } else {
      this.#fail(error);
    }
  }

  #fail(error: Error): void {
    this.error = error;
    this.state = 'failed';
    try {
      this.#socket.close();
    } catch {
      // closed already by dgram: there is nothing left to release
    }
  }

  #onDatagram(datagram: Uint8Array, address: string, port: number): void {
    const wasEmpty = this.#ring.count === 0;
    if (!this.#ring.push(datagram, address, port)) {
      this.droppedCount++;
    } else if (wasEmpty) {
      this.#options.onReadable?.();
    }
  }

  #onLateError(error: Error & { code?: unknown }): void {
    if (TRANSIENT_CODES.has(String(error.code))) {
      this.#isRefused = true;
    } else {
      this.#lateError = error;
    }
  }
}

/**
 * Where to bind. On Linux a socket on the wildcard address hears every group that any socket of the host has joined, unless
 * IP_MULTICAST_ALL is switched off, which dgram can't. One bound to its group hears that alone, and still sends from the
 * address of its interface.
 */
function bindAddress({ bind, multicast }: DatagramOptions): string {
  const isOnAny = bind.address === '0.0.0.0' && process.platform === 'linux';
  return isOnAny && multicast?.group !== undefined ? multicast.group.address : bind.address;
}

function scoped(multicast: { readonly interfaceAddress: string; readonly interfaceName?: string }): string {
  if (multicast.interfaceName !== undefined) {
    return `::%${multicast.interfaceName}`;
  }
  const scope = multicast.interfaceAddress.split('%')[1];
  return scope === undefined ? multicast.interfaceAddress : `::%${scope}`;
}

function tooLong(length: number, lengthMax: number): Error {
  const error = new Error(`EMSGSIZE: datagram is too long: length=${length} lengthMax=${lengthMax}`);
  return Object.assign(error, { code: 'EMSGSIZE' });
}
