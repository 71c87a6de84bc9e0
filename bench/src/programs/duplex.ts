// SPDX-License-Identifier: Apache-2.0
/** Publishes and receives in one thread, which spins: with the driver there are two busy threads. */
import type { Publication } from '@aeron/client';
import { connect, integer, text } from './arguments.ts';
import { type Batch, openPublishing } from './publishing.ts';
import { Receiving } from './receiving.ts';
import { MeasuredWindow, report, Stopwatch, turnOfEventLoop } from './window.ts';

const ATTEMPTS_PER_BATCH = 64;
const POLLS_PER_BATCH = 64;
const TURNS_PER_CLOCK_READ = 16;
const SLICE_MS = 50;

await using aeron = await connect();
const receiving = await Receiving.open(aeron, text('subscribe'));
const { publication, batch } = await openPublishing(aeron, text('publish'));
await receiving.waitForConnections();
await publication.waitForSubscriber({ timeoutMs: 30_000 });
await runFor(publication, batch, receiving, integer('warmUpMs'));
const window = new MeasuredWindow(receiving.received);
await runFor(publication, batch, receiving, integer('windowMs'));
report(window.end(receiving.received));

function takeTurns(to: Publication, send: Batch, from: Receiving): void {
  for (let turn = 0; turn < TURNS_PER_CLOCK_READ; turn++) {
    send(to, ATTEMPTS_PER_BATCH);
    for (let i = 0; i < POLLS_PER_BATCH && from.poll() > 0; i++) {}
  }
}

async function runFor(to: Publication, send: Batch, from: Receiving, durationMs: number): Promise<void> {
  const whole = new Stopwatch();
  while (whole.elapsedMs < durationMs) {
    const slice = new Stopwatch();
    while (slice.elapsedMs < Math.min(SLICE_MS, durationMs)) {
      takeTurns(to, send, from);
    }
    await turnOfEventLoop();
  }
}
