// SPDX-License-Identifier: Apache-2.0
/** Asks the operating system for its socket buffer bounds by trying them on a socket of its own. */
import { createSocket, type Socket } from 'node:dgram';
import type { SocketBufferLimits } from '../../ports.ts';

const LENGTH_TRIED = 0x7fffffff;
const UNKNOWN: SocketBufferLimits = { defaultReceive: 0, maxReceive: 0, defaultSend: 0, maxSend: 0 };

/** As the operating system reports them; Linux reports twice what was asked for. */
export function probeBufferLimits(): Promise<SocketBufferLimits> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const finish = (limits: SocketBufferLimits): void => {
      socket.close();
      resolve(limits);
    };
    socket.once('error', () => finish(UNKNOWN));
    socket.bind({ port: 0, address: '127.0.0.1', exclusive: true }, () => finish(measure(socket)));
  });
}

function measure(socket: Socket): SocketBufferLimits {
  const defaultReceive = socket.getRecvBufferSize();
  const defaultSend = socket.getSendBufferSize();
  return {
    defaultReceive,
    defaultSend,
    maxReceive: largest(
      (length) => socket.setRecvBufferSize(length),
      () => socket.getRecvBufferSize(),
    ),
    maxSend: largest(
      (length) => socket.setSendBufferSize(length),
      () => socket.getSendBufferSize(),
    ),
  };
}

/** Linux takes any length and cuts it; BSD systems refuse what is too large, so there the largest accepted one is sought. */
function largest(set: (length: number) => void, get: () => number): number {
  let low = 1;
  let high = LENGTH_TRIED;
  for (let length = high; low < high; length = low + Math.ceil((high - low) / 2)) {
    try {
      set(length);
      low = length;
    } catch {
      high = length - 1;
    }
  }
  return get();
}
