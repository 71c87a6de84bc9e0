// SPDX-License-Identifier: Apache-2.0
/**
 * What the two halves of a network publication tell each other all the time, in one slot of shared memory. Each field has
 * one writer. Positions and limits are not here: they are counters.
 */
import type { AtomicBuffer } from '@aeron/core/internal';

const HAS_RECEIVERS_OFFSET = 0;
const HAS_REQUIRED_RECEIVERS_OFFSET = 4;
const HAS_UNICAST_EOS_OFFSET = 8;
const HAS_SENDER_RELEASED_OFFSET = 12;
const STATUS_MESSAGE_TIME_OFFSET = 16;
const HAS_SPIES_OFFSET = 64;
const IS_END_OF_STREAM_OFFSET = 68;
const IS_REVOKED_OFFSET = 72;
const MAX_SPY_POSITION_OFFSET = 80;

/** @source aeron-driver/NetworkPublication (the fields that both of its threads use) */
export class PublicationState {
  readonly #buffer: AtomicBuffer;

  /** @param buffer one slot of the state table, zeroed by who allocated it. */
  constructor(buffer: AtomicBuffer) {
    this.#buffer = buffer;
  }

  /** Writer: sender. Whether a receiver reported within the connection time-out. */
  get hasReceivers(): boolean {
    return this.#flag(HAS_RECEIVERS_OFFSET);
  }
  set hasReceivers(value: boolean) {
    this.#setFlag(HAS_RECEIVERS_OFFSET, value);
  }

  /** Writer: sender. Whether flow control has the receivers that it needs. */
  get hasRequiredReceivers(): boolean {
    return this.#flag(HAS_REQUIRED_RECEIVERS_OFFSET);
  }
  set hasRequiredReceivers(value: boolean) {
    this.#setFlag(HAS_REQUIRED_RECEIVERS_OFFSET, value);
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

  /** Writer: sender. When the last status message came, ns of the driver's clock. */
  get statusMessageTimeNs(): number {
    return this.#buffer.getInt64Volatile(STATUS_MESSAGE_TIME_OFFSET);
  }
  set statusMessageTimeNs(value: number) {
    this.#buffer.putInt64Release(STATUS_MESSAGE_TIME_OFFSET, value);
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
    return this.#buffer.getInt64Volatile(MAX_SPY_POSITION_OFFSET);
  }
  set maxSpyPosition(value: number) {
    this.#buffer.putInt64Release(MAX_SPY_POSITION_OFFSET, value);
  }

  #flag(offset: number): boolean {
    return this.#buffer.getInt32Volatile(offset) === 1;
  }

  #setFlag(offset: number, value: boolean): void {
    this.#buffer.putInt32Release(offset, value ? 1 : 0);
  }
}
