// SPDX-License-Identifier: Apache-2.0
/**
 * The strategies that wait for the slowest receiver: min, of all of them, and tagged, of those that carry the group's tag.
 *
 *   status message ─▶ known receiver: update     ┐
 *                     new, close enough: track it ├▶ limit = max(limit, slowest receiver's window end)
 *                     leaving or untagged: no     ┘
 *   idle pass      ─▶ drop the silent and the leaving ─▶ limit = slowest receiver's window end, exactly
 *
 * A receiver that asks for a SETUP while others run would be overrun before its first status message. Therefore the limit
 * of the moment of the SETUP counts as one more receiver until somebody joins or the receiver time-out has passed.
 *
 * @hot
 */
import {
  bothWords,
  type FlowControl,
  type FlowControlListener,
  highWord,
  lowWord,
  type ReceiverReport,
  retransmissionLength,
} from './flow-control.ts';

/** Receivers that one stream tracks at most; more are served without being waited for. */
export const MAX_TRACKED_RECEIVERS = 4096;

const NO_HELD_LIMIT = -1;

export interface MinFlowControlOptions {
  readonly name: 'min' | 'tagged';
  /** The tag of the group; only for `tagged`. */
  readonly groupTag: bigint;
  /** The stream counts as connected, and moves, with this many receivers or more. */
  readonly groupMinSize: number;
  /** Silence after which a receiver is not waited for any more. */
  readonly receiverTimeoutNs: number;
  readonly receiverWindowMultiple: number;
  readonly listener: FlowControlListener;
}

interface Receiver {
  readonly idLow: number;
  readonly idHigh: number;
  windowEnd: number;
  lastReportNs: number;
  isLeaving: boolean;
}

/** @source aeron-driver/AbstractMinMulticastFlowControl, MinMulticastFlowControl, TaggedMulticastFlowControl */
export class MinFlowControl implements FlowControl {
  readonly name: 'min' | 'tagged';
  readonly #options: MinFlowControlOptions;
  readonly #groupTagLow: number;
  readonly #groupTagHigh: number;
  readonly #receivers: Receiver[] = [];
  #setupTriggered = false;
  #heldLimit = NO_HELD_LIMIT;
  #heldSinceNs = 0;

  constructor(options: MinFlowControlOptions) {
    this.name = options.name;
    this.#options = options;
    this.#groupTagLow = lowWord(options.groupTag);
    this.#groupTagHigh = highWord(options.groupTag);
  }

  get hasRequiredReceivers(): boolean {
    return this.#receivers.length >= this.#options.groupMinSize;
  }

  get receiverCount(): number {
    return this.#receivers.length;
  }

  onStatusMessage(report: ReceiverReport, senderLimit: number, nowNs: number): number {
    const matches = this.#matches(report);
    const windowEnd = report.position + report.windowLength;
    const known = matches ? this.#find(report.receiverIdLow, report.receiverIdHigh) : undefined;
    if (known !== undefined) {
      known.windowEnd = windowEnd;
      known.lastReportNs = nowNs;
      known.isLeaving = report.isEndOfStream;
    }
    let slowest = this.#slowest(nowNs);
    if (known === undefined && matches && !report.isEndOfStream && this.#mayJoin(windowEnd, slowest, report)) {
      this.#add(report, windowEnd, nowNs);
      slowest = Math.min(slowest, windowEnd);
    }
    if (!this.hasRequiredReceivers) {
      return senderLimit;
    }
    // Without anybody to wait for, whoever reports opens the window.
    return Math.max(senderLimit, this.#receivers.length === 0 ? windowEnd : slowest);
  }

  onSetupTriggered(report: ReceiverReport): void {
    this.#setupTriggered ||= this.#matches(report);
  }

  onSetupSent(senderLimit: number, nowNs: number): number {
    if (this.#setupTriggered && this.#receivers.length > 0) {
      this.#heldSinceNs = nowNs;
      this.#heldLimit = senderLimit;
    }
    this.#setupTriggered = false;
    return senderLimit;
  }

  /** @cold */
  onError(receiverId: bigint, groupTag: bigint | undefined): void {
    const isOfGroup = this.name === 'min' || groupTag === this.#options.groupTag;
    const receiver = isOfGroup ? this.#find(lowWord(receiverId), highWord(receiverId)) : undefined;
    if (receiver !== undefined) {
      receiver.isLeaving = true;
    }
  }

  onIdle(senderLimit: number, nowNs: number): number {
    const receivers = this.#receivers;
    for (let i = receivers.length - 1; i >= 0; i--) {
      const receiver = receivers[i] as Receiver;
      if (receiver.isLeaving || receiver.lastReportNs + this.#options.receiverTimeoutNs < nowNs) {
        this.#removeAt(i, receiver);
      }
    }
    return receivers.length === 0 || !this.hasRequiredReceivers ? senderLimit : this.#slowest(nowNs);
  }

  maxRetransmissionLength(termOffset: number, requestedLength: number, termLength: number): number {
    return retransmissionLength(termOffset, requestedLength, termLength, this.#options.receiverWindowMultiple);
  }

  #matches(report: ReceiverReport): boolean {
    return (
      this.name === 'min' ||
      (report.hasGroupTag && report.groupTagLow === this.#groupTagLow && report.groupTagHigh === this.#groupTagHigh)
    );
  }

  #find(idLow: number, idHigh: number): Receiver | undefined {
    for (let i = 0; i < this.#receivers.length; i++) {
      const receiver = this.#receivers[i] as Receiver;
      if (receiver.idLow === idLow && receiver.idHigh === idHigh) {
        return receiver;
      }
    }
    return undefined;
  }

  /** One that is too far behind must catch up by retransmission before the group waits for it. */
  #mayJoin(windowEnd: number, slowest: number, report: ReceiverReport): boolean {
    const count = this.#receivers.length;
    return count === 0 || (count < MAX_TRACKED_RECEIVERS && windowEnd >= slowest - report.windowLength);
  }

  /** @cold */
  #add({ receiverIdLow: idLow, receiverIdHigh: idHigh }: ReceiverReport, windowEnd: number, nowNs: number): void {
    this.#receivers.push({ idLow, idHigh, windowEnd, lastReportNs: nowNs, isLeaving: false });
    this.#heldLimit = NO_HELD_LIMIT;
    this.#options.listener.onReceiverAdded(bothWords(idLow, idHigh), this.#receivers.length);
  }

  /** @cold */
  #removeAt(index: number, { idLow, idHigh }: Receiver): void {
    const receivers = this.#receivers;
    receivers[index] = receivers[receivers.length - 1] as Receiver;
    receivers.pop();
    this.#options.listener.onReceiverRemoved(bothWords(idLow, idHigh), receivers.length);
  }

  /** The least window end of all tracked receivers and of the held limit; infinite without any. */
  #slowest(nowNs: number): number {
    if (this.#heldLimit !== NO_HELD_LIMIT && this.#heldSinceNs + this.#options.receiverTimeoutNs < nowNs) {
      this.#heldLimit = NO_HELD_LIMIT;
    }
    let slowest = this.#heldLimit === NO_HELD_LIMIT ? Number.POSITIVE_INFINITY : this.#heldLimit;
    for (let i = 0; i < this.#receivers.length; i++) {
      slowest = Math.min(slowest, (this.#receivers[i] as Receiver).windowEnd);
    }
    return slowest;
  }
}
