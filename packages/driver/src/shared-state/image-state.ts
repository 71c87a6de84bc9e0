// SPDX-License-Identifier: Apache-2.0
/**
 * What the two halves of a publication image tell each other all the time, in one slot of shared memory. Each field has one
 * writer. Pairs that must be read together (the status message to send, the loss to report) stand between two change
 * numbers: the writer raises `begin`, writes, raises `end`; the reader takes them only if both numbers agree.
 *
 *   conductor writes: status message, loss, isSendingEos, rttRequest, state     receiver writes: the second half
 */
import type { AtomicBuffer } from '@aeron/core/internal';

const SM_BEGIN_OFFSET = 0;
const SM_END_OFFSET = 4;
const SM_POSITION_OFFSET = 8;
const SM_WINDOW_OFFSET = 16;
const LOSS_BEGIN_OFFSET = 20;
const LOSS_END_OFFSET = 24;
const LOSS_TERM_ID_OFFSET = 28;
const LOSS_TERM_OFFSET_OFFSET = 32;
const LOSS_LENGTH_OFFSET = 36;
const IS_SENDING_EOS_OFFSET = 40;
const RTT_REQUEST_OFFSET = 44;
const IS_CLOSING_OFFSET = 48;
const LAST_PACKET_TIME_OFFSET = 64;
const EOS_POSITION_OFFSET = 72;
const RTT_OFFSET = 80;
const RTT_CHANGE_OFFSET = 88;
const IS_EOS_OFFSET = 92;
const IS_REVOKED_OFFSET = 96;
const TRANSPORT_COUNT_OFFSET = 100;
const HAS_RECEIVER_RELEASED_OFFSET = 104;
const IS_REJECTED_OFFSET = 108;
const IS_DEACTIVATED_OFFSET = 112;

/** @source aeron-driver/PublicationImage (the fields that both of its threads use) */
export class ImageState {
  readonly #buffer: AtomicBuffer;
  /** Out-registers of `readStatusMessage`. */
  smPosition = 0;
  smWindowLength = 0;
  /** Out-registers of `readLoss`. */
  lossTermId = 0;
  lossTermOffset = 0;
  lossLength = 0;

  constructor(buffer: AtomicBuffer) {
    this.#buffer = buffer;
  }

  /** Conductor: what the next status message is to say. */
  scheduleStatusMessage(position: number, windowLength: number): void {
    const change = this.#begin(SM_BEGIN_OFFSET);
    this.#buffer.putInt64(SM_POSITION_OFFSET, position);
    this.#buffer.putInt32(SM_WINDOW_OFFSET, windowLength);
    this.#buffer.putInt32Release(SM_END_OFFSET, change);
  }

  /**
   * Receiver: reads the scheduled status message into `smPosition` and `smWindowLength`.
   *
   * @returns its change number, or -1 if it was being written: try in the next duty cycle.
   */
  readStatusMessage(): number {
    const change = this.#buffer.getInt32Volatile(SM_END_OFFSET);
    const position = this.#buffer.getInt64Volatile(SM_POSITION_OFFSET);
    const windowLength = this.#buffer.getInt32Volatile(SM_WINDOW_OFFSET);
    if (this.#buffer.getInt32Volatile(SM_BEGIN_OFFSET) !== change) {
      return -1;
    }
    this.smPosition = position;
    this.smWindowLength = windowLength;
    return change;
  }

  /** Conductor: a gap to be asked for (or filled, on an unreliable stream). */
  scheduleLoss(termId: number, termOffset: number, length: number): void {
    const change = this.#begin(LOSS_BEGIN_OFFSET);
    this.#buffer.putInt32(LOSS_TERM_ID_OFFSET, termId);
    this.#buffer.putInt32(LOSS_TERM_OFFSET_OFFSET, termOffset);
    this.#buffer.putInt32(LOSS_LENGTH_OFFSET, length);
    this.#buffer.putInt32Release(LOSS_END_OFFSET, change);
  }

  /** Receiver: as `readStatusMessage`, into the loss registers. */
  readLoss(): number {
    const change = this.#buffer.getInt32Volatile(LOSS_END_OFFSET);
    const termId = this.#buffer.getInt32Volatile(LOSS_TERM_ID_OFFSET);
    const termOffset = this.#buffer.getInt32Volatile(LOSS_TERM_OFFSET_OFFSET);
    const length = this.#buffer.getInt32Volatile(LOSS_LENGTH_OFFSET);
    if (this.#buffer.getInt32Volatile(LOSS_BEGIN_OFFSET) !== change) {
      return -1;
    }
    this.lossTermId = termId;
    this.lossTermOffset = termOffset;
    this.lossLength = length;
    return change;
  }

