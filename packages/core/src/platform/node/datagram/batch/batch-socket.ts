// SPDX-License-Identifier: Apache-2.0
/**
 * A polled datagram socket over the system's own calls. It needs no event loop: what arrives waits in the kernel until it is
 * polled, and what is sent has left when the call returns, so nothing here ever holds on to a caller's memory.
 *
 * @hot
 * @source aeron-driver/UdpChannelTransport
 */
import { constants } from 'node:os';
import {
  type DatagramHandler,
  type DatagramOptions,
  type DatagramSocket,
  type SocketAddress,
  UNBOUNDED_BURST,
} from '../../../ports.ts';
import { isTransient } from '../transient-errors.ts';
import { SO_RCVBUF, SO_SNDBUF, SocketName } from './linux-constants.ts';
import type { MemoryAddresses } from './memory-addresses.ts';
import { type NativeSockets, systemCallError } from './native-sockets.ts';
import type { Readiness } from './readiness.ts';
import type { ReceiveBatch } from './receive-batch.ts';
import { CONTENT, type SendBatch, TARGET } from './send-batch.ts';
import type { SocketOpener } from './socket-opener.ts';
import type { TargetNames } from './target-names.ts';

/** What the sockets of one thread share. */
export interface BatchParts {
  readonly native: NativeSockets;
  readonly opener: SocketOpener;
  readonly targets: TargetNames;
  readonly addresses: MemoryAddresses;
  readonly receiveBatch: ReceiveBatch;
  readonly sendBatch: SendBatch;
  readonly readiness: Readiness;
  /** The longest datagram that the kernel is asked to cut out of several; 0: none. */
  readonly segmentLengthMax: number;
  readonly isCoalescing: boolean;
}

/** Datagrams of one call of `sendRun`. */
export const RUN_LIMIT = 64;
/**
 * Of datagrams that the kernel does not join. It charges a receive buffer more than they carry (2,304 bytes for 1,408; 16,640 for 8 KiB),
 * and a quarter of what is read comes back late: a buffer of 128 KiB, which Linux doubles, takes 85 of 1,408 at the worst, fewer than
 * its window lets out.
 */
export const BURST_LENGTH = 64 * 1024;

/** Of a kernel, a path or a device that does not cut this message. */
const { EINVAL, EIO, EMSGSIZE, EOPNOTSUPP, ENOPROTOOPT } = constants.errno;
const NOT_CUT: ReadonlySet<number> = new Set([EINVAL, EIO, EMSGSIZE, EOPNOTSUPP, ENOPROTOOPT]);

export class BatchSocket implements DatagramSocket {
  state: DatagramSocket['state'];
  error: Error | undefined;
  localAddress: SocketAddress | undefined;
  readonly isReconnecting = false; // done when the call returns
  reconnectError: Error | undefined;
  receiveBufferLength: number;
  sendBufferLength: number;
  readonly droppedCount = 0; // what finds the receive buffer full is dropped by the kernel
  readonly runLimit = RUN_LIMIT;
  readonly #parts: BatchParts;
  #descriptor: number;
  #isConnected: boolean;
  #isWatched: boolean;
  #segmentLengthMax: number;

  constructor(options: DatagramOptions, parts: BatchParts) {
    this.state = 'failed';
    this.error = undefined;
    this.localAddress = undefined;
    this.reconnectError = undefined;
    this.receiveBufferLength = 0;
    this.sendBufferLength = 0;
    this.#parts = parts;
    this.#descriptor = -1;
    this.#isConnected = options.connect !== undefined;
    this.#isWatched = false;
    this.#segmentLengthMax = parts.segmentLengthMax;
    this.#open(options);
  }

  get burstLength(): number {
    const { segmentLengthMax } = this.#parts;
    return segmentLengthMax > 0 && this.#segmentLengthMax === segmentLengthMax ? UNBOUNDED_BURST : BURST_LENGTH;
  }

