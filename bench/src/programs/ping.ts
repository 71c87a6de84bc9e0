// SPDX-License-Identifier: Apache-2.0
/** Measures round trips one by one, without a pause. */
import { AtomicBuffer, type Image, type Publication } from '@aeron/client';
import { connect, integer, text } from './arguments.ts';
import { Latencies } from './latencies.ts';
import { report, turnOfEventLoop } from './window.ts';

const PINGS_PER_TURN = 1_000;
const GIVE_UP_MS = 60_000;

let received = 0;

await using aeron = await connect();
const pings = await aeron.addExclusivePublication(text('channel'), integer('pingStream'));
const subscription = await aeron.addSubscription(text('channel'), integer('pongStream'));
const pongs = await subscription.waitForImage({ timeoutMs: 30_000 });
await pings.waitForSubscriber({ timeoutMs: 30_000 });
await measure(pings, pongs, new Latencies(integer('warmUpCount')));
report((await measure(pings, pongs, new Latencies(integer('count')))).percentiles());

function onPong(): void {
  received++;
}

function roundTripMs(to: Publication, from: Image, message: AtomicBuffer): number {
  const expected = received + 1;
  const startMs = performance.now();
  while (to.offer(message, 0, message.capacity) < 0) {
    checkPatience(startMs);
  }
  let polls = 0;
  while (received < expected) {
    if (from.poll(onPong, 1) === 0 && (++polls & 0xffff) === 0) {
      checkPatience(startMs);
    }
  }
  return performance.now() - startMs;
}

async function measure(to: Publication, from: Image, latencies: Latencies): Promise<Latencies> {
  const message = AtomicBuffer.allocate(integer('length'));
  for (let i = 0; !latencies.isFull; i++) {
    latencies.addMs(roundTripMs(to, from, message));
    if (i % PINGS_PER_TURN === 0) {
      await turnOfEventLoop();
    }
  }
  return latencies;
}

function checkPatience(startMs: number): void {
  if (performance.now() - startMs > GIVE_UP_MS) {
    throw new Error(`no pong within ${GIVE_UP_MS} ms`);
  }
}
