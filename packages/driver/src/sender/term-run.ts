// SPDX-License-Identifier: Apache-2.0
/**
 * The next datagrams of a term that can leave together: each of whole committed frames up to an MTU, exactly as they would be sent
 * one by one, one behind the other. Padding ends a run, since what follows it lies in the next term. Registers that are filled
 * for each run; sender's thread.
 *
 * @hot
 */
import { TermScanner } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';

export class TermRun {
  /** Of the datagrams. */
  readonly lengths: Int32Array;
  /** Datagrams found. */
  count: number;
  /** Padding behind the last one, which is not sent. */
  padding: number;
  /** More was there than the window allows. */
  isHeldBack: boolean;
  readonly #scanner: TermScanner;

  /** @param limit datagrams of a run. */
  constructor(limit: number) {
    this.lengths = new Int32Array(limit);
    this.count = 0;
    this.padding = 0;
    this.isHeldBack = false;
    this.#scanner = new TermScanner();
  }

  /**
   * @param windowLength bytes that may leave, padding included.
   * @returns datagrams found.
   */
  collect(term: AtomicBuffer, termOffset: number, windowLength: number, mtuLength: number): number {
    const limit = this.lengths.length;
    let count = 0;
    let length = 0;
    let padding = 0;
    let isHeldBack = false;
    while (count < limit && padding === 0 && termOffset + length < term.capacity) {
      if (length >= windowLength) {
        isHeldBack = true;
        break;
      }
      const available = this.#scanner.scan(term, termOffset + length, Math.min(windowLength - length, mtuLength));
      if (available <= 0) {
        isHeldBack = available < 0; // a frame is there, and exceeds the window
        break;
      }
      this.lengths[count] = available;
      padding = this.#scanner.padding;
      length += available;
      count++;
    }
    this.count = count;
    this.padding = padding;
    this.isHeldBack = isHeldBack;
    return count;
  }

  /** Bytes of the first datagrams. */
  lengthOf(count: number): number {
    let length = 0;
    for (let i = 0; i < count; i++) {
      length += this.lengths[i] as number;
    }
    return length;
  }
}
