// SPDX-License-Identifier: Apache-2.0
/**
 * Finds out what the kernel does, by having it do it on the loopback when a transport is made: a sandbox may know a call and
 * refuse its use.
 */
import type { SocketAddress } from '../../../ports.ts';
import { type BatchParts, BatchSocket } from './batch-socket.ts';
import { UDP_GRO, UDP_SEGMENT } from './linux-constants.ts';

const LOOPBACK: SocketAddress = { family: 'IPv4', address: '127.0.0.1', port: 0 };
/** At least two go into one message. */
const SEGMENT_LENGTH_MAX = 32768;
/** Of the datagrams that are sent for a try. */
const LENGTHS = Int32Array.of(64, 64, 32);
const TOTAL_LENGTH = 160;
const POLLS_MAX = 16;

/** @throws Error where there is neither UDP_SEGMENT nor UDP_GRO. */
export function probeOffload({ native, opener }: BatchParts): Pick<BatchParts, 'segmentLengthMax' | 'isCoalescing'> {
  const descriptor = opener.open({ bind: LOOPBACK }, false);
  try {
    const isCutting = opener.trySetUdpOption(descriptor, UDP_SEGMENT, SEGMENT_LENGTH_MAX);
    const isCoalescing = opener.trySetUdpOption(descriptor, UDP_GRO, 1);
    if (!isCutting && !isCoalescing) {
      throw new Error('the kernel has neither UDP_SEGMENT nor UDP_GRO');
    }
    return { segmentLengthMax: isCutting ? SEGMENT_LENGTH_MAX : 0, isCoalescing };
  } finally {
    native.close(descriptor);
  }
}

/** Sends a run and takes it. @throws Error when anything of it does not arrive as it was sent. */
export function exchange(parts: BatchParts): void {
  const receiver = new BatchSocket({ bind: LOOPBACK, isBulkReceiver: true }, parts);
  const sender = new BatchSocket({ bind: LOOPBACK }, parts);
  try {
    const target = receiver.localAddress;
    const failure = receiver.error ?? sender.error;
    if (failure !== undefined || target === undefined) {
      throw failure ?? new Error('a socket has no address');
    }
    const sentCount = sender.sendRun(new Uint8Array(TOTAL_LENGTH), 0, LENGTHS, LENGTHS.length, target);
    const received: number[] = [];
    for (let i = 0; i < POLLS_MAX && received.length < sentCount; i++) {
      receiver.poll((_bytes, _offset, length) => received.push(length), 0, LENGTHS.length);
    }
    if (received.join() !== LENGTHS.join()) {
      throw new Error(`a run of datagrams arrived otherwise: sent=${LENGTHS.join()} received=${received.join()}`);
    }
  } finally {
    sender.close();
    receiver.close();
  }
}
