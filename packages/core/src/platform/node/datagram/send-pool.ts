// SPDX-License-Identifier: Apache-2.0
/**
 * The datagrams that were given to dgram and not finished. dgram reads the bytes one tick after the call, when the caller may
 * have reused or unmapped them, so each is copied into a slot that is held until its completion. The number of slots bounds
 * what can be under way.
 */

const SLOT_LENGTH_MIN = 2048;

/** Called by dgram, with the error or null, when a send is finished. */
export type Completion = (error: Error | null) => void;

/** One datagram under way. */
export interface SendSlot {
  readonly content: Uint8Array;
  readonly completion: Completion;
}

/** Memory for at most `countMax` datagrams; each slot grows to the longest it carried. */
export class SendPool {
  readonly #free: Slot[] = [];
  #created = 0;
  readonly #countMax: number;
  readonly #onError: (error: Error) => void;

  constructor(countMax: number, onError: (error: Error) => void) {
    this.#countMax = countMax;
    this.#onError = onError;
  }

  /** @returns the datagram in memory of its own, or undefined while too many are under way. */
  take(source: Uint8Array, offset: number, length: number): SendSlot | undefined {
    let slot = this.#free.pop();
    if (slot === undefined) {
      if (this.#created >= this.#countMax) {
        return undefined;
      }
      this.#created++;
      slot = new Slot((finished, error) => {
        this.#free.push(finished);
        if (error !== null) {
          this.#onError(error);
        }
      });
    }
    slot.fill(source, offset, length);
    return slot;
  }

  /** Gives back a slot that dgram did not take. */
  giveBack(slot: SendSlot): void {
    this.#free.push(slot as Slot);
  }
}

class Slot implements SendSlot {
  readonly completion: Completion;
  content: Uint8Array = new Uint8Array(0);
  #memory = new ArrayBuffer(0);

  constructor(onFinished: (slot: Slot, error: Error | null) => void) {
    this.completion = (error) => onFinished(this, error);
  }

  fill(source: Uint8Array, offset: number, length: number): void {
    if (this.#memory.byteLength < length) {
      this.#memory = new ArrayBuffer(Math.max(SLOT_LENGTH_MIN, 2 ** Math.ceil(Math.log2(length))));
    }
    if (this.content.length !== length || this.content.buffer !== this.#memory) {
      this.content = new Uint8Array(this.#memory, 0, length);
    }
    this.content.set(offset === 0 && length === source.length ? source : source.subarray(offset, offset + length));
  }
}
