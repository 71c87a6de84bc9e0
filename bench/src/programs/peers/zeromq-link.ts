// SPDX-License-Identifier: Apache-2.0
/** zeromq.js, the best-known messaging package of npm for this kind of work. Its address decides between IPC and TCP. */
import type { Link, LinkKind, LinkOptions } from './link.ts';

/** As much of zeromq.js as is used here: it is optional, so its types may be missing. */
interface MessageSocket extends AsyncIterable<readonly Uint8Array[]> {
  linger: number;
  bind(address: string): Promise<void>;
  connect(address: string): void;
  send(bytes: Uint8Array): Promise<void>;
  close(): void;
}

interface ZeroMq {
  readonly version: string;
  readonly Pair: new () => MessageSocket;
  readonly Push: new () => MessageSocket;
  readonly Pull: new () => MessageSocket;
}

/** A name that is not known at compile time. */
const PACKAGE: string = 'zeromq';

async function open({ role, address, isOneWay, onMessage }: LinkOptions): Promise<Link> {
  const { Pair, Push, Pull } = (await import(PACKAGE)) as ZeroMq;
  const socket = isOneWay ? (role === 'main' ? new Pull() : new Push()) : new Pair();
  socket.linger = 0;
  if (role === 'main') {
    await socket.bind(address);
  } else {
    socket.connect(address);
  }
  if (!isOneWay || role === 'main') {
    void receive(socket, onMessage);
  }
  return { send: (bytes) => socket.send(bytes), close: () => socket.close() };
}

async function receive(socket: MessageSocket, onMessage: LinkOptions['onMessage']): Promise<void> {
  for await (const [bytes] of socket) {
    if (bytes !== undefined) {
      onMessage(bytes);
    }
  }
}

export const zeroMqLink: LinkKind = { open, isInThread: false };
