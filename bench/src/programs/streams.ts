// SPDX-License-Identifier: Apache-2.0
/**
 * Driver and client by hand in one thread: how long a pass of the driver takes with so many idle streams, each with a publication
 * and a subscription, and how fast they are added and removed.
 */
import { Aeron, type Publication, type Subscription } from '@aeron/client';
import { MediaDriver } from '@aeron/driver';
import { integer, text } from './arguments.ts';
import { report, Stopwatch, turnOfEventLoop } from './window.ts';

const FIRST_STREAM_ID = 2_000;
const WARM_UP_STREAMS = 50;
const PASSES_PER_CLOCK_READ = 10;
const PASSES_PER_TURN = 100;
const NS_PER_MS = 1e6;

await using driver = await MediaDriver.launch({
  aeronDirectoryName: text('directory'),
  threadingMode: 'INVOKER',
  dirDeleteOnStart: true,
  dirDeleteOnShutdown: true,
});
const { invoker } = driver;
await using aeron = await Aeron.connect({
  aeronDirectoryName: text('directory'),
  useConductorAgentInvoker: true,
  driverAgentInvoker: invoker,
});
const channel = `${text('channel')}${text('channel') === 'aeron:ipc' ? '?' : '|'}term-length=64k`;
// Once before the clock runs, so that what is measured has been compiled.
await cycle(Math.min(integer('streams'), WARM_UP_STREAMS), 0);
report(await cycle(integer('streams'), integer('windowMs')));

async function cycle(count: number, windowMs: number): Promise<object> {
  const publications: Publication[] = [];
  const subscriptions: Subscription[] = [];
  const adding = new Stopwatch();
  for (let i = 0; i < count; i++) {
    subscriptions.push(await aeron.addSubscription(channel, FIRST_STREAM_ID + i));
    publications.push(await aeron.addPublication(channel, FIRST_STREAM_ID + i));
  }
  const addMs = adding.elapsedMs;
  while (!publications.every(({ isConnected }) => isConnected) || !subscriptions.every((one) => one.isConnected)) {
    await turnOfBoth();
  }
  await passNs(windowMs / 2);
  const mean = await passNs(windowMs);
  const removing = new Stopwatch();
  for (const one of [...publications, ...subscriptions]) {
    one.close();
  }
  while (aeron.hasActiveCommands()) {
    await turnOfBoth();
  }
  const removeMs = removing.elapsedMs;
  return { addPerSecond: (count * 1e3) / addMs, removePerSecond: (count * 1e3) / removeMs, passNs: mean };
}

async function turnOfBoth(): Promise<void> {
  invoker.invoke();
  aeron.conductorAgentInvoker?.invoke();
  await turnOfEventLoop();
}

/** @returns the mean time of a pass. */
async function passNs(durationMs: number): Promise<number> {
  const whole = new Stopwatch();
  let inPassesMs = 0;
  let passes = 0;
  while (whole.elapsedMs < durationMs) {
    const startMs = performance.now();
    for (let i = 0; i < PASSES_PER_CLOCK_READ; i++) {
      invoker.invoke();
    }
    inPassesMs += performance.now() - startMs;
    passes += PASSES_PER_CLOCK_READ;
    aeron.conductorAgentInvoker?.invoke();
    if (passes % PASSES_PER_TURN === 0) {
      await turnOfEventLoop();
    }
  }
  return passes === 0 ? 0 : (inPassesMs * NS_PER_MS) / passes;
}
