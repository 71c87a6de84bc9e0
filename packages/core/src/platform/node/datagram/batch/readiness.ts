// SPDX-License-Identifier: Apache-2.0
/**
 * Waits until a datagram is there for one of the sockets of this thread. Only sockets that somebody polls are watched: what
 * nobody reads would end every wait at once. A socket that is closed leaves by itself.
 *
 * @hot
 */
import { EPOLL_CTL_ADD, EPOLLIN, POLLIN } from './linux-constants.ts';
import { NativeBlock } from './native-block.ts';
import { type NativeSockets, systemCallError } from './native-sockets.ts';

/** EPOLL_CLOEXEC */
const CLOSE_ON_EXEC = 0x80000;
const NS_PER_S = 1_000_000_000;
/** `struct pollfd`, `struct timespec` and `struct epoll_event`. */
const POLL_DESCRIPTOR = 0;
const POLL_EVENTS = 4;
const TIMEOUT = 8;
const EPOLL_EVENT = 24;
const BLOCK_LENGTH = 40;
const TIMEOUT_LENGTH = 16;

const { floor } = Math;

export class Readiness {
  readonly #native: NativeSockets;
  readonly #block: NativeBlock;
  readonly #timeout: Uint8Array;
  #epoll: number;

  constructor(native: NativeSockets) {
    this.#native = native;
    this.#block = new NativeBlock(native, BLOCK_LENGTH);
    this.#timeout = this.#block.bytes.subarray(TIMEOUT, TIMEOUT + TIMEOUT_LENGTH);
    this.#epoll = -1;
  }

  /** @cold */
  add(descriptor: number): void {
    if (this.#epoll < 0) {
      this.#open();
    }
    this.#block.putInt32(EPOLL_EVENT, EPOLLIN);
    this.#block.putWord(EPOLL_EVENT + 4, descriptor);
    if (this.#native.epollControl(this.#epoll, EPOLL_CTL_ADD, descriptor, this.#block.address + EPOLL_EVENT) < 0) {
      throw systemCallError('epoll_ctl', this.#native.errno(), `descriptor=${descriptor}`);
    }
  }

  /** Returns when a datagram is there, the time is over, or a signal has come. */
  wait(timeoutNs: number): void {
    const block = this.#block;
    const seconds = floor(timeoutNs / NS_PER_S);
    block.putWord(TIMEOUT, seconds);
    block.putWord(TIMEOUT + 8, timeoutNs - seconds * NS_PER_S);
    this.#native.ppoll(block.bytes, this.#epoll < 0 ? 0 : 1, this.#timeout, null);
  }

  close(): void {
    if (this.#epoll >= 0) {
      this.#native.close(this.#epoll);
      this.#epoll = -1;
    }
  }

  /** @cold */
  #open(): void {
    this.#epoll = this.#native.epollCreate(CLOSE_ON_EXEC);
    if (this.#epoll < 0) {
      throw systemCallError('epoll_create1', this.#native.errno(), 'no descriptor left');
    }
    this.#block.putInt32(POLL_DESCRIPTOR, this.#epoll);
    this.#block.putInt32(POLL_EVENTS, POLLIN);
  }
}
