// SPDX-License-Identifier: Apache-2.0
/** Measures how long a message takes to the other process and back. */
import type { Publication, Subscription } from '@aeron/client';
import { AtomicBuffer } from '@aeron/core';
import { build, type Histogram } from 'hdr-histogram-js';
import { PEER_TIMEOUT_MS, PING_LENGTH, type Route } from './protocol.ts';

const PERCENTILES = [50, 90, 99, 99.9] as const;
const PINGS_PER_TURN = 1000;
const POLLS_PER_TURN = 1000;

/** How many pings are sent; UDP takes the way through sockets and event loops, and needs more time for each. */
const COUNTS: Record<Route, { readonly warmUp: number; readonly measured: number }> = {
  IPC: { warmUp: 20_000, measured: 100_000 },
  UDP: { warmUp: 500, measured: 5_000 },
};

/** @returns round trips in ns, recorded one ping after the other. */
export async function measureRoundTrips(
  pings: Publication,
  pongs: Subscription,
  route: Route,
  signal: AbortSignal,
): Promise<Histogram> {
  const histogram = build({ highestTrackableValue: 60_000_000_000, numberOfSignificantValueDigits: 3 });
  const message = AtomicBuffer.allocate(PING_LENGTH);
  const { warmUp, measured } = COUNTS[route];
  let echoes = 0;
  const onPong = (): void => {
    echoes++;
  };
  for (let count = 0; count < warmUp + measured; count++) {
    const startNs = process.hrtime.bigint();
    await untilTrue(() => pings.offer(message, 0, PING_LENGTH) > 0, signal);
    await untilTrue(() => {
      pongs.poll(onPong, 1);
      return echoes > count;
    }, signal);
    if (count >= warmUp) {
      histogram.recordValue(Number(process.hrtime.bigint() - startNs));
    }
    if (count % PINGS_PER_TURN === 0) {
      signal.throwIfAborted();
      await new Promise(setImmediate);
    }
  }
  await pings.offerAsync(new Uint8Array(0), { timeoutMs: PEER_TIMEOUT_MS, signal });
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

/** Tries without a pause, but lets the event loop turn now and then. Not async as long as the first tries succeed. */
function untilTrue(attempt: () => boolean, signal: AbortSignal): Promise<void> | undefined {
  for (let i = 0; i < POLLS_PER_TURN; i++) {
    if (attempt()) {
      return undefined;
    }
  }
  return untilTrueLater(attempt, signal);
}

async function untilTrueLater(attempt: () => boolean, signal: AbortSignal): Promise<void> {
  const deadlineMs = Date.now() + PEER_TIMEOUT_MS;
  while (!attempt()) {
    signal.throwIfAborted();
    if (Date.now() > deadlineMs) {
      throw new Error(`no pong from the receiver within ${PEER_TIMEOUT_MS} ms`);
    }
    await new Promise(setImmediate);
  }
}
