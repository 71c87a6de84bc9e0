// SPDX-License-Identifier: Apache-2.0
/**
 * Sends a run of datagrams, which lie one behind the other, by one system call, from where they lie. Where the kernel can, those
 * of equal length go as one message that it cuts (UDP_SEGMENT); the last of such a message may be shorter.
 *
 *     run        [1376][1376][1376][ 512 ][1376][1376]
 *     messages   └────── cut by 1376 ────┘└ by 1376 ─┘
 *
 * One for all sockets of a thread: between two calls it holds nothing.
 *
 * @hot
 */
import {
  ControlMessage,
  Iovec,
  MessageHeader,
  SEND_FLAGS,
  SOL_UDP,
  UDP_SEGMENT,
  UDP_SEGMENTS_MAX,
} from './linux-constants.ts';
import { NativeBlock } from './native-block.ts';
import type { NativeSockets } from './native-sockets.ts';

/** Messages of one call. */
export const SEND_BATCH_MAX = 64;
/** Bytes of one message, of either family. */
const MESSAGE_LENGTH_MAX = 65507;
/** CMSG_LEN of a 16-bit value. */
const SEGMENT_CONTROL_LENGTH = ControlMessage.VALUE + 2;

export class SendBatch {
  /** Registers of the last call: bytes sent, and datagrams of the first message that was not. */
  bytesSent = 0;
  refusedCount = 0;
  readonly #native: NativeSockets;
  readonly #headers: NativeBlock;
  readonly #iovecs: NativeBlock;
  readonly #controls: NativeBlock;
  readonly #counts: Int32Array;
  readonly #bytes: Int32Array;
  #name = 0;
  #nameLength = 0;

  constructor(native: NativeSockets) {
    this.#native = native;
    this.#headers = new NativeBlock(native, SEND_BATCH_MAX * MessageHeader.LENGTH);
    this.#iovecs = new NativeBlock(native, SEND_BATCH_MAX * Iovec.LENGTH);
    this.#controls = new NativeBlock(native, SEND_BATCH_MAX * ControlMessage.LENGTH);
    this.#counts = new Int32Array(SEND_BATCH_MAX);
    this.#bytes = new Int32Array(SEND_BATCH_MAX);
    for (let i = 0; i < SEND_BATCH_MAX; i++) {
      const control = i * ControlMessage.LENGTH;
      this.#headers.putWord(i * MessageHeader.LENGTH + MessageHeader.IOVEC, this.#iovecs.address + i * Iovec.LENGTH);
      this.#headers.putWord(i * MessageHeader.LENGTH + MessageHeader.IOVEC_COUNT, 1);
      this.#headers.putWord(i * MessageHeader.LENGTH + MessageHeader.CONTROL, this.#controls.address + control);
      this.#controls.putWord(control + ControlMessage.BYTES, SEGMENT_CONTROL_LENGTH);
      this.#controls.putInt32(control + ControlMessage.LEVEL, SOL_UDP);
      this.#controls.putInt32(control + ControlMessage.TYPE, UDP_SEGMENT);
    }
  }

  /** Where all messages of the calls that follow go; 0 and 0 on a connected socket. */
  setTarget(name: number, nameLength: number): void {
    this.#name = name;
    this.#nameLength = nameLength;
  }

  /**
   * @param address of the first datagram.
   * @param lengths of the datagrams; those from `from` to before `to` are sent.
   * @param segmentLengthMax the longest that the kernel is asked to cut; 0: none.
   * @returns datagrams sent; 0 or less with the reason in the system's error number.
   */
  send(
    descriptor: number,
    address: number,
    lengths: Int32Array,
    from: number,
    to: number,
    segmentLengthMax: number,
  ): number {
    let messageCount = 0;
    let at = address;
    for (let i = from; i < to && messageCount < SEND_BATCH_MAX; messageCount++) {
      const count = messageCountAt(lengths, i, to, segmentLengthMax);
      const bytes = this.#put(messageCount, at, lengths, i, count);
      at += bytes;
      i += count;
    }
    const sentCount = this.#native.sendmmsg(descriptor, this.#headers.address, messageCount, SEND_FLAGS);
    return this.#tally(sentCount, messageCount);
  }

  /** One message. @returns its bytes. */
  #put(index: number, address: number, lengths: Int32Array, from: number, count: number): number {
    let bytes = 0;
    for (let i = from; i < from + count; i++) {
      bytes += lengths[i] as number;
    }
    const header = index * MessageHeader.LENGTH;
    this.#iovecs.putWord(index * Iovec.LENGTH + Iovec.BASE, address);
    this.#iovecs.putWord(index * Iovec.LENGTH + Iovec.BYTES, bytes);
    this.#headers.putWord(header + MessageHeader.NAME, this.#name);
    this.#headers.putInt32(header + MessageHeader.NAME_LENGTH, this.#nameLength);
    this.#headers.putInt32(header + MessageHeader.CONTROL_LENGTH, count > 1 ? ControlMessage.LENGTH : 0);
    if (count > 1) {
      this.#controls.putUint16(index * ControlMessage.LENGTH + ControlMessage.VALUE, lengths[from] as number);
    }
    this.#counts[index] = count;
    this.#bytes[index] = bytes;
    return bytes;
  }

  #tally(sentCount: number, messageCount: number): number {
    let datagramCount = 0;
    let bytesSent = 0;
    for (let i = 0; i < sentCount; i++) {
      datagramCount += this.#counts[i] as number;
      bytesSent += this.#bytes[i] as number;
    }
    this.bytesSent = bytesSent;
    const refused = Math.max(sentCount, 0);
    this.refusedCount = refused < messageCount ? (this.#counts[refused] as number) : 0;
    return datagramCount;
  }
}

/** How many of the datagrams from `from` on one message can carry: equal ones, and a shorter one at its end. */
export function messageCountAt(lengths: Int32Array, from: number, to: number, segmentLengthMax: number): number {
  const segmentLength = lengths[from] as number;
  if (segmentLength > segmentLengthMax || segmentLength === 0) {
    return 1;
  }
  let bytes = segmentLength;
  let count = 1;
  for (let i = from + 1; i < to && count < UDP_SEGMENTS_MAX; i++) {
    const length = lengths[i] as number;
    bytes += length;
    if (length > segmentLength || length === 0 || bytes > MESSAGE_LENGTH_MAX) {
      break;
    }
    count++;
    if (length < segmentLength) {
      break;
    }
  }
  return count;
}
