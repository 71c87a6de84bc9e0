// SPDX-License-Identifier: Apache-2.0
/**
 * One socket of a receive end point: its own on a plain channel, one for each destination on a multi-destination subscription.
 * Receiver's thread.
 */
import { AeronError, type DatagramOptions, type DatagramSocket, type SocketAddress } from '@aeron/core/internal';
import type { UdpChannel } from '../media/udp-channel.ts';

/** A source that is known by name is looked up again after so long without a frame. */
export const DESTINATION_TIMEOUT_NS = 5_000_000_000;
/** How often a sender that is known by its control address is asked for a SETUP. */
export const SETUP_REQUEST_INTERVAL_NS = 1_000_000_000;

export interface TransportOptions {
  /** -1: the end point's own. */
  readonly destinationId: number;
  readonly channel: UdpChannel;
  /** Where the channel is bound, with a port if it left that open. */
  readonly bindAddress: SocketAddress;
  /** Bytes; 0 keeps the operating system's default. */
  readonly sendBufferLength: number;
  readonly receiveBufferLength: number;
  /** For channels without `ttl`; 0: the operating system's default. */
  readonly defaultTtl: number;
  readonly onReadable: (() => void) | undefined;
}

/** @source aeron-driver/UdpChannelTransport, aeron-driver/ReceiveDestinationTransport */
export class ReceiveTransport {
  readonly index: number;
  readonly destinationId: number;
  readonly channel: UdpChannel;
  readonly isMulticast: boolean;
  readonly bindAddress: SocketAddress;
  /** 0 where none is set. */
  readonly multicastTtl: number;
  readonly socket: DatagramSocket;
  /** The address that `control` names now; undefined without one. */
  explicitControl: SocketAddress | undefined;
  /** Whether its opening has been told of. */
  isOpen = false;
  lastActivityNs: number;
  nextSetupRequestNs = 0;

  constructor(socket: DatagramSocket, index: number, options: TransportOptions, nowNs: number) {
    const { channel } = options;
    this.socket = socket;
    this.index = index;
    this.destinationId = options.destinationId;
    this.channel = channel;
    this.isMulticast = channel.isMulticast;
    this.bindAddress = options.bindAddress;
    this.multicastTtl = multicastTtl(options);
    this.explicitControl = channel.hasExplicitControl ? channel.localControl : undefined;
    this.lastActivityNs = nowNs;
  }

  /** Whether the name behind the control address is to be looked up again. */
  needsReResolution(nowNs: number): boolean {
    return this.explicitControl !== undefined && this.lastActivityNs + DESTINATION_TIMEOUT_NS - nowNs < 0;
  }

  /** Whether the sender behind the control address is to be asked for a SETUP again. */
  needsSetupRequest(nowNs: number): boolean {
    return this.isOpen && this.explicitControl !== undefined && this.nextSetupRequestNs - nowNs < 0;
  }

  onSetupRequested(nowNs: number): void {
    this.nextSetupRequestNs = nowNs + SETUP_REQUEST_INTERVAL_NS;
  }
}

/**
 * A multicast socket is bound to the wildcard address and joins the group, a unicast one is bound to the end point's address.
 * What it sends goes out by the same socket, so that senders see where to answer.
 */
export function transportSocketOptions(options: TransportOptions): DatagramOptions {
  const { channel, bindAddress, sendBufferLength, receiveBufferLength, onReadable } = options;
  const common = {
    isBulkReceiver: true,
    sendBufferLength,
    receiveBufferLength,
    ...(onReadable !== undefined && { onReadable }),
  };
  if (!channel.isMulticast) {
    return { bind: bindAddress, ...common };
  }
  const { family, port } = bindAddress;
  const wildcard = family === 'IPv6' ? '::' : '0.0.0.0';
  const ttl = multicastTtl(options);
  return {
    bind: { family, address: wildcard, port },
    reuseAddress: true,
    multicast: {
      group: channel.remoteData,
      interfaceAddress: channel.interfaceAddress ?? wildcard,
      ...(channel.interfaceName !== undefined && { interfaceName: channel.interfaceName }),
      ...(ttl > 0 && { ttl }),
    },
    ...common,
  };
}

function multicastTtl({ channel, defaultTtl }: TransportOptions): number {
  return channel.multicastTtl > 0 ? channel.multicastTtl : defaultTtl;
}

/** What the error log is told of a datagram that could not be sent. */
export function sendError(error: unknown, { address, port }: SocketAddress): AeronError {
  const cause = error instanceof Error ? error.message : String(error);
  return new AeronError('AERON', `failed to send datagram to ${address}:${port}, cause: ${cause}`, {
    category: 'WARN',
    cause: error,
  });
}
