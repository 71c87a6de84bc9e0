// SPDX-License-Identifier: Apache-2.0
/** Memory of this process that system calls read and write: records are put together in it by offset. Lives as long as its owner. */
import type { NativeSockets } from './native-sockets.ts';

const TWO_POW_32 = 4294967296;
/** Of the start of a block: a cache line. */
const ALIGNMENT = 64;

/** @hot */
export class NativeBlock {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;

  constructor(native: NativeSockets, length: number) {
    const memory = new ArrayBuffer(length + ALIGNMENT);
    const start = native.addressOf(new Uint8Array(memory), 0, 0);
    const offset = (ALIGNMENT - (start % ALIGNMENT)) % ALIGNMENT;
    this.address = start + offset;
    this.bytes = new Uint8Array(memory, offset, length);
    this.view = new DataView(memory, offset, length);
  }

  getUint16(offset: number): number {
    return this.view.getUint16(offset, true);
  }

  putUint16(offset: number, value: number): void {
    this.view.setUint16(offset, value, true);
  }

  getInt32(offset: number): number {
    return this.view.getInt32(offset, true);
  }

  putInt32(offset: number, value: number): void {
    this.view.setInt32(offset, value, true);
  }

  /** A pointer or a `size_t`. */
  putWord(offset: number, value: number): void {
    this.view.setUint32(offset, value >>> 0, true);
    this.view.setUint32(offset + 4, (value / TWO_POW_32) >>> 0, true);
  }

  getUint16BigEndian(offset: number): number {
    return this.view.getUint16(offset, false);
  }

  putUint16BigEndian(offset: number, value: number): void {
    this.view.setUint16(offset, value, false);
  }
}
