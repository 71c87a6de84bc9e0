// SPDX-License-Identifier: Apache-2.0
/** A run of datagrams on a transport that sends one by one. @hot */
import type { DatagramSocket, SocketAddress } from './ports.ts';

/** See `DatagramSocket.sendRun`. */
export function sendEach(
  socket: Pick<DatagramSocket, 'send'>,
  source: Uint8Array,
  offset: number,
  lengths: Int32Array,
  count: number,
  target: SocketAddress | undefined,
): number {
  let at = offset;
  for (let i = 0; i < count; i++) {
    const length = lengths[i] as number;
    if (!isTaken(socket, source, at, length, i > 0, target)) {
      return i;
    }
    at += length;
  }
  return count;
}

/** An error of any but the first is left to the next call, as in a system call that sends several. */
function isTaken(
  socket: Pick<DatagramSocket, 'send'>,
  source: Uint8Array,
  offset: number,
  length: number,
  isFollower: boolean,
  target: SocketAddress | undefined,
): boolean {
  try {
    return socket.send(source, offset, length, target) === length;
  } catch (error) {
    if (isFollower) {
      return false;
    }
    throw error;
  }
}
