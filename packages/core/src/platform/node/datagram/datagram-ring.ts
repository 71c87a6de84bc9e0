// SPDX-License-Identifier: Apache-2.0
/**
 * Bounded memory for datagrams between their arrival and the next poll: bytes in a ring, one descriptor each. What finds no
 * room is refused. A datagram is never split: one that does not fit behind the last goes to the start.
 *
 * @hot
 */
import type { DatagramHandler } from '../../ports.ts';

/** Room for one datagram of the largest length at any state of the ring needs twice that length. */
export const RING_LENGTH_MIN = 2 * 65536;

/** Owned by one thread, which both fills and drains it. */
export class DatagramRing {
  readonly #bytes: Uint8Array;
  readonly #offsets: Int32Array;
  readonly #lengths: Int32Array;
  readonly #ports: Int32Array;
  readonly #addresses: string[];
  readonly #mask: number;
  #head = 0; // descriptor to deliver next; both count up, modulo 2^32
  #tail = 0;
  #writeOffset = 0;

  /**
   * @param length bytes for content, at least RING_LENGTH_MIN.
   * @param countMax datagrams, a power of two.
   */
  constructor(length: number, countMax: number) {
    if (!(length >= RING_LENGTH_MIN && countMax > 0 && (countMax & (countMax - 1)) === 0)) {
      throw new RangeError(`datagram ring can't be built: length=${length} countMax=${countMax}`);
    }
    this.#bytes = new Uint8Array(length);
    this.#offsets = new Int32Array(countMax);
    this.#lengths = new Int32Array(countMax);
    this.#ports = new Int32Array(countMax);
    this.#addresses = new Array<string>(countMax).fill('');
    this.#mask = countMax - 1;
  }

  /** Datagrams waiting. */
  get count(): number {
    return (this.#tail - this.#head) | 0;
  }

  /** @returns whether there was room. */
  push(datagram: Uint8Array, address: string, port: number): boolean {
    const length = datagram.length;
    const offset = this.#claim(length);
    if (offset < 0) {
      return false;
    }
    this.#bytes.set(datagram, offset);
    const index = this.#tail & this.#mask;
    this.#offsets[index] = offset;
    this.#lengths[index] = length;
    this.#ports[index] = port;
    this.#addresses[index] = address;
    this.#tail = (this.#tail + 1) | 0;
    this.#writeOffset = offset + length;
    return true;
  }

  /** Delivers at most `limit` datagrams that were there at the call. @returns bytes delivered. */
  poll(handler: DatagramHandler, context: number, limit: number): number {
    let bytesReceived = 0;
    const count = Math.min(limit, this.count);
    for (let i = 0; i < count; i++) {
      const index = this.#head & this.#mask;
      const length = this.#lengths[index] as number;
      bytesReceived += length;
      handler(
        this.#bytes,
        this.#offsets[index] as number,
        length,
        this.#addresses[index] as string,
        this.#ports[index] as number,
        context,
      );
      this.#head = (this.#head + 1) | 0; // after the call: the bytes stay claimed while they are used
    }
    return bytesReceived;
  }

  /** Where `length` bytes may go, or -1. */
  #claim(length: number): number {
    const count = this.count;
    if (count === 0) {
      return length <= this.#bytes.length ? 0 : -1;
    }
    if (count > this.#mask) {
      return -1;
    }
    const readOffset = this.#offsets[this.#head & this.#mask] as number;
    const lastIndex = (this.#tail - 1) & this.#mask;
    const hasWrapped = (this.#offsets[lastIndex] as number) < readOffset;
    if (hasWrapped) {
      // Never up to the oldest: were both offsets equal, the next call could not tell that the ring has wrapped.
      return this.#writeOffset + length < readOffset ? this.#writeOffset : -1;
    }
    if (this.#writeOffset + length <= this.#bytes.length) {
      return this.#writeOffset;
    }
    return length < readOffset ? 0 : -1;
  }
}
