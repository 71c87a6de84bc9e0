// SPDX-License-Identifier: Apache-2.0
/**
 * The conductor's half of a send end point: how many publications use it, its counters, what it sends to. The sockets are the
 * sender's. Conductor only.
 */
import type { AtomicCounter, SocketAddress } from '@aeron/core/internal';
import type { EndpointCounters } from '../../agents/agent-commands.ts';
import { hasGroupSemantics, type UdpChannel } from '../../media/udp-channel.ts';
import { isTagMatch } from '../rules/channel-tags.ts';
import type { RegisteredEndpoint } from './endpoint-registry.ts';
import type { EndpointStatus } from './endpoint-status.ts';

/** Lengths of socket buffers, bytes; 0 for the operating system's default. */
export interface SocketBufferLengths {
  readonly socketSendBufferLength: number;
  readonly socketReceiveBufferLength: number;
}

export interface SendChannelEndpointFields {
  readonly endpointId: number;
  readonly channel: UdpChannel;
  readonly status: EndpointStatus;
  readonly localAddress: AtomicCounter;
  /** Where it sends to several destinations. */
  readonly destinationCount: AtomicCounter | undefined;
  readonly bufferLengths: SocketBufferLengths;
}

const NO_COUNTER = -1;

/** @source aeron-driver/SendChannelEndpoint */
export class SendChannelEndpoint implements RegisteredEndpoint {
  readonly endpointId: number;
  readonly channel: UdpChannel;
  readonly status: EndpointStatus;
  readonly localAddress: AtomicCounter;
  readonly bufferLengths: SocketBufferLengths;
  /** Where it sends to now. */
  remoteAddress: SocketAddress;
  readonly #destinationCount: AtomicCounter | undefined;
  #refCount = 0;

  constructor(fields: SendChannelEndpointFields) {
    this.endpointId = fields.endpointId;
    this.channel = fields.channel;
    this.status = fields.status;
    this.localAddress = fields.localAddress;
    this.bufferLengths = fields.bufferLengths;
    this.remoteAddress = fields.channel.remoteData;
    this.#destinationCount = fields.destinationCount;
  }

  get counters(): EndpointCounters {
    return {
      statusCounterId: this.status.counterId,
      localAddressCounterId: this.localAddress.id,
      destinationsCounterId: this.#destinationCount?.id ?? NO_COUNTER,
    };
  }

  /** Whether there may be several receivers. */
  get hasGroupSemantics(): boolean {
    return hasGroupSemantics(this.channel);
  }

  get isUnused(): boolean {
    return this.#refCount === 0;
  }

  incRef(): void {
    this.#refCount++;
  }

  decRef(): void {
    this.#refCount--;
  }

  matchesTag(channel: UdpChannel): boolean {
    return isTagMatch(channel, this.channel, {
      localData: this.channel.localData,
      remoteData: this.remoteAddress,
    });
  }

  /** Frees the counters. */
  close(): void {
    this.status.close();
    this.localAddress.close();
    this.#destinationCount?.close();
  }
}
