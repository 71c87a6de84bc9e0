// SPDX-License-Identifier: Apache-2.0
/**
 * What the two halves of a publication image tell each other all the time, in one slot of shared memory. Each field has one
 * writer. Pairs that must be read together (the status message to send, the loss to report) stand between two change
 * numbers: the writer raises `begin`, writes, raises `end`; the reader takes them only if both numbers agree. So the reader sees
 * the newest. Gaps that are asked for side by side must all be seen, so they go through a ring: the writer stores one and raises
 * `tail`, the reader loads it and raises `head`.
 *
 * Each half has one more number that is raised last, after anything in it was written. A reader that finds it as it was has seen
 * all there is, by one load in each pass.
 *
 *   conductor writes: status message, loss, isSendingEos, rttRequest, state     receiver writes: the second half
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { GAP_ENTRY_LENGTH, GAP_RING_CAPACITY, type StateSlot, WakeList } from './state-table.ts';
import { WakeCaller } from './wake-calls.ts';

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
const CONDUCTOR_CHANGE_OFFSET = 52;
const GAP_TAIL_OFFSET = 56;
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
const RECEIVER_CHANGE_OFFSET = 116;
const GAP_HEAD_OFFSET = 120;

const GAP_TERM_OFFSET_OFFSET = 4;
const GAP_LENGTH_OFFSET = 8;

/** The change number of what nothing was said about. */
export const NO_CHANGE = 0;
/** The change number of a pair that is being written. */
export const IN_CHANGE = -1;

/** @source aeron-driver/PublicationImage (the fields that both of its threads use) */
export class ImageState {
  readonly #buffer: AtomicBuffer;
  readonly #start: number;
  readonly #gapsStart: number;
  readonly #conductor: WakeCaller;
  readonly #receiver: WakeCaller;
  /** Out-registers of `readStatusMessage`. */
  smPosition = 0;
  smWindowLength = 0;
  /** Out-registers of `readLoss` and `takeGap`. */
  lossTermId = 0;
  lossTermOffset = 0;
  lossLength = 0;

  constructor(slot: StateSlot) {
    this.#buffer = slot.buffer;
    this.#start = slot.offset;
    this.#gapsStart = slot.gapsOffset;
    this.#conductor = new WakeCaller(slot, WakeList.CONDUCTOR_IMAGES);
    this.#receiver = new WakeCaller(slot, WakeList.RECEIVER_IMAGES);
  }

  /** Receiver: the conductor, if it has passed over the image, is to look at it. */
  callConductor(): void {
    this.#conductor.call();
  }

  /**
   * Another number after anything that the conductor said. To be read before what was said.
   *
   * @param seen what this gave last: as long as nothing is said, it costs no ordered load.
   */
  conductorChange(seen: number): number {
    return this.#changeSince(CONDUCTOR_CHANGE_OFFSET, seen);
  }

  /** The same of what the receiver said, but for times and counts. */
  receiverChange(seen: number): number {
    return this.#changeSince(RECEIVER_CHANGE_OFFSET, seen);
  }

  /** Conductor: what the next status message is to say. */
  scheduleStatusMessage(position: number, windowLength: number): void {
    const change = this.#begin(SM_BEGIN_OFFSET);
    this.#buffer.putInt64(this.#start + SM_POSITION_OFFSET, position);
    this.#buffer.putInt32(this.#start + SM_WINDOW_OFFSET, windowLength);
    this.#buffer.putInt32Release(this.#start + SM_END_OFFSET, change);
    this.#tellReceiver();
  }

  /**
   * Receiver: reads the scheduled status message into `smPosition` and `smWindowLength`.
   *
   * @returns its change number, or IN_CHANGE if it was being written: try in the next duty cycle.
   */
  readStatusMessage(): number {
    const change = this.#buffer.getInt32Volatile(this.#start + SM_END_OFFSET);
    const position = this.#buffer.getInt64Volatile(this.#start + SM_POSITION_OFFSET);
    const windowLength = this.#buffer.getInt32Volatile(this.#start + SM_WINDOW_OFFSET);
    if (this.#buffer.getInt32Volatile(this.#start + SM_BEGIN_OFFSET) !== change) {
      return IN_CHANGE;
    }
    this.smPosition = position;
    this.smWindowLength = windowLength;
    return change;
  }

