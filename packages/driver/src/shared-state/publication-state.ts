// SPDX-License-Identifier: Apache-2.0
/**
 * What the two halves of a network publication tell each other all the time, in one slot of shared memory. Each field has
 * one writer. Positions and limits are not here: they are counters.
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { type StateSlot, WakeList } from './state-table.ts';
import { WakeCaller } from './wake-calls.ts';

const RECEIVERS_OFFSET = 0;
const HAS_UNICAST_EOS_OFFSET = 4;
const HAS_SENDER_RELEASED_OFFSET = 8;
const HAS_SPIES_OFFSET = 64;
const IS_END_OF_STREAM_OFFSET = 68;
const IS_REVOKED_OFFSET = 72;
const MAX_SPY_POSITION_OFFSET = 80;

/** Bits of the word about receivers, which the conductor looks at in every pass. */
const HAS_RECEIVERS = 1;
const HAS_REQUIRED_RECEIVERS = 2;
const ALL_RECEIVERS = HAS_RECEIVERS | HAS_REQUIRED_RECEIVERS;

/** @source aeron-driver/NetworkPublication (the fields that both of its threads use) */
export class PublicationState {
  readonly #buffer: AtomicBuffer;
  readonly #start: number;
  readonly #conductor: WakeCaller;

  /** @param slot one slot of the state table, zeroed by who allocated it. */
  constructor(slot: StateSlot) {
    this.#buffer = slot.buffer;
    this.#start = slot.offset;
    this.#conductor = new WakeCaller(slot, WakeList.CONDUCTOR_PUBLICATIONS);
  }

  /** Sender: the conductor, if it has passed over the stream, is to look at it. */
  callConductor(): void {
    this.#conductor.call();
  }

  /** Writer: sender. Whether a receiver reported within the connection time-out. */
  get hasReceivers(): boolean {
    return (this.#buffer.getInt32Volatile(this.#start + RECEIVERS_OFFSET) & HAS_RECEIVERS) !== 0;
  }
  set hasReceivers(value: boolean) {
    this.#setReceivers(HAS_RECEIVERS, value);
  }

  /** Writer: sender. Whether flow control has the receivers that it needs. */
  get hasRequiredReceivers(): boolean {
    return (this.#buffer.getInt32Volatile(this.#start + RECEIVERS_OFFSET) & HAS_REQUIRED_RECEIVERS) !== 0;
  }
  set hasRequiredReceivers(value: boolean) {
    this.#setReceivers(HAS_REQUIRED_RECEIVERS, value);
  }

  /** Whether the stream counts as connected: `hasReceivers` and `hasRequiredReceivers`. Nothing is read because of it, so in no order. */
  get isReceived(): boolean {
    return this.#buffer.getInt32(this.#start + RECEIVERS_OFFSET) === ALL_RECEIVERS;
  }

  /** Writer: sender. The only receiver of a unicast stream said that it is leaving after the end of the stream. */
  get hasUnicastEos(): boolean {
    return this.#flag(HAS_UNICAST_EOS_OFFSET);
  }
  set hasUnicastEos(value: boolean) {
    this.#setFlag(HAS_UNICAST_EOS_OFFSET, value);
  }

  /** Writer: sender. It uses the log and this slot no more. */
  get hasSenderReleased(): boolean {
    return this.#flag(HAS_SENDER_RELEASED_OFFSET);
  }
  set hasSenderReleased(value: boolean) {
    this.#setFlag(HAS_SENDER_RELEASED_OFFSET, value);
  }

  /** Writer: conductor. */
  get hasSpies(): boolean {
    return this.#flag(HAS_SPIES_OFFSET);
  }
  set hasSpies(value: boolean) {
    this.#setFlag(HAS_SPIES_OFFSET, value);
  }

  /** Writer: conductor. No more will be offered. */
  get isEndOfStream(): boolean {
    return this.#flag(IS_END_OF_STREAM_OFFSET);
  }
  set isEndOfStream(value: boolean) {
    this.#setFlag(IS_END_OF_STREAM_OFFSET, value);
  }

  /** Writer: conductor. */
  get isRevoked(): boolean {
    return this.#flag(IS_REVOKED_OFFSET);
  }
  set isRevoked(value: boolean) {
    this.#setFlag(IS_REVOKED_OFFSET, value);
  }

  /** Writer: conductor. The furthest spy, where spies alone drive the stream. */
  get maxSpyPosition(): number {
    return this.#buffer.getInt64Volatile(this.#start + MAX_SPY_POSITION_OFFSET);
  }
  set maxSpyPosition(value: number) {
    this.#buffer.putInt64Release(this.#start + MAX_SPY_POSITION_OFFSET, value);
  }

  #setReceivers(bit: number, value: boolean): void {
    const word = this.#buffer.getInt32(this.#start + RECEIVERS_OFFSET);
    this.#buffer.putInt32Release(this.#start + RECEIVERS_OFFSET, value ? word | bit : word & ~bit);
    this.#conductor.call();
  }

  #flag(offset: number): boolean {
    return this.#buffer.getInt32Volatile(this.#start + offset) === 1;
  }

  #setFlag(offset: number, value: boolean): void {
    this.#buffer.putInt32Release(this.#start + offset, value ? 1 : 0);
  }
}
