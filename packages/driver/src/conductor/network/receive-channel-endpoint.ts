// SPDX-License-Identifier: Apache-2.0
/**
 * The conductor's half of a receive end point: which streams are subscribed to by it, how many images it carries, its
 * destinations and counters. The sockets are the receiver's. Conductor only.
 */
import { type AtomicCounter, assert, type SocketAddress } from '@aeron/core/internal';
import type { EndpointCounters } from '../../agents/agent-commands.ts';
import type { UdpChannel } from '../../media/udp-channel.ts';
import { isTagMatch } from '../rules/channel-tags.ts';
import type { RegisteredEndpoint } from './endpoint-registry.ts';
import type { EndpointStatus } from './endpoint-status.ts';
import type { ReceiveDestination } from './receive-destination.ts';
import type { SocketBufferLengths } from './send-channel-endpoint.ts';

export interface ReceiveChannelEndpointFields {
  readonly endpointId: number;
  readonly channel: UdpChannel;
  readonly status: EndpointStatus;
  /** Undefined where destinations have the sockets. */
  readonly localAddress: AtomicCounter | undefined;
  readonly bufferLengths: SocketBufferLengths;
}

const NO_COUNTER = -1;

/** @source aeron-driver/ReceiveChannelEndpoint */
export class ReceiveChannelEndpoint implements RegisteredEndpoint {
  readonly endpointId: number;
  readonly channel: UdpChannel;
  readonly status: EndpointStatus;
  readonly localAddress: AtomicCounter | undefined;
  readonly bufferLengths: SocketBufferLengths;
  readonly destinations: ReceiveDestination[] = [];
  /** What the `control` parameter names now. */
  controlAddress: SocketAddress;
  readonly #interests = new Map<string, number>();
  #waitingResponseCount = 0;
  #imageCount = 0;

  constructor(fields: ReceiveChannelEndpointFields) {
    this.endpointId = fields.endpointId;
    this.channel = fields.channel;
    this.status = fields.status;
    this.localAddress = fields.localAddress;
    this.bufferLengths = fields.bufferLengths;
    this.controlAddress = fields.channel.localControl;
  }

  get counters(): EndpointCounters {
    return {
      statusCounterId: this.status.counterId,
      localAddressCounterId: this.localAddress?.id ?? NO_COUNTER,
      destinationsCounterId: NO_COUNTER,
    };
  }

  /** Whether it takes destinations. */
  get hasDestinationControl(): boolean {
    return this.channel.controlMode === 'manual';
  }

  get isUnused(): boolean {
    return this.#interests.size === 0 && this.#waitingResponseCount === 0 && this.#imageCount === 0;
  }

  matchesTag(channel: UdpChannel): boolean {
    return isTagMatch(channel, this.channel, {
      localData: this.controlAddress,
      remoteData: this.channel.remoteData,
    });
  }

  /** @param sessionId undefined for all sessions. @returns whether it is the first subscription of its kind. */
  addInterest(streamId: number, sessionId: number | undefined): boolean {
    const key = interestKey(streamId, sessionId);
    const count = (this.#interests.get(key) ?? 0) + 1;
    this.#interests.set(key, count);
    return count === 1;
  }

  /** @returns whether it was the last subscription of its kind. */
  removeInterest(streamId: number, sessionId: number | undefined): boolean {
    const key = interestKey(streamId, sessionId);
    const count = (this.#interests.get(key) ?? 0) - 1;
    assert(count >= 0, `no such interest: streamId=${streamId} sessionId=${sessionId} channel=${this.channel.uri}`);
    if (count > 0) {
      this.#interests.set(key, count);
    } else {
      this.#interests.delete(key);
    }
    return count === 0;
  }

  /** A response subscription that does not know its session yet keeps the end point open. */
  addWaitingResponse(): void {
    this.#waitingResponseCount++;
  }

  removeWaitingResponse(): void {
    this.#waitingResponseCount--;
    assert(this.#waitingResponseCount >= 0, `no response subscription waits: channel=${this.channel.uri}`);
  }

  addImage(): void {
    this.#imageCount++;
  }

  removeImage(): void {
    this.#imageCount--;
  }

  /** Frees the counters. */
  close(): void {
    this.status.close();
    this.localAddress?.close();
    for (const destination of this.destinations) {
      destination.close();
    }
  }
}

function interestKey(streamId: number, sessionId: number | undefined): string {
  return sessionId === undefined ? `${streamId}` : `${streamId}:${sessionId}`;
}