  poll(handler: DatagramHandler, context: number, limit: number): number {
    if (this.state !== 'open') {
      return 0;
    }
    if (!this.#isWatched) {
      this.#watch();
    }
    const { receiveBatch } = this.#parts;
    const count = receiveBatch.receive(this.#descriptor, limit);
    return count > 0 ? receiveBatch.deliver(count, handler, context) : this.#onNothingReceived(count);
  }

  send(source: Uint8Array, offset: number, length: number, target?: SocketAddress): number {
    if (this.state !== 'open') {
      return 0;
    }
    const { native, sendBatch } = this.#parts;
    this.#prepare(source, offset, length, target);
    return sendBatch.sendOne(this.#descriptor, length) ? length : this.#onRefused(native.errno(), length);
  }

  sendRun(source: Uint8Array, offset: number, lengths: Int32Array, count: number, target?: SocketAddress): number {
    if (this.state !== 'open') {
      return 0;
    }
    const { native, sendBatch } = this.#parts;
    this.#prepare(source, offset, totalLength(lengths, count), target);
    let sentCount = 0;
    while (sentCount < count) {
      const sent = sendBatch.send(this.#descriptor, lengths, sentCount, count, this.#segmentLengthMax);
      sentCount += sent;
      if (sent === 0 && !this.#mayRetry(native.errno(), lengths[sentCount] as number, sentCount > 0)) {
        break;
      }
    }
    return sentCount;
  }

  /** @cold */
  reconnect(target: SocketAddress): void {
    if (this.state !== 'open') {
      return;
    }
    try {
      this.#parts.opener.connect(this.#descriptor, target);
      this.#isConnected = true;
      this.reconnectError = undefined;
    } catch (error) {
      this.reconnectError = error as Error;
    }
  }

  /** @cold */
  close(): void {
    if (this.#descriptor >= 0) {
      this.#parts.native.close(this.#descriptor);
      this.#descriptor = -1;
    }
    this.state = 'closed';
  }

  /** @cold */
  #open(options: DatagramOptions): void {
    const { opener, isCoalescing } = this.#parts;
    try {
      this.#descriptor = opener.open(options, isCoalescing && (options.isBulkReceiver ?? false));
      this.localAddress = opener.localAddress(this.#descriptor);
      this.receiveBufferLength = opener.bufferLength(this.#descriptor, SO_RCVBUF);
      this.sendBufferLength = opener.bufferLength(this.#descriptor, SO_SNDBUF);
      this.state = 'open';
    } catch (error) {
      this.close();
      this.state = 'failed';
      this.error = error as Error;
    }
  }

  /** @cold */
  #watch(): void {
    this.#parts.readiness.add(this.#descriptor);
    this.#isWatched = true;
  }

  /** Fills the registers of a send. */
  #prepare(source: Uint8Array, offset: number, length: number, target: SocketAddress | undefined): void {
    const { addresses, targets, sendBatch } = this.#parts;
    addresses.locate(source, offset, length, sendBatch.registers, CONTENT);
    if (this.#isConnected) {
      sendBatch.nameLength = 0;
    } else if (target === undefined) {
      throwNoTarget();
    } else {
      targets.locate(target, sendBatch.registers, TARGET);
      sendBatch.nameLength = target.family === 'IPv6' ? SocketName.IPV6_LENGTH : SocketName.IPV4_LENGTH;
    }
  }

  #onNothingReceived(count: number): number {
    const errno = count < 0 ? this.#parts.native.errno() : 0;
    if (errno !== 0 && !isTransient(errno)) {
      throwSystemCallError('recvmmsg', errno, 0);
    }
    return 0;
  }

  /** One datagram was refused. @returns 0 where that passes. */
  #onRefused(errno: number, length: number): number {
    if (!isTransient(errno)) {
      throwSystemCallError('send', errno, length);
    }
    return 0;
  }

  /**
   * The first of several datagrams was refused: whether to try again, because so many at once were the reason.
   *
   * @param isPartial whether some have been sent: then the error is left for the next call.
   * @cold
   */
  #mayRetry(errno: number, length: number, isPartial: boolean): boolean {
    if (this.#parts.sendBatch.refusedCount > 1 && NOT_CUT.has(errno)) {
      // The path takes no such long packets, or the device can't sum up what is cut: it never will on this socket.
      this.#segmentLengthMax = errno === EINVAL || errno === EMSGSIZE ? length - 1 : 0;
      return true;
    }
    if (!isPartial) {
      this.#onRefused(errno, length);
    }
    return false;
  }
}

function totalLength(lengths: Int32Array, count: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) {
    total += lengths[i] as number;
  }
  return total;
}

function throwNoTarget(): never {
  throw new Error('a socket that is not connected needs a target address to send to');
}

function throwSystemCallError(call: string, errno: number, length: number): never {
  throw systemCallError(call, errno, `length=${length}`);
}
