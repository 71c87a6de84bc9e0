// SPDX-License-Identifier: Apache-2.0
/**
 * Where a channel end point is in its life, for the conductor and, by a counter, for clients. Conductor only.
 *
 *     OPENING ──bound──▶ ACTIVE ──unused──▶ CLOSING ──agent let go──▶ CLOSED
 *        └──failed──▶ ERRORED ─────────────────────────────────────────▲
 */
import { ChannelEndpointStatus } from '@aeron/codecs/internal';
import { AeronError, type AtomicCounter } from '@aeron/core/internal';
import { StateMachine, type Transitions } from '../state-machine.ts';
import { withSocketAdvice } from './socket-problem.ts';

export type EndpointState = 'OPENING' | 'ACTIVE' | 'ERRORED' | 'CLOSING' | 'CLOSED';

const ALLOWED: Transitions<EndpointState> = {
  OPENING: ['ACTIVE', 'ERRORED', 'CLOSED'],
  ACTIVE: ['CLOSING', 'CLOSED'],
  ERRORED: ['CLOSED'],
  CLOSING: ['CLOSED'],
  CLOSED: [],
};

/** @source aeron-client/ChannelEndpointStatus */
export class EndpointStatus {
  readonly counterId: number;
  readonly #counter: AtomicCounter;
  readonly #state: StateMachine<EndpointState>;
  readonly #channel: string;
  #problem = '';

  /** @param channel URI, for messages. */
  constructor(counter: AtomicCounter, channel: string) {
    this.counterId = counter.id;
    this.#counter = counter;
    this.#channel = channel;
    this.#state = new StateMachine<EndpointState>(`channel-endpoint-${counter.id}`, ALLOWED, 'OPENING');
  }

  get state(): EndpointState {
    return this.#state.current;
  }

  /**
   * @returns whether the end point can be used; false while it opens.
   * @throws AeronError CHANNEL_ENDPOINT when it could not be opened.
   */
  poll(): boolean {
    if (this.state === 'ERRORED' || this.state === 'CLOSED') {
      throw new AeronError('CHANNEL_ENDPOINT', `channel error - ${withSocketAdvice(this.#problem)}: ${this.#channel}`);
    }
    return this.state === 'ACTIVE';
  }

  /** @param boundAddress undefined for an end point that is bound to nothing by itself. */
  onOpened(boundAddress: string | undefined): void {
    this.#state.transition('ACTIVE');
    if (boundAddress !== undefined) {
      this.#counter.appendToLabel(boundAddress);
    }
    this.#counter.set(ChannelEndpointStatus.ACTIVE);
  }

  onFailed(problem: string): void {
    this.#problem = problem;
    this.#state.transition('ERRORED');
    this.#counter.set(ChannelEndpointStatus.ERRORED);
  }

  /**
   * The address of its destination has changed. Clients see whether it can be sent to; otherwise the end point stays as it was, since
   * its name may have yet another address later.
   */
  onMoved(isConnected: boolean): void {
    if (this.state === 'ACTIVE') {
      this.#counter.set(isConnected ? ChannelEndpointStatus.ACTIVE : ChannelEndpointStatus.ERRORED);
    }
  }

  onClosing(): void {
    this.#state.transition('CLOSING');
    this.#counter.set(ChannelEndpointStatus.CLOSING);
  }

  /** Frees the counter. Idempotent. */
  close(): void {
    if (this.state !== 'CLOSED') {
      this.#state.transition('CLOSED');
      this.#counter.close();
    }
  }
}
