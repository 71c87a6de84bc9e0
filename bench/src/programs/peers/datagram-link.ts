// SPDX-License-Identifier: Apache-2.0
/** Node's datagram sockets as they are: nothing is sent again, nothing holds the sender back. */
import { createSocket, type RemoteInfo } from 'node:dgram';
import type { Link, LinkKind, LinkOptions } from './link.ts';

const HOST = '127.0.0.1';
/** Then the sender lets its event loop turn, without which nothing would go out. */
const SENDS_PER_TURN = 64;
const BUFFER_LENGTH = 4 * 1024 * 1024;

async function open({ role, address, onMessage }: LinkOptions): Promise<Link> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => {
    socket.bind(role === 'main' ? Number(address) : 0, HOST, resolve);
  });
  socket.setRecvBufferSize(BUFFER_LENGTH);
  socket.setSendBufferSize(BUFFER_LENGTH);
  let remotePort = role === 'main' ? 0 : Number(address);
  socket.on('message', (bytes: Uint8Array, { port }: RemoteInfo) => {
    remotePort = port;
    onMessage(bytes);
  });
  let sent = 0;
  return {
    send: (bytes) => {
      socket.send(bytes, remotePort, HOST);
      return ++sent % SENDS_PER_TURN === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined;
    },
    close: () => socket.close(),
  };
}

export const datagramLink: LinkKind = { open, isInThread: false };
