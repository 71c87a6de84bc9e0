// SPDX-License-Identifier: Apache-2.0
/** Measures how long a message takes to the other process and back. */
import type { Publication, Subscription } from '@aeron/client';
import { AtomicBuffer } from '@aeron/core';
import { build, type Histogram } from 'hdr-histogram-js';
import { PEER_TIMEOUT_MS, PING_LENGTH } from './protocol.ts';

const WARM_UP_COUNT = 20_000;
const PING_COUNT = 100_000;
const PINGS_PER_TURN = 1000;
const PERCENTILES = [50, 90, 99, 99.9] as const;

/** @returns round trips in ns, recorded one ping after the other. */
export async function measureRoundTrips(pings: Publication, pongs: Subscription): Promise<Histogram> {
  const histogram = build({ highestTrackableValue: 10_000_000_000, numberOfSignificantValueDigits: 3 });
  const message = AtomicBuffer.allocate(PING_LENGTH);
  const deadlineMs = Date.now() + PEER_TIMEOUT_MS;
  let echoes = 0;
  const onPong = (): void => {
    echoes++;
  };
  for (let count = 0; count < WARM_UP_COUNT + PING_COUNT; count++) {
    const startNs = process.hrtime.bigint();
    while (pings.offer(message, 0, PING_LENGTH) < 0) {
      checkDeadline(deadlineMs);
    }
    while (echoes <= count) {
      if (pongs.poll(onPong, 1) === 0) {
        checkDeadline(deadlineMs);
      }
    }
    if (count >= WARM_UP_COUNT) {
      histogram.recordValue(Number(process.hrtime.bigint() - startNs));
    }
    if (count % PINGS_PER_TURN === 0) {
      await new Promise(setImmediate);
    }
  }
  await pings.offerAsync(new Uint8Array(0), { timeoutMs: PEER_TIMEOUT_MS });
  return histogram;
}

/** One line a percentile, in µs. */
export function describeRoundTrips(histogram: Histogram): string {
  const row = (name: string, ns: number): string => `  ${name.padEnd(6)} ${(ns / 1000).toFixed(2).padStart(10)} µs`;
  const rows = PERCENTILES.map((percentile) => row(`p${percentile}`, histogram.getValueAtPercentile(percentile)));
  return [
    `round trip of ${PING_LENGTH} bytes between the two processes, ${histogram.totalCount} samples:`,
    ...rows,
    row('max', histogram.maxValue),
  ].join('\n');
}

function checkDeadline(deadlineMs: number): void {
  if (Date.now() > deadlineMs) {
    throw new Error(`no pong from the receiver within ${PEER_TIMEOUT_MS} ms`);
  }
}
