// SPDX-License-Identifier: Apache-2.0
/**
 * Measures round trips of which both ends are in this thread, which spins: with the driver there are two busy threads. A message
 * goes out on the first channel and is sent back on the second, so that it passes the driver twice. One follows the other at
 * once, or `everyUs` after it began, so that the driver has time to idle.
 */
import { AtomicBuffer, FragmentAssembler, type Publication } from '@aeron/client';
import { connect, FRAGMENT_LIMIT, integer, text } from './arguments.ts';
import { Latencies } from './latencies.ts';
import { report, Stopwatch, turnOfEventLoop } from './window.ts';

const SAMPLES_MAX = 2_000_000;
const SLICE_MS = 50;
const GIVE_UP_MS = 30_000;
const US_PER_MS = 1_000;

let received = 0;

await using aeron = await connect();
const there = await aeron.addSubscription(text('there'), integer('stream'));
const back = await aeron.addSubscription(text('back'), integer('stream'));
const pings = await aeron.addExclusivePublication(text('there'), integer('stream'));
const pongs = await aeron.addExclusivePublication(text('back'), integer('stream'));
await Promise.all([there, back].map((subscription) => subscription.waitForConnection({ timeoutMs: 30_000 })));
await Promise.all([pings, pongs].map((publication) => publication.waitForSubscriber({ timeoutMs: 30_000 })));
const message = AtomicBuffer.allocate(integer('length'));
const echo = new FragmentAssembler((buffer, offset, length) => send(pongs, buffer, offset, length)).onFragment;
const count = new FragmentAssembler(() => {
  received++;
}).onFragment;
await measureFor(integer('warmUpMs'));
report((await measureFor(integer('windowMs'))).percentiles());

function send(to: Publication, buffer: AtomicBuffer, offset: number, length: number): void {
  const patience = new Stopwatch();
  while (to.offer(buffer, offset, length) < 0) {
    if (patience.elapsedMs > GIVE_UP_MS) {
      throw new Error(`could not send within ${GIVE_UP_MS} ms`);
    }
  }
}

function roundTrip(): void {
  const expected = received + 1;
  send(pings, message, 0, message.capacity);
  const patience = new Stopwatch();
  let polls = 0;
  while (received < expected) {
    there.poll(echo, FRAGMENT_LIMIT);
    back.poll(count, FRAGMENT_LIMIT);
    if ((++polls & 0xffff) === 0 && patience.elapsedMs > GIVE_UP_MS) {
      throw new Error(`no message came back within ${GIVE_UP_MS} ms`);
    }
  }
}

function waitUntil(timeMs: number): number {
  let nowMs = performance.now();
  while (nowMs < timeMs) {
    nowMs = performance.now();
  }
  return nowMs;
}

async function measureFor(durationMs: number): Promise<Latencies> {
  const latencies = new Latencies(SAMPLES_MAX);
  const everyMs = integer('everyUs') / US_PER_MS;
  const whole = new Stopwatch();
  while (whole.elapsedMs < durationMs && !latencies.isFull) {
    const slice = new Stopwatch();
    let startMs = performance.now();
    while (slice.elapsedMs < SLICE_MS && !latencies.isFull) {
      roundTrip();
      const endMs = performance.now();
      latencies.addMs(endMs - startMs);
      startMs = everyMs === 0 ? endMs : waitUntil(startMs + everyMs);
    }
    await turnOfEventLoop();
  }
  return latencies;
}
