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

/** Registers: where the next datagram lies, and the name of whom it goes to. */
export const CONTENT = 0;
export const TARGET = 1;

export class SendBatch {
  /** Addresses are kept here, since as values of calls and fields they would be objects of their own. */
  readonly registers: Float64Array;
  /** Bytes of the name; 0 on a connected socket. */
  nameLength = 0;
  /** Out: datagrams of the first message that was not sent. */
  refusedCount = 0;
  readonly #native: NativeSockets;
  readonly #headers: NativeBlock;
  readonly #iovecs: NativeBlock;
  readonly #controls: NativeBlock;
  readonly #counts: Int32Array;
  readonly #bytes: Int32Array;

  constructor(native: NativeSockets) {
    this.registers = new Float64Array(2);
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

  /** Sends one datagram. @returns whether it was sent; else the system's error number tells why. */
  sendOne(descriptor: number, length: number): boolean {
    this.#describe(0, length);
    this.#headers.putInt32(MessageHeader.CONTROL_LENGTH, 0);
    return this.#native.sendmmsg(descriptor, this.#headers.bytes, 1, SEND_FLAGS) === 1;
  }

  /**
   * Sends what begins at the register, which is moved behind what was sent.
   *
   * @param lengths of the datagrams; those from `from` to before `to` are sent.
   * @param segmentLengthMax the longest that the kernel is asked to cut; 0: none.
   * @returns datagrams sent; 0 with the reason in the system's error number.
   */
  send(descriptor: number, lengths: Int32Array, from: number, to: number, segmentLengthMax: number): number {
    const start = this.registers[CONTENT] as number;
    let messageCount = 0;
    for (let i = from; i < to && messageCount < SEND_BATCH_MAX; messageCount++) {
      const count = messageCountAt(lengths, i, to, segmentLengthMax);
      this.#put(messageCount, lengths, i, count);
      i += count;
    }
    this.registers[CONTENT] = start;
    const sentCount = this.#native.sendmmsg(descriptor, this.#headers.bytes, messageCount, SEND_FLAGS);
    return this.#tally(sentCount, messageCount);
  }

  /** One message, which the register is moved behind. */
  #put(index: number, lengths: Int32Array, from: number, count: number): void {
    let bytes = 0;
    for (let i = from; i < from + count; i++) {
      bytes += lengths[i] as number;
    }
    this.#describe(index, bytes);
    const header = index * MessageHeader.LENGTH;
    this.#headers.putInt32(header + MessageHeader.CONTROL_LENGTH, count > 1 ? ControlMessage.LENGTH : 0);
    if (count > 1) {
      this.#controls.putUint16(index * ControlMessage.LENGTH + ControlMessage.VALUE, lengths[from] as number);
    }
    this.#counts[index] = count;
    this.#bytes[index] = bytes;
    this.registers[CONTENT] = (this.registers[CONTENT] as number) + bytes;
  }

  /** What goes out and to whom. */
  #describe(index: number, length: number): void {
    const header = index * MessageHeader.LENGTH;
    const iovec = index * Iovec.LENGTH;
    this.#iovecs.putWord(iovec + Iovec.BASE, this.registers[CONTENT] as number);
    this.#iovecs.putWord(iovec + Iovec.BYTES, length);
    this.#headers.putWord(header + MessageHeader.NAME, this.nameLength > 0 ? (this.registers[TARGET] as number) : 0);
    this.#headers.putInt32(header + MessageHeader.NAME_LENGTH, this.nameLength);
  }

  #tally(sentCount: number, messageCount: number): number {
    let datagramCount = 0;
    let bytesSent = 0;
    for (let i = 0; i < sentCount; i++) {
      datagramCount += this.#counts[i] as number;
      bytesSent += this.#bytes[i] as number;
    }
    this.registers[CONTENT] = (this.registers[CONTENT] as number) + bytesSent;
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
