// SPDX-License-Identifier: Apache-2.0
/** Receives as fast as it can for a while, then ends. */
import type { Subscription } from '@aeron/client';
import { connect, integer, text } from './arguments.ts';
import { Receiving } from './receiving.ts';
import { MeasuredWindow, report, Stopwatch, turnOfEventLoop } from './window.ts';

const POLLS_PER_BATCH = 1_000;
const SLICE_MS = 50;
const MESSAGES_PER_CLOCK_READ = 1_000;

await using aeron = await connect();
const receiving = await Receiving.open(aeron, text('channel'));
await receiving.waitForConnections();
await (text('reading') === 'iterate' ? iterate(receiving) : poll(receiving));

async function pollFor(from: Receiving, durationMs: number): Promise<void> {
  const whole = new Stopwatch();
  while (whole.elapsedMs < durationMs) {
    const slice = new Stopwatch();
    while (slice.elapsedMs < Math.min(SLICE_MS, durationMs)) {
      for (let i = 0; i < POLLS_PER_BATCH; i++) {
        from.poll();
      }
    }
    await turnOfEventLoop();
  }
}

async function poll(from: Receiving): Promise<void> {
  await pollFor(from, integer('warmUpMs'));
  const window = new MeasuredWindow(from.received);
  await pollFor(from, integer('windowMs'));
  report(window.end(from.received));
}

/** The same by `for await`, as a Node program would write it. */
async function iterate(from: Receiving): Promise<void> {
  const [subscription] = from.subscriptions as [Subscription];
  const whole = new Stopwatch();
  let window: MeasuredWindow | undefined;
  let received = 0;
  for await (const message of subscription.messages()) {
    received += message.data.length === 0 ? 0 : 1;
    if (received % MESSAGES_PER_CLOCK_READ === 0) {
      if (window === undefined && whole.elapsedMs > integer('warmUpMs')) {
        window = new MeasuredWindow(received);
      }
      if (window !== undefined && window.elapsedMs > integer('windowMs')) {
        break;
      }
    }
  }
  report({ ...window?.end(received) });
}
