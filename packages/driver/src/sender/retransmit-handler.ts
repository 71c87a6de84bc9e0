// SPDX-License-Identifier: Apache-2.0
/**
 * Answers NAKs: sends again what was lost, after an optional delay, and then ignores NAKs for the same data for a while, as
 * they crossed with it. Sender's thread. A unicast stream has one action that each new NAK takes over; a group has a bounded
 * pool, and a NAK that finds it full is counted and dropped (the receiver will repeat it).
 */
import type { FlowControl } from '../flow-control/flow-control.ts';

const INACTIVE = 0;
const DELAYED = 1;
const LINGERING = 2;

interface RetransmitAction {
  state: typeof INACTIVE | typeof DELAYED | typeof LINGERING;
  termId: number;
  termOffset: number;
  length: number;
  expiryNs: number;
}

export interface RetransmitOptions {
  readonly delayNs: number;
  readonly lingerNs: number;
  /** Actions at a time; for a group. */
  readonly maxResend: number;
  readonly hasGroupSemantics: boolean;
  readonly onOverflow: () => void;
}

export type Resend = (termId: number, termOffset: number, length: number) => void;

/** What a NAK asks for; all of it checked by the caller. */
export interface NakRange {
  readonly termId: number;
  readonly termOffset: number;
  readonly length: number;
}

/** @source aeron-driver/RetransmitHandler */
export class RetransmitHandler {
  readonly #actions: RetransmitAction[];
  readonly #options: RetransmitOptions;
  #activeCount = 0;

  constructor(options: RetransmitOptions) {
    this.#options = options;
    this.#actions = Array.from({ length: options.hasGroupSemantics ? options.maxResend : 1 }, () => ({
      state: INACTIVE,
      termId: 0,
      termOffset: 0,
      length: 0,
      expiryNs: 0,
    }));
  }

  /** Whether anything was sent again lately, or is about to be. */
  get isActive(): boolean {
    return this.#activeCount > 0;
  }

  onNak(nak: NakRange, termLength: number, flowControl: FlowControl, resend: Resend, nowNs: number): void {
    if (nak.length === 0) {
      return;
    }
    const action = this.#actionFor(nak);
    if (action === undefined) {
      return;
    }
    action.termId = nak.termId;
    action.termOffset = nak.termOffset;
    action.length = flowControl.maxRetransmissionLength(nak.termOffset, nak.length, termLength);
    if (this.#options.delayNs === 0) {
      this.#resend(action, resend, nowNs);
    } else {
      this.#activate(action, DELAYED, nowNs + this.#options.delayNs);
    }
  }

  /** Another receiver's request was served first: what waits for its delay has been seen by all. */
  onRetransmitReceived(termId: number, termOffset: number): void {
    for (const action of this.#actions) {
      if (action.state === DELAYED && action.termId === termId && action.termOffset === termOffset) {
        this.#deactivate(action);
      }
    }
  }

  processTimeouts(resend: Resend, nowNs: number): void {
    if (this.#activeCount === 0) {
      return;
    }
    for (const action of this.#actions) {
      if (action.state === INACTIVE || action.expiryNs >= nowNs) {
        continue;
      }
      if (action.state === DELAYED) {
        this.#resend(action, resend, nowNs);
      } else {
        this.#deactivate(action);
      }
    }
  }

  /** The action that a NAK may use, or undefined where it is being served or there is none. */
  #actionFor(nak: NakRange): RetransmitAction | undefined {
    let available: RetransmitAction | undefined;
    for (const action of this.#actions) {
      if (action.state === INACTIVE) {
        available ??= action;
        continue;
      }
      const isServed =
        action.termId === nak.termId &&
        nak.termOffset >= action.termOffset &&
        nak.termOffset < action.termOffset + action.length;
      if (isServed) {
        return undefined;
      }
      if (!this.#options.hasGroupSemantics) {
        available = action;
      }
    }
    if (available === undefined) {
      this.#options.onOverflow();
    }
    return available;
  }

  #resend(action: RetransmitAction, resend: Resend, nowNs: number): void {
    resend(action.termId, action.termOffset, action.length);
    this.#activate(action, LINGERING, nowNs + this.#options.lingerNs);
  }

  #activate(action: RetransmitAction, state: typeof DELAYED | typeof LINGERING, expiryNs: number): void {
    this.#activeCount += action.state === INACTIVE ? 1 : 0;
    action.state = state;
    action.expiryNs = expiryNs;
  }

  #deactivate(action: RetransmitAction): void {
    action.state = INACTIVE;
    this.#activeCount--;
  }
}
