// SPDX-License-Identifier: Apache-2.0
/**
 * Which receivers of one stream are there: those that sent a status message within the connection time-out. Sender's thread.
 * A receiver id uses all 64 bits, so it is kept as two int32 words.
 *
 * @hot
 */

/** Receivers that one stream keeps apart. More of them change nothing: the stream has receivers already. */
export const MAX_LIVE_RECEIVERS = 4096;
const INITIAL_CAPACITY = 4;

/** @source aeron-driver/ReceiverLivenessTracker */
export class ReceiverLiveness {
  #lowWords = new Int32Array(INITIAL_CAPACITY);
  #highWords = new Int32Array(INITIAL_CAPACITY);
  #lastReportNs = new Float64Array(INITIAL_CAPACITY);
  #count = 0;
  /** No receiver's last report is older than this. */
  #oldestReportNs = 0;

  get hasReceivers(): boolean {
    return this.#count > 0;
  }

  get receiverCount(): number {
    return this.#count;
  }

  onStatusMessage(idLow: number, idHigh: number, nowNs: number): void {
    let index = this.#indexOf(idLow, idHigh);
    if (index < 0) {
      if (this.#count === MAX_LIVE_RECEIVERS) {
        return;
      }
      if (this.#count === this.#lowWords.length) {
        this.#grow();
      }
      index = this.#count++;
      this.#lowWords[index] = idLow;
      this.#highWords[index] = idHigh;
      this.#oldestReportNs = index === 0 ? nowNs : this.#oldestReportNs;
    }
    this.#lastReportNs[index] = nowNs;
  }

  contains(idLow: number, idHigh: number): boolean {
    return this.#indexOf(idLow, idHigh) >= 0;
  }

  /** The receiver said that it is gone. @returns whether it was there. */
  remove(idLow: number, idHigh: number): boolean {
    const index = this.#indexOf(idLow, idHigh);
    if (index < 0) {
      return false;
    }
    this.#removeAt(index);
    return true;
  }

  /** Forgets those that have been silent for `timeoutNs`. */
  onIdle(nowNs: number, timeoutNs: number): void {
    const thresholdNs = nowNs - timeoutNs;
    if (this.#count === 0 || this.#oldestReportNs > thresholdNs) {
      return;
    }
    let oldestNs = nowNs;
    for (let i = this.#count - 1; i >= 0; i--) {
      const lastNs = this.#lastReportNs[i] as number;
      if (lastNs <= thresholdNs) {
        this.#removeAt(i);
      } else if (lastNs < oldestNs) {
        oldestNs = lastNs;
      }
    }
    this.#oldestReportNs = oldestNs;
  }

  #indexOf(idLow: number, idHigh: number): number {
    const lowWords = this.#lowWords;
    for (let i = 0; i < this.#count; i++) {
      if (lowWords[i] === idLow && this.#highWords[i] === idHigh) {
        return i;
      }
    }
    return -1;
  }

  #removeAt(index: number): void {
    const last = --this.#count;
    this.#lowWords[index] = this.#lowWords[last] as number;
    this.#highWords[index] = this.#highWords[last] as number;
    this.#lastReportNs[index] = this.#lastReportNs[last] as number;
  }

  /** @cold */
  #grow(): void {
    const capacity = this.#lowWords.length * 2;
    const [lowWords, highWords, lastReportNs] = [this.#lowWords, this.#highWords, this.#lastReportNs];
    this.#lowWords = new Int32Array(capacity);
    this.#highWords = new Int32Array(capacity);
    this.#lastReportNs = new Float64Array(capacity);
    this.#lowWords.set(lowWords);
    this.#highWords.set(highWords);
    this.#lastReportNs.set(lastReportNs);
  }
}
