// SPDX-License-Identifier: Apache-2.0
/**
 * The strategies that follow the furthest receiver: unicast, where there is one, and max, where slower receivers of a group
 * are left to fall behind.
 */
import { type FlowControl, type ReceiverReport, retransmissionLength } from './flow-control.ts';

/** @source aeron-driver/UnicastFlowControl, aeron-driver/MaxMulticastFlowControl */
export class WindowFlowControl implements FlowControl {
  readonly name: 'unicast' | 'max';
  readonly hasRequiredReceivers = true;
  readonly receiverCount = 0;
  readonly #receiverWindowMultiple: number;

  constructor(name: 'unicast' | 'max', receiverWindowMultiple: number) {
    this.name = name;
    this.#receiverWindowMultiple = receiverWindowMultiple;
  }

  onStatusMessage(report: ReceiverReport, senderLimit: number): number {
    return Math.max(senderLimit, report.position + report.windowLength);
  }

  onSetupTriggered(): void {
    // Follows no receiver, so a new one changes nothing.
  }

  onSetupSent(senderLimit: number): number {
    return senderLimit;
  }

  onError(): void {
    // Follows no receiver, so a failed one changes nothing.
  }

  onIdle(senderLimit: number): number {
    return senderLimit;
  }

  maxRetransmissionLength(termOffset: number, requestedLength: number, termLength: number): number {
    return retransmissionLength(termOffset, requestedLength, termLength, this.#receiverWindowMultiple);
  }
}
