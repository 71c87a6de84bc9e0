// SPDX-License-Identifier: Apache-2.0
/**
 * The same measurements with what a Node program would otherwise use: how many messages a second arrive, or how long a round trip
 * takes. Starts its other side itself.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker } from 'node:worker_threads';
import { integer, text } from '../arguments.ts';
import { Latencies } from '../latencies.ts';
import { MeasuredWindow, report, Stopwatch } from '../window.ts';
import { datagramLink } from './datagram-link.ts';
import type { Link, LinkKind } from './link.ts';
import { messageChannelLink, useWorker } from './message-channel-link.ts';
import { zeroMqLink } from './zeromq-link.ts';

const KINDS: Readonly<Record<string, LinkKind>> = {
  dgram: datagramLink,
  MessageChannel: messageChannelLink,
  'zeromq.js': zeroMqLink,
};
const SAMPLES_MAX = 2_000_000;
/** Sent by the other side until it is answered; shorter than any message. */
const HELLO = new Uint8Array(1);
const FIRST_PING_RETRY_MS = 100;
const CLOCK_READ_MS = 20;

const kind = KINDS[text('peer')];
if (kind === undefined) {
  throw new Error(`no such peer: ${text('peer')}`);
}
await (text('role') === 'main' ? runMain(kind) : runOther(kind));

async function runMain(link: LinkKind): Promise<void> {
  const other = startOther(link);
  try {
    report(await (text('mode') === 'rate' ? rate(link) : roundTrips(link)));
  } finally {
    other();
  }
  process.exit(0);
}

/** @returns ends it. */
function startOther(link: LinkKind): () => void {
  const file = fileURLToPath(import.meta.url);
  const argv = process.argv.slice(2).map((argument) => (argument === 'role=main' ? 'role=other' : argument));
  if (link.isInThread) {
    const worker = new Worker(file, { argv });
    useWorker(worker);
    return () => undefined; // the process ends, and the thread with it
  }
  const child: ChildProcess = spawn(process.execPath, [file, ...argv], { stdio: ['pipe', 'ignore', 'inherit'] });
  return () => child.kill('SIGKILL');
}

async function rate({ open }: LinkKind): Promise<object> {
  let received = 0;
  await open({
    role: 'main',
    address: text('address'),
    isOneWay: text('mode') === 'rate',
    onMessage: () => received++,
  });
  await until(() => received > 0);
  const warmUp = new Stopwatch();
  await until(() => warmUp.elapsedMs > integer('warmUpMs'));
  const window = new MeasuredWindow(received);
  await until(() => window.elapsedMs > integer('windowMs'));
  return window.end(received);
}

async function roundTrips({ open }: LinkKind): Promise<object> {
  let onMessage: () => void = () => undefined;
  let isMet = false;
  const link = await open({
    role: 'main',
    address: text('address'),
    isOneWay: text('mode') === 'rate',
    onMessage: (bytes) => {
      if (!isMet || bytes.length !== HELLO.length) {
        onMessage();
      }
    },
  });
  await new Promise<void>((resolve) => {
    onMessage = resolve; // the other side is there
  });
  isMet = true;
  const message = new Uint8Array(integer('length'));
  const measureFor = async (durationMs: number): Promise<Latencies> => {
    const latencies = new Latencies(SAMPLES_MAX);
    const whole = new Stopwatch();
    while (whole.elapsedMs < durationMs && !latencies.isFull) {
      const roundTrip = new Stopwatch();
      await new Promise<void>((resolve) => {
        onMessage = resolve;
        void link.send(message);
      });
      latencies.addMs(roundTrip.elapsedMs);
    }
    return latencies;
  };
  await measureFor(integer('warmUpMs'));
  return (await measureFor(integer('windowMs'))).percentiles();
}

async function runOther({ open }: LinkKind): Promise<void> {
  if (isMainThread) {
    process.stdin.once('end', () => process.exit(1)).resume(); // the one that started it is gone
  }
  let isMet = false;
  const link: Link = await open({
    role: 'other',
    address: text('address'),
    isOneWay: text('mode') === 'rate',
    onMessage: (bytes) => {
      isMet = true;
      void link.send(bytes);
    },
  });
  const message = new Uint8Array(integer('length'));
  if (text('mode') === 'rate') {
    for (;;) {
      const wait = link.send(message);
      if (wait !== undefined) {
        await wait;
      }
    }
  }
  while (!isMet) {
    await link.send(HELLO);
    await new Promise((resolve) => setTimeout(resolve, FIRST_PING_RETRY_MS));
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, CLOCK_READ_MS));
  }
}