  /** Conductor: one of several gaps to be asked for. @returns false while as many as there is room for have not been taken. */
  offerGap(termId: number, termOffset: number, length: number): boolean {
    const buffer = this.#buffer;
    const tail = buffer.getInt32(this.#start + GAP_TAIL_OFFSET);
    // Acquires: what the receiver has loaded from the place is not overwritten before.
    if (((tail - buffer.getInt32Volatile(this.#start + GAP_HEAD_OFFSET)) | 0) >= GAP_RING_CAPACITY) {
      return false;
    }
    const offset = this.#gapOffset(tail);
    buffer.putInt32(offset, termId);
    buffer.putInt32(offset + GAP_TERM_OFFSET_OFFSET, termOffset);
    buffer.putInt32(offset + GAP_LENGTH_OFFSET, length);
    buffer.putInt32Release(this.#start + GAP_TAIL_OFFSET, (tail + 1) | 0);
    this.#tellReceiver();
    return true;
  }

  /** Receiver: the next of them into the loss registers, in the order in which they were offered. @returns whether there was one. */
  takeGap(): boolean {
    const buffer = this.#buffer;
    const head = buffer.getInt32(this.#start + GAP_HEAD_OFFSET);
    if (head === buffer.getInt32Volatile(this.#start + GAP_TAIL_OFFSET)) {
      return false;
    }
    const offset = this.#gapOffset(head);
    this.lossTermId = buffer.getInt32(offset);
    this.lossTermOffset = buffer.getInt32(offset + GAP_TERM_OFFSET_OFFSET);
    this.lossLength = buffer.getInt32(offset + GAP_LENGTH_OFFSET);
    buffer.putInt32Release(this.#start + GAP_HEAD_OFFSET, (head + 1) | 0);
    return true;
  }

  /** Conductor: a gap to be asked for (or filled, on an unreliable stream). */
  scheduleLoss(termId: number, termOffset: number, length: number): void {
    const change = this.#begin(LOSS_BEGIN_OFFSET);
    this.#buffer.putInt32(this.#start + LOSS_TERM_ID_OFFSET, termId);
    this.#buffer.putInt32(this.#start + LOSS_TERM_OFFSET_OFFSET, termOffset);
    this.#buffer.putInt32(this.#start + LOSS_LENGTH_OFFSET, length);
    this.#buffer.putInt32Release(this.#start + LOSS_END_OFFSET, change);
    this.#tellReceiver();
  }

  /** Receiver: as `readStatusMessage`, into the loss registers. */
  readLoss(): number {
    const change = this.#buffer.getInt32Volatile(this.#start + LOSS_END_OFFSET);
    const termId = this.#buffer.getInt32Volatile(this.#start + LOSS_TERM_ID_OFFSET);
    const termOffset = this.#buffer.getInt32Volatile(this.#start + LOSS_TERM_OFFSET_OFFSET);
    const length = this.#buffer.getInt32Volatile(this.#start + LOSS_LENGTH_OFFSET);
    if (this.#buffer.getInt32Volatile(this.#start + LOSS_BEGIN_OFFSET) !== change) {
      return IN_CHANGE;
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
    this.#tellReceiver();
  }

  /** Writer: conductor. Raised by one whenever congestion control wants the round trip measured. */
  get rttRequestCount(): number {
    return this.#buffer.getInt32Volatile(this.#start + RTT_REQUEST_OFFSET);
  }
  requestRtt(): void {
    this.#raise(RTT_REQUEST_OFFSET);
    this.#tellReceiver();
  }

  /** Writer: conductor. It lingers or is done: the receiver sends no more for it. Nothing is read because of it, so in no order. */
  get isClosing(): boolean {
    return this.#buffer.getInt32(this.#start + IS_CLOSING_OFFSET) === 1;
  }
  set isClosing(value: boolean) {
    this.#setFlag(IS_CLOSING_OFFSET, value);
    this.#tellReceiver();
  }

  /** Writer: receiver. ns of the driver's clock. */
  get lastPacketTimeNs(): number {
    return this.#buffer.getInt64Volatile(this.#start + LAST_PACKET_TIME_OFFSET);
  }
  set lastPacketTimeNs(value: number) {
    this.#buffer.putInt64Release(this.#start + LAST_PACKET_TIME_OFFSET, value);
  }

  /** Writer: receiver. Where the stream ends; valid once `isEndOfStream`. */
  get eosPosition(): number {
    return this.#buffer.getInt64Volatile(this.#start + EOS_POSITION_OFFSET);
  }
  /** Writer: receiver. */
  get isEndOfStream(): boolean {
    return this.#flag(IS_EOS_OFFSET);
  }
  endStream(position: number): void {
    this.#buffer.putInt64Release(this.#start + EOS_POSITION_OFFSET, position);
    this.#setFlag(IS_EOS_OFFSET, true);
    this.#tellConductor();
  }

  /** Writer: receiver. The last measured round trip in ns; `rttChangeNumber` tells whether it is new. */
  get rttNs(): number {
    return this.#buffer.getInt64Volatile(this.#start + RTT_OFFSET);
  }
  get rttChangeNumber(): number {
    return this.#buffer.getInt32Volatile(this.#start + RTT_CHANGE_OFFSET);
  }
  onRtt(rttNs: number): void {
    this.#buffer.putInt64Release(this.#start + RTT_OFFSET, rttNs);
    this.#raise(RTT_CHANGE_OFFSET);
    this.#tellConductor();
  }

  /** Writer: receiver. The publication was revoked. */
  get isRevoked(): boolean {
    return this.#flag(IS_REVOKED_OFFSET);
  }
  set isRevoked(value: boolean) {
    this.#setFlag(IS_REVOKED_OFFSET, value);
    this.#tellConductor();
  }

  /** Writer: receiver. Transports that carried a frame within the liveness time-out. */
  get activeTransportCount(): number {
    return this.#buffer.getInt32Volatile(this.#start + TRANSPORT_COUNT_OFFSET);
  }
  set activeTransportCount(value: number) {
    this.#buffer.putInt32Release(this.#start + TRANSPORT_COUNT_OFFSET, value);
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
    this.#tellConductor();
  }

  #gapOffset(index: number): number {
    return this.#gapsStart + (index & (GAP_RING_CAPACITY - 1)) * GAP_ENTRY_LENGTH;
  }

  #begin(offset: number): number {
    const change = (this.#buffer.getInt32(this.#start + offset) + 1) | 0;
    // An atomic read-modify-write, so that on Arm too none of the following stores can pass it.
    this.#buffer.getAndAddInt32(this.#start + offset, 1);
    return change;
  }

  #changeSince(offset: number, seen: number): number {
    const at = this.#start + offset;
    return this.#buffer.getInt32(at) === seen ? seen : this.#buffer.getInt32Volatile(at);
  }

  /** Raised last, after what there is to see was written. */
  #tellReceiver(): void {
    this.#raise(CONDUCTOR_CHANGE_OFFSET);
    this.#receiver.call();
  }

  #tellConductor(): void {
    this.#raise(RECEIVER_CHANGE_OFFSET);
    this.#conductor.call();
  }

  /** Of this half's only writer. */
  #raise(offset: number): void {
    this.#buffer.putInt32Release(this.#start + offset, (this.#buffer.getInt32(this.#start + offset) + 1) | 0);
  }

  #flag(offset: number): boolean {
    return this.#buffer.getInt32Volatile(this.#start + offset) === 1;
  }

  #setFlag(offset: number, value: boolean): void {
    this.#buffer.putInt32Release(this.#start + offset, value ? 1 : 0);
  }
}
