// SPDX-License-Identifier: Apache-2.0
/** Measures round trips one by one, without a pause: DIRECTORY LENGTH WARM_UP_COUNT COUNT. */
import { Aeron, AtomicBuffer, type Image, type Publication } from '@aeron/client';
import { CHANNEL, PING_STREAM_ID, PONG_STREAM_ID } from './agreement.ts';
import { report, turnOfEventLoop } from './window.ts';

const PINGS_PER_TURN = 1_000;
const NS_PER_MS = 1e6;
const PERCENTILES = [50, 90, 99, 99.9] as const;
const GIVE_UP_MS = 60_000;

let received = 0;

const [aeronDirectoryName = '', length = '', warmUpCount = '', count = ''] = process.argv.slice(2);
await using aeron = await Aeron.connect({ aeronDirectoryName });
const pings = await aeron.addExclusivePublication(CHANNEL, PING_STREAM_ID);
const subscription = await aeron.addSubscription(CHANNEL, PONG_STREAM_ID);
const pongs = await subscription.waitForImage({ timeoutMs: 30_000 });
await pings.waitForSubscriber({ timeoutMs: 30_000 });
await measure(pings, pongs, Number(length), Number(warmUpCount));
const roundTripsNs = await measure(pings, pongs, Number(length), Number(count));
roundTripsNs.sort();
report(Object.fromEntries(PERCENTILES.map((percentile) => [`p${percentile}`, valueAt(roundTripsNs, percentile)])));

function onPong(): void {
  received++;
}

function roundTripNs(to: Publication, from: Image, message: AtomicBuffer, messageLength: number): number {
  const expected = received + 1;
  const startMs = performance.now();
  while (to.offer(message, 0, messageLength) < 0) {
    checkPatience(startMs);
  }
  let polls = 0;
  while (received < expected) {
    if (from.poll(onPong, 1) === 0 && (++polls & 0xffff) === 0) {
      checkPatience(startMs);
    }
  }
  return (performance.now() - startMs) * NS_PER_MS;
}

async function measure(to: Publication, from: Image, messageLength: number, pingCount: number): Promise<Float64Array> {
  const message = AtomicBuffer.allocate(messageLength);
  const samples = new Float64Array(pingCount);
  for (let i = 0; i < pingCount; i++) {
    samples[i] = roundTripNs(to, from, message, messageLength);
    if (i % PINGS_PER_TURN === 0) {
      await turnOfEventLoop();
    }
  }
  return samples;
}

function valueAt(sorted: Float64Array, percentile: number): number {
  const index = Math.min(sorted.length - 1, Math.floor((sorted.length * percentile) / 100));
  return sorted[index] ?? Number.NaN;
}

function checkPatience(startMs: number): void {
  if (performance.now() - startMs > GIVE_UP_MS) {
    throw new Error(`no pong within ${GIVE_UP_MS} ms`);
  }
}
