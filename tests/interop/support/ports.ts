// SPDX-License-Identifier: Apache-2.0
/** UDP ports of the loopback interface that nobody uses. */
import { createSocket } from 'node:dgram';

/** Asks the operating system for a port and gives it back; nothing else on this machine should take it meanwhile. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
