// SPDX-License-Identifier: Apache-2.0
/**
 * Subscriptions of one stream that may be left behind when they are slow (`tether=false`). Conductor only, at ticks.
 *
 *     ACTIVE ──at the window's end for windowLimit──▶ LINGER ──linger──▶ RESTING ──resting──▶ ACTIVE
 *        told: image gone, still holds the stream back │                    no longer holds it back
 *                                                      └─rejoin=false─▶ released
 *
 * @source aeron-driver/UntetheredSubscription
 */
import type { UntetheredTimeouts } from './rules/untethered-timeouts.ts';
import { StateMachine, type Transitions } from './state-machine.ts';

export type UntetheredState = 'ACTIVE' | 'LINGER' | 'RESTING';

const ALLOWED: Transitions<UntetheredState> = { ACTIVE: ['LINGER'], LINGER: ['RESTING'], RESTING: ['ACTIVE'] };

/** What the state machine reads of a subscription. */
export interface UntetheredLink {
  readonly isTether: boolean;
  readonly isRejoin: boolean;
}

/** What it reads of the subscription's position in the stream. */
export interface UntetheredPosition {
  get(): number;
}

/** What it asks of the stream that the subscriptions consume. */
export interface UntetheredStream<L extends UntetheredLink, P extends UntetheredPosition> {
  /** Tells the client that the image is gone. */
  notifyUnavailable(link: L): void;
  /** The position no longer holds the stream back. */
  stopFlowControl(position: P): void;
  /** The subscription is given up for good: forget the link and close its position. */
  release(link: L, position: P): void;
  /** The position takes part again from a place that the stream chooses, and the client is told of the image. */
  rejoin(link: L, position: P): void;
  /** For the event log. */
  onStateChange?(link: L, from: UntetheredState, to: UntetheredState): void;
}

interface Untethered<L, P> {
  readonly link: L;
  readonly position: P;
  readonly state: StateMachine<UntetheredState>;
  timeOfLastUpdateNs: number;
}

export class UntetheredSubscriptions<L extends UntetheredLink, P extends UntetheredPosition> {
  readonly #timeouts: UntetheredTimeouts;
  readonly #stream: UntetheredStream<L, P>;
  #subscriptions: Untethered<L, P>[] = [];

  constructor(timeouts: UntetheredTimeouts, stream: UntetheredStream<L, P>) {
    this.#timeouts = timeouts;
    this.#stream = stream;
  }

  /** Tethered links are none of its business and ignored. */
  add(link: L, position: P, nowNs: number): void {
    if (!link.isTether) {
      const state = new StateMachine<UntetheredState>('untethered-subscription', ALLOWED, 'ACTIVE');
      this.#subscriptions.push({ link, position, state, timeOfLastUpdateNs: nowNs });
    }
  }

  remove(link: L): void {
    this.#subscriptions = this.#subscriptions.filter((untethered) => untethered.link !== link);
  }

  stateOf(link: L): UntetheredState | undefined {
    return this.#subscriptions.find((untethered) => untethered.link === link)?.state.current;
  }

  /** @param windowLimitPosition whoever is not beyond it holds the stream back. */
  check(windowLimitPosition: number, nowNs: number): void {
    for (const untethered of [...this.#subscriptions]) {
      switch (untethered.state.current) {
        case 'ACTIVE':
          this.#checkActive(untethered, windowLimitPosition, nowNs);
          break;
        case 'LINGER':
          this.#checkLinger(untethered, nowNs);
          break;
        case 'RESTING':
          this.#checkResting(untethered, nowNs);
          break;
      }
    }
  }

  /**
   * In place of `check` while the stream drains: nobody is left behind any more and nobody comes back, but who was left behind
   * will never read the rest, so the stream must not wait for them.
   */
  checkDraining(nowNs: number): void {
    for (const untethered of [...this.#subscriptions]) {
      if (untethered.state.current === 'LINGER') {
        this.#checkLinger(untethered, nowNs);
      }
    }
  }

  /** Forgets all; their positions are the stream's to close. */
  clear(): void {
    this.#subscriptions = [];
  }

  #checkActive(untethered: Untethered<L, P>, windowLimitPosition: number, nowNs: number): void {
    if (untethered.position.get() > windowLimitPosition) {
      untethered.timeOfLastUpdateNs = nowNs;
    } else if (hasPassed(untethered, this.#timeouts.windowLimitNs, nowNs)) {
      this.#stream.notifyUnavailable(untethered.link);
      this.#enter(untethered, 'LINGER', nowNs);
    }
  }

  #checkLinger(untethered: Untethered<L, P>, nowNs: number): void {
    if (!hasPassed(untethered, this.#timeouts.lingerNs, nowNs)) {
      return;
    }
    this.#stream.stopFlowControl(untethered.position);
    if (untethered.link.isRejoin) {
      this.#enter(untethered, 'RESTING', nowNs);
    } else {
      this.remove(untethered.link);
      this.#stream.release(untethered.link, untethered.position);
    }
  }

  #checkResting(untethered: Untethered<L, P>, nowNs: number): void {
    if (hasPassed(untethered, this.#timeouts.restingNs, nowNs)) {
      this.#stream.rejoin(untethered.link, untethered.position);
      this.#enter(untethered, 'ACTIVE', nowNs);
    }
  }

  #enter(untethered: Untethered<L, P>, state: UntetheredState, nowNs: number): void {
    const from = untethered.state.current;
    untethered.state.transition(state);
    untethered.timeOfLastUpdateNs = nowNs;
    this.#stream.onStateChange?.(untethered.link, from, state);
  }
}

function hasPassed(untethered: { readonly timeOfLastUpdateNs: number }, timeoutNs: number, nowNs: number): boolean {
  return untethered.timeOfLastUpdateNs + timeoutNs - nowNs <= 0;
}
