// SPDX-License-Identifier: Apache-2.0
/**
 * How far the sender of one network publication may go. A strategy is a state machine of the sender's thread: it is told of
 * status messages, set-ups and idle passes and answers with the sender limit, a stream position.
 */

/**
 * A status message of a receiver, as its flow control sees it. The caller refills one record for each. Receiver id and group tag
 * use all 64 bits and come as two words: bigints would be made anew for each message.
 */
export interface ReceiverReport {
  /** What the receiver has consumed. */
  position: number;
  windowLength: number;
  receiverIdLow: number;
  receiverIdHigh: number;
  /** Whether the message carries a tag. */
  hasGroupTag: boolean;
  groupTagLow: number;
  groupTagHigh: number;
  isEndOfStream: boolean;
}

/** The words of 64 bits, as a report has them. */
export function lowWord(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

export function highWord(value: bigint): number {
  return Number(BigInt.asIntN(32, value >> 32n));
}

/** The 64 bits of two words. */
export function bothWords(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** Decides how far a sender may be ahead of its receivers. @source aeron-driver/FlowControl */
export interface FlowControl {
  /** Name of the strategy as in `fc=`. */
  readonly name: 'unicast' | 'max' | 'min' | 'tagged';
  /** Whether the stream has the receivers that it needs to count as connected. */
  readonly hasRequiredReceivers: boolean;
  /** Receivers that the strategy tracks. */
  readonly receiverCount: number;
  /** @returns the new sender limit. */
  onStatusMessage(report: ReceiverReport, senderLimit: number, nowNs: number): number;
  /** A status message asked for a SETUP; it never moves the limit. */
  onSetupTriggered(report: ReceiverReport): void;
  /** A SETUP was sent. @returns the new sender limit. */
  onSetupSent(senderLimit: number, nowNs: number): number;
  /** The receiver reported an error: it will not go on. */
  onError(receiverId: bigint, groupTag: bigint | undefined): void;
  /** Called in passes that sent nothing. @returns the new sender limit. */
  onIdle(senderLimit: number, nowNs: number): number;
  /** The longest stretch that one NAK may have sent again, in bytes. */
  maxRetransmissionLength(termOffset: number, requestedLength: number, termLength: number): number;
}

/** Told when a tracked receiver comes or goes. */
export interface FlowControlListener {
  /** It sent its first status message. @param receiverCount with it. */
  onReceiverAdded(receiverId: bigint, receiverCount: number): void;
  /** It left, failed, or was silent for too long. @param receiverCount without it. */
  onReceiverRemoved(receiverId: bigint, receiverCount: number): void;
}

/** The receiver window that retransmissions are estimated with; a receiver may use another. */
const ESTIMATED_WINDOW_LENGTH = 128 * 1024;

/** A retransmission stays within the term, the request, and so many estimated receiver windows. */
export function retransmissionLength(
  termOffset: number,
  requestedLength: number,
  termLength: number,
  receiverWindowMultiple: number,
): number {
  const estimate = Math.min(ESTIMATED_WINDOW_LENGTH, termLength / 2) * receiverWindowMultiple;
  return Math.min(termLength - termOffset, estimate, requestedLength);
}
