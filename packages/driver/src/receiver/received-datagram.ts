// SPDX-License-Identifier: Apache-2.0
/**
 * The datagram that is being handled: registers that an end point fills for each one and hands down, so that nothing is
 * allocated on the way. Valid during the call only. Receiver's thread.
 *
 * @hot
 */
import { AtomicBuffer, type SocketAddress } from '@aeron/core/internal';

export class ReceivedDatagram {
  buffer: AtomicBuffer;
  offset = 0;
  /** Bytes. */
  length = 0;
  /** Of the transport that it came in by. */
  transportIndex = 0;
  sourceAddress = '';
  sourcePort = 0;
  /** Transports have few receive buffers, so each is wrapped once; a simulated network has a new one for each datagram. */
  readonly #buffers: WeakMap<Uint8Array, AtomicBuffer>;
  #bytes: Uint8Array;

  constructor() {
    this.#bytes = new Uint8Array(0);
    this.buffer = new AtomicBuffer(this.#bytes);
    this.#buffers = new WeakMap();
  }

  /** Points `buffer` at the memory that the datagram lies in. */
  wrap(bytes: Uint8Array, offset: number, length: number): void {
    if (bytes !== this.#bytes) {
      this.#change(bytes);
    }
    this.offset = offset;
    this.length = length;
  }

  /**
   * Where it came from.
   *
   * @cold
   */
  get source(): SocketAddress {
    const { sourceAddress: address, sourcePort: port } = this;
    return { family: address.includes(':') ? 'IPv6' : 'IPv4', address, port };
  }

  /** @cold */
  #change(bytes: Uint8Array): void {
    let buffer = this.#buffers.get(bytes);
    if (buffer === undefined) {
      buffer = new AtomicBuffer(bytes);
      this.#buffers.set(bytes, buffer);
    }
    this.#bytes = bytes;
    this.buffer = buffer;
  }
}
