// SPDX-License-Identifier: Apache-2.0
/** Asks the system for a port that nobody has at the moment. */
import { createSocket } from 'node:dgram';
import type { SocketAddress } from '../../ports.ts';

/** Calls back once, with the error of binding to the address or with the port. */
export function findFreePort(bind: SocketAddress, callback: (error: Error | undefined, port: number) => void): void {
  const socket = createSocket(bind.family === 'IPv6' ? 'udp6' : 'udp4');
  socket.once('error', (error) => {
    socket.close();
    callback(error, 0);
  });
  socket.bind({ port: 0, address: bind.address, exclusive: true }, () => {
    const { port } = socket.address();
    socket.close(() => callback(undefined, port));
  });
}
