// SPDX-License-Identifier: Apache-2.0
/** Sends pings one at a time and records how long each takes to come back. */
import { AtomicBuffer, createIdleStrategy, type Image, ImageFragmentAssembler, type Publication } from '@aeron/client';
import { build, type Histogram } from 'hdr-histogram-js';
import type { SampleSettings } from '../options/sample-settings.ts';
import { busyLoop, DONE } from '../support/busy-loop.ts';
import { checkRetryable } from '../support/offer.ts';

const HIGHEST_VALUE_NS = 10_000_000_000;
const SIGNIFICANT_DIGITS = 3;
const NS_PER_MS = 1_000_000;
const TICKS_PER_HALF_DISTANCE = 5;
const NS_PER_US = 1000;

/** Both ends of the conversation as the side that pings has them. */
export interface PingEnds {
  readonly pings: Publication;
  /** What the other side sends back. */
  readonly pongs: Image;
}

/** Warms up, measures, and prints the distribution in µs. */
export async function measureRoundTrips(
  ends: PingEnds,
  settings: SampleSettings,
  stopping: AbortSignal,
): Promise<void> {
  const { messages, messageLength, warmUpCount, warmUpMessages, warmUpIterations } = settings;
  const histogram = build({
    highestTrackableValue: HIGHEST_VALUE_NS,
    numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
  });
  const warmUps = warmUpCount ?? warmUpMessages * warmUpIterations;
  console.log(`Warming up with ${warmUps} messages of length ${messageLength} bytes`);
  const startMs = performance.now();
  await sendPings(ends, warmUps, settings, histogram, stopping);
  console.log(`Warm up complete in ${Math.round(performance.now() - startMs)} ms`);

  histogram.reset();
  console.log(`Pinging ${messages} messages of length ${messageLength} bytes`);
  await sendPings(ends, messages, settings, histogram, stopping);
  console.log('Histogram of RTT latencies in microseconds.');
  console.log(histogram.outputPercentileDistribution(TICKS_PER_HALF_DISTANCE, NS_PER_US));
}

async function sendPings(
  { pings, pongs }: PingEnds,
  count: number,
  { messageLength, fragmentLimit, idleStrategy }: SampleSettings,
  histogram: Histogram,
  stopping: AbortSignal,
): Promise<void> {
  const message = AtomicBuffer.allocate(messageLength);
  let sent = 0;
  let received = 0;
  // Pongs come as they were sent, so each brings the time at which its ping went out. Terms align messages to 32 bytes.
  const assembler = new ImageFragmentAssembler((buffer, offset) => {
    received++;
    histogram.recordValue(Math.min(nowNs() - buffer.getInt64(offset), HIGHEST_VALUE_NS));
  });
  await busyLoop(
    () => {
      if (sent > received) {
        return pongs.poll(assembler.onFragment, fragmentLimit);
      }
      if (sent === count) {
        return DONE;
      }
      message.putInt64(0, nowNs());
      const result = pings.offer(message, 0, messageLength);
      if (result < 0) {
        checkRetryable(result);
        return 0;
      }
      sent++;
      return 1;
    },
    createIdleStrategy(idleStrategy),
    stopping,
  );
}

function nowNs(): number {
  return Math.round(performance.now() * NS_PER_MS);
}