  /** Writer: conductor. Status messages carry the end-of-stream flag from now on. */
  get isSendingEos(): boolean {
    return this.#flag(IS_SENDING_EOS_OFFSET);
  }
  set isSendingEos(value: boolean) {
    this.#setFlag(IS_SENDING_EOS_OFFSET, value);
  }

  /** Writer: conductor. Raised by one whenever congestion control wants the round trip measured. */
  get rttRequestCount(): number {
    return this.#buffer.getInt32Volatile(RTT_REQUEST_OFFSET);
  }
  requestRtt(): void {
    this.#buffer.putInt32Release(RTT_REQUEST_OFFSET, (this.#buffer.getInt32(RTT_REQUEST_OFFSET) + 1) | 0);
  }

  /** Writer: conductor. It lingers or is done: the receiver sends no more for it. */
  get isClosing(): boolean {
    return this.#flag(IS_CLOSING_OFFSET);
  }
  set isClosing(value: boolean) {
    this.#setFlag(IS_CLOSING_OFFSET, value);
  }

  /** Writer: receiver. ns of the driver's clock. */
  get lastPacketTimeNs(): number {
    return this.#buffer.getInt64Volatile(LAST_PACKET_TIME_OFFSET);
  }
  set lastPacketTimeNs(value: number) {
    this.#buffer.putInt64Release(LAST_PACKET_TIME_OFFSET, value);
  }

  /** Writer: receiver. Where the stream ends; valid once `isEndOfStream`. */
  get eosPosition(): number {
    return this.#buffer.getInt64Volatile(EOS_POSITION_OFFSET);
  }
  /** Writer: receiver. */
  get isEndOfStream(): boolean {
    return this.#flag(IS_EOS_OFFSET);
  }
  endStream(position: number): void {
    this.#buffer.putInt64Release(EOS_POSITION_OFFSET, position);
    this.#setFlag(IS_EOS_OFFSET, true);
  }

  /** Writer: receiver. The last measured round trip in ns; `rttChangeNumber` tells whether it is new. */
  get rttNs(): number {
    return this.#buffer.getInt64Volatile(RTT_OFFSET);
  }
  get rttChangeNumber(): number {
    return this.#buffer.getInt32Volatile(RTT_CHANGE_OFFSET);
  }
  onRtt(rttNs: number): void {
    this.#buffer.putInt64Release(RTT_OFFSET, rttNs);
    this.#buffer.putInt32Release(RTT_CHANGE_OFFSET, (this.#buffer.getInt32(RTT_CHANGE_OFFSET) + 1) | 0);
  }

  /** Writer: receiver. The publication was revoked. */
  get isRevoked(): boolean {
    return this.#flag(IS_REVOKED_OFFSET);
  }
  set isRevoked(value: boolean) {
    this.#setFlag(IS_REVOKED_OFFSET, value);
  }

  /** Writer: receiver. Transports that carried a frame within the liveness time-out. */
  get activeTransportCount(): number {
    return this.#buffer.getInt32Volatile(TRANSPORT_COUNT_OFFSET);
  }
  set activeTransportCount(value: number) {
    this.#buffer.putInt32Release(TRANSPORT_COUNT_OFFSET, value);
  }

  /** Writer: receiver. It uses the log and this slot no more. */
  get hasReceiverReleased(): boolean {
    return this.#flag(HAS_RECEIVER_RELEASED_OFFSET);
  }
  set hasReceiverReleased(value: boolean) {
    this.#setFlag(HAS_RECEIVER_RELEASED_OFFSET, value);
  }

  /** Writer: receiver. A subscriber rejected it. */
  get isRejected(): boolean {
    return this.#flag(IS_REJECTED_OFFSET);
  }
  set isRejected(value: boolean) {
    this.#setFlag(IS_REJECTED_OFFSET, value);
  }

  /** Writer: receiver. No more packets reach it: nobody is interested any longer, or it was silent for too long. */
  get isDeactivated(): boolean {
    return this.#flag(IS_DEACTIVATED_OFFSET);
  }
  set isDeactivated(value: boolean) {
    this.#setFlag(IS_DEACTIVATED_OFFSET, value);
  }

  #begin(offset: number): number {
    const change = (this.#buffer.getInt32(offset) + 1) | 0;
    // An atomic read-modify-write, so that on Arm too none of the following stores can pass it.
    this.#buffer.getAndAddInt32(offset, 1);
    return change;
  }

  #flag(offset: number): boolean {
    return this.#buffer.getInt32Volatile(offset) === 1;
  }

  #setFlag(offset: number, value: boolean): void {
    this.#buffer.putInt32Release(offset, value ? 1 : 0);
  }
}
