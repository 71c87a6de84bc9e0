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

export interface EndpointSocketOptions {
  readonly channel: UdpChannel;
  /** Bytes; 0 keeps the operating system's default. */
  readonly sendBufferLength: number;
  readonly receiveBufferLength: number;
  /** 0: the operating system's default. */
  readonly multicastTtl: number;
  readonly isUnicastConnected: boolean;
  readonly onReadable: (() => void) | undefined;
}

/** @source aeron-driver/UdpChannelTransport */
export class EndpointSockets {
  /** Data goes out here. */
  readonly data: DatagramSocket;
  /** Status messages, NAKs and the like come in here; the same socket except for multicast. */
  readonly control: DatagramSocket;
  /** Whether data goes to one address that the socket is connected to. */
  readonly isConnected: boolean;

  /** @throws Error of the operating system for what is refused at once. */
  constructor(datagrams: Datagrams, options: EndpointSocketOptions) {
    const { channel } = options;
    if (channel.isMulticast) {
      this.control = datagrams.open(controlOptions(options));
      this.data = datagrams.open(multicastDataOptions(options));
      this.isConnected = true;
    } else {
      const unicast = unicastOptions(options);
      this.data = datagrams.open(unicast);
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
  }
}

function failureOf(socket: DatagramSocket): Error | undefined {
  return socket.state === 'failed' ? (socket.error ?? new Error('a socket failed without telling why')) : undefined;
}

function unicastOptions({
  channel,
  isUnicastConnected,
  onReadable,
  ...lengths
}: EndpointSocketOptions): DatagramOptions {
  const hasOneDestination = channel.controlMode === 'none' && channel.hasExplicitEndpoint;
  return {
    bind: channel.localControl,
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
