// SPDX-License-Identifier: Apache-2.0
/** A MessageChannel between two threads of one process. */
import { type MessagePort, parentPort, type Worker } from 'node:worker_threads';
import type { Link, LinkKind, LinkOptions } from './link.ts';

/** The queue has no bound of its own: after so many messages the sender waits until the other side has them. */
const MESSAGES_PER_CREDIT = 1_000;
const CREDIT = 'credit';

let worker: Worker | undefined;

/** @param other the thread of the other side. */
export function useWorker(other: Worker): void {
  worker = other;
}

async function open({ role, onMessage }: LinkOptions): Promise<Link> {
  const port = (role === 'main' ? worker : parentPort) as MessagePort | Worker;
  let sent = 0;
  let received = 0;
  let goOn: () => void = () => undefined;
  port.on('message', (message: Uint8Array | typeof CREDIT) => {
    if (message === CREDIT) {
      goOn();
      return;
    }
    onMessage(message);
    if (++received % MESSAGES_PER_CREDIT === 0) {
      port.postMessage(CREDIT);
    }
  });
  return {
    send: (bytes) => {
      port.postMessage(bytes);
      return ++sent % MESSAGES_PER_CREDIT === 0 ? new Promise<void>((resolve) => (goOn = resolve)) : undefined;
    },
    close: () => ('terminate' in port ? void port.terminate() : port.close()),
  };
}

export const messageChannelLink: LinkKind = { open, isInThread: true };
