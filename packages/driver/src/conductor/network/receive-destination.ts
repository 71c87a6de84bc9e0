// SPDX-License-Identifier: Apache-2.0
/** The conductor's half of one destination of a multi-destination subscription. The socket is the receiver's. Conductor only. */
import { AeronError, type AtomicCounter } from '@aeron/core/internal';
import type { UdpChannel } from '../../media/udp-channel.ts';
import { withSocketAdvice } from './socket-problem.ts';

/** @source aeron-driver/ReceiveDestinationTransport */
export class ReceiveDestination {
  readonly destinationId: number;
  readonly channel: UdpChannel;
  readonly localAddress: AtomicCounter;
  #isOpen = false;
  #problem: string | undefined;

  constructor(destinationId: number, channel: UdpChannel, localAddress: AtomicCounter) {
    this.destinationId = destinationId;
    this.channel = channel;
    this.localAddress = localAddress;
  }

  /** @returns whether its socket is open. @throws AeronError CHANNEL_ENDPOINT when it could not be opened. */
  poll(): boolean {
    if (this.#problem !== undefined) {
      throw new AeronError(
        'CHANNEL_ENDPOINT',
        `channel error - ${withSocketAdvice(this.#problem)}: ${this.channel.uri}`,
      );
    }
    return this.#isOpen;
  }

  onOpened(): void {
    this.#isOpen = true;
  }

  onFailed(problem: string): void {
    this.#problem = problem;
  }

  /** Frees the counter. Whoever still waits for the socket is told that it will not come. */
  close(): void {
    this.#problem ??= 'destination is closed';
    this.localAddress.close();
  }
}
