// SPDX-License-Identifier: Apache-2.0
/**
 * Where the memory lies that callers send from. Asked once for each view. An address is only ever used during the call that was
 * handed the view, within the view's length at that time: a view that was unmapped has none, and so is never read.
 *
 * @hot
 */
import type { NativeSockets } from './native-sockets.ts';

export class MemoryAddresses {
  readonly #native: NativeSockets;
  /** Weak, so that this keeps nothing mapped. */
  readonly #known: WeakMap<Uint8Array, number>;

  constructor(native: NativeSockets) {
    this.#native = native;
    this.#known = new WeakMap();
  }

  /**
   * Writes the address into a register: a number that is returned would be an object of its own.
   *
   * @throws RangeError when the bytes are not all inside the view, as where it was unmapped.
   */
  locate(source: Uint8Array, offset: number, length: number, registers: Float64Array, register: number): void {
    if (!(offset >= 0 && length >= 0 && offset + length <= source.length)) {
      throwOutside(source, offset, length);
    }
    registers[register] = (this.#known.get(source) ?? this.#find(source)) + offset;
  }

  /** @cold */
  #find(source: Uint8Array): number {
    const address = this.#native.addressOf(source, 0, 0);
    this.#known.set(source, address);
    return address;
  }
}

/** @cold */
function throwOutside(source: Uint8Array, offset: number, length: number): never {
  throw new RangeError(`bytes outside of the memory: offset=${offset} length=${length} available=${source.length}`);
}
