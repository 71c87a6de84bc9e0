// SPDX-License-Identifier: Apache-2.0
/**
 * The sockets of one send end point, opened through the datagram port and watched until they are open or one has failed.
 *
 *     unicast    one socket, bound to the control address and connected to the one destination
 *     several    one socket, bound to the control address, connected to nobody
 *     multicast  one that joined the control group, where the receivers answer; one that sends to the data group
 */
import type { DatagramOptions, DatagramSocket, Datagrams, SocketAddress } from '@aeron/core/internal';
import type { UdpChannel } from '../media/udp-channel.ts';
import type { WildcardPortManager } from '../media/wildcard-port-manager.ts';

export interface EndpointSocketOptions {
  readonly channel: UdpChannel;
  /** Bytes; 0 keeps the operating system's default. */
  readonly sendBufferLength: number;
  readonly receiveBufferLength: number;
  /** 0: the operating system's default. */
  readonly multicastTtl: number;
  readonly isUnicastConnected: boolean;
  readonly onReadable: (() => void) | undefined;
  /** Picks the port of a channel that leaves it open. */
  readonly ports: WildcardPortManager;
}

/** @source aeron-driver/UdpChannelTransport */
export class EndpointSockets {
  /** Data goes out here. */
  readonly data: DatagramSocket;
  /** Status messages, NAKs and the like come in here; the same socket except for multicast. */
  readonly control: DatagramSocket;
  /** Whether data goes to one address that the socket is connected to. */
  readonly isConnected: boolean;
  /** Gives up the port that was picked. */
  #release: () => void = () => undefined;

  /** @throws Error of the operating system for what is refused at once; AeronError when no port is left to pick. */
  constructor(datagrams: Datagrams, options: EndpointSocketOptions) {
    const { channel, ports } = options;
    if (channel.isMulticast) {
      this.control = datagrams.open(controlOptions(options));
      this.data = datagrams.open(multicastDataOptions(options));
      this.isConnected = true;
    } else {
      const bind = ports.acquire(channel, channel.localControl);
      this.#release = () => ports.release(bind);
      const unicast = unicastOptions(options, bind);
      this.data = this.#open(datagrams, unicast);
      this.control = this.data;
      this.isConnected = unicast.connect !== undefined;
    }
  }

  get isOpen(): boolean {
    return this.data.state === 'open' && this.control.state === 'open';
  }

  /** The first failure, if any. */
  get failure(): Error | undefined {
    return failureOf(this.data) ?? failureOf(this.control);
  }

  /** Where the receivers' answers arrive. */
  get localAddress(): SocketAddress | undefined {
    return this.control.localAddress;
  }

  close(): void {
    this.data.close();
    if (this.control !== this.data) {
      this.control.close();
    }
    this.#giveUpPort();
  }

  #open(datagrams: Datagrams, options: DatagramOptions): DatagramSocket {
    try {
      return datagrams.open(options);
    } catch (error) {
      this.#giveUpPort();
      throw error;
    }
  }

  /** Once. */
  #giveUpPort(): void {
    const release = this.#release;
    this.#release = () => undefined;
    release();
  }
}

function failureOf(socket: DatagramSocket): Error | undefined {
  return socket.state === 'failed' ? (socket.error ?? new Error('a socket failed without telling why')) : undefined;
}

function unicastOptions(
  { channel, isUnicastConnected, onReadable, ...lengths }: EndpointSocketOptions,
  bind: SocketAddress,
): DatagramOptions {
  const hasOneDestination = channel.controlMode === 'none' && channel.hasExplicitEndpoint;
  return {
    bind,
    ...(hasOneDestination && isUnicastConnected && { connect: channel.remoteData }),
    ...(onReadable !== undefined && { onReadable }),
    receiveBufferLength: lengths.receiveBufferLength,
    sendBufferLength: lengths.sendBufferLength,
  };
}

function controlOptions({ channel, onReadable, receiveBufferLength }: EndpointSocketOptions): DatagramOptions {
  const { family, port } = channel.remoteControl;
  return {
    bind: { family, address: family === 'IPv6' ? '::' : '0.0.0.0', port },
    reuseAddress: true,
    multicast: { ...interfaceOf(channel), group: channel.remoteControl },
    ...(onReadable !== undefined && { onReadable }),
    receiveBufferLength,
  };
}

function multicastDataOptions({ channel, multicastTtl, sendBufferLength }: EndpointSocketOptions): DatagramOptions {
  return {
    bind: { ...channel.localControl, port: 0 },
    connect: channel.remoteData,
    multicast: { ...interfaceOf(channel), ...(multicastTtl > 0 && { ttl: multicastTtl }) },
    sendBufferLength,
  };
}

function interfaceOf({ interfaceAddress, interfaceName, localControl }: UdpChannel) {
  return {
    interfaceAddress: interfaceAddress ?? localControl.address,
    ...(interfaceName !== undefined && { interfaceName }),
  };
}
