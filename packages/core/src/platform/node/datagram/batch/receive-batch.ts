// SPDX-License-Identifier: Apache-2.0
/**
 * Takes several datagrams by one system call, into memory that is there for good, and hands each to a handler where it lies.
 * One for all sockets of a thread: between two calls it holds nothing.
 *
 *     headers    [ name* iovec* control* ][ … ]   their pointers are written once; the kernel fills in lengths
 *     content    [ 64 KiB ][ 64 KiB ] …           several datagrams each, where the kernel put such from one sender together
 *
 * @hot
 */
import type { DatagramHandler } from '../../../ports.ts';
import {
  ControlMessage,
  Iovec,
  MessageHeader,
  RECEIVE_FLAGS,
  SOL_UDP,
  SocketName,
  UDP_GRO,
} from './linux-constants.ts';
import { NativeBlock } from './native-block.ts';
import type { NativeSockets } from './native-sockets.ts';
import type { SourceAddresses } from './source-addresses.ts';

/** Taken by one call at most. */
export const RECEIVE_BATCH_MAX = 16;
/** What one call delivers at one place: a datagram, or several that the kernel put together, which has the same bound. */
const CONTENT_LENGTH = 65536;
/** Where the headers' block has the descriptions of the memory. */
const IOVECS = RECEIVE_BATCH_MAX * MessageHeader.LENGTH;

const { min } = Math;

export class ReceiveBatch {
  readonly #native: NativeSockets;
  readonly #sources: SourceAddresses;
  readonly #headers: NativeBlock;
  readonly #names: NativeBlock;
  readonly #controls: NativeBlock;
  readonly #content: Uint8Array;
  readonly #segmentLengths: Int32Array;

  constructor(native: NativeSockets, sources: SourceAddresses) {
    const content = new NativeBlock(native, RECEIVE_BATCH_MAX * CONTENT_LENGTH);
    const headers = new NativeBlock(native, IOVECS + RECEIVE_BATCH_MAX * Iovec.LENGTH);
    this.#native = native;
    this.#sources = sources;
    this.#headers = headers;
    this.#names = new NativeBlock(native, RECEIVE_BATCH_MAX * SocketName.LENGTH);
    this.#controls = new NativeBlock(native, RECEIVE_BATCH_MAX * ControlMessage.LENGTH);
    this.#content = content.bytes;
    this.#segmentLengths = new Int32Array(RECEIVE_BATCH_MAX);
    for (let i = 0; i < RECEIVE_BATCH_MAX; i++) {
      const header = i * MessageHeader.LENGTH;
      const iovec = IOVECS + i * Iovec.LENGTH;
      headers.putWord(iovec + Iovec.BASE, content.address + i * CONTENT_LENGTH);
      headers.putWord(iovec + Iovec.BYTES, CONTENT_LENGTH);
      headers.putWord(header + MessageHeader.NAME, this.#names.address + i * SocketName.LENGTH);
      headers.putWord(header + MessageHeader.IOVEC, headers.address + iovec);
      headers.putWord(header + MessageHeader.IOVEC_COUNT, 1);
      headers.putWord(header + MessageHeader.CONTROL, this.#controls.address + i * ControlMessage.LENGTH);
      this.#makeReady(header);
    }
  }

  /** @returns how many were taken, for `deliver`; -1 with the reason in the system's error number. */
  receive(descriptor: number, limit: number): number {
    const headers = this.#headers;
    const wanted = min(limit, RECEIVE_BATCH_MAX);
    const count = this.#native.recvmmsg(descriptor, headers.bytes, wanted, RECEIVE_FLAGS, null);
    // All before the first is delivered: a handler that throws must not leave headers behind that were not made ready.
    for (let i = 0; i < count; i++) {
      const header = i * MessageHeader.LENGTH;
      const hasControl = headers.getInt32(header + MessageHeader.CONTROL_LENGTH) > 0;
      this.#segmentLengths[i] = hasControl ? this.#segmentLengthAt(i * ControlMessage.LENGTH) : 0;
      this.#makeReady(header);
    }
    return count;
  }

  /** Hands over what the last `receive` took. @returns bytes. */
  deliver(count: number, handler: DatagramHandler, context: number): number {
    let bytesReceived = 0;
    for (let i = 0; i < count; i++) {
      const length = this.#headers.getInt32(i * MessageHeader.LENGTH + MessageHeader.MOVED);
      const name = i * SocketName.LENGTH;
      const address = this.#sources.textOf(this.#names, name);
      const port = this.#names.getUint16BigEndian(name + SocketName.PORT);
      const segmentLength = this.#segmentLengths[i] as number;
      const start = i * CONTENT_LENGTH;
      bytesReceived += length;
      if (segmentLength <= 0 || segmentLength >= length) {
        handler(this.#content, start, length, address, port, context);
      } else {
        for (let at = 0; at < length; at += segmentLength) {
          handler(this.#content, start + at, min(segmentLength, length - at), address, port, context);
        }
      }
    }
    return bytesReceived;
  }

  /** The kernel's word that what it delivers are datagrams of this length, but for the last; 0 without it. */
  #segmentLengthAt(control: number): number {
    const controls = this.#controls;
    const isSegmentLength =
      controls.getInt32(control + ControlMessage.LEVEL) === SOL_UDP &&
      controls.getInt32(control + ControlMessage.TYPE) === UDP_GRO;
    return isSegmentLength ? controls.getInt32(control + ControlMessage.VALUE) : 0;
  }

  /** The kernel reads how much room there is where it writes how much it used. */
  #makeReady(header: number): void {
    this.#headers.putInt32(header + MessageHeader.NAME_LENGTH, SocketName.LENGTH);
    this.#headers.putInt32(header + MessageHeader.CONTROL_LENGTH, ControlMessage.LENGTH);
  }
}
