// SPDX-License-Identifier: Apache-2.0
/** Receives as fast as it can for a while, then ends: DIRECTORY KIND WARM_UP_MS WINDOW_MS. */
import { Aeron, type AtomicBuffer, type Header, type Subscription } from '@aeron/client';
import { CHANNEL, FRAGMENT_LIMIT, STREAM_ID } from './agreement.ts';
import { MeasuredWindow, report, turnOfEventLoop } from './window.ts';

const POLLS_PER_BATCH = 1_000;
const SLICE_MS = 50;
const MESSAGES_PER_CLOCK_READ = 1_000;

let received = 0;
let receivedLength = 0;

const [aeronDirectoryName = '', kind = '', warmUp = '', windowLength = ''] = process.argv.slice(2);
await using aeron = await Aeron.connect({ aeronDirectoryName });
const subscription = await aeron.addSubscription(CHANNEL, STREAM_ID);
await subscription.waitForConnection({ timeoutMs: 30_000 });
await (kind === 'iterate' ? iterate : poll)(subscription, Number(warmUp), Number(windowLength));

function onFragment(_buffer: AtomicBuffer, _offset: number, length: number, _header: Header): void {
  received++;
  receivedLength += length;
}

function pollBatch(from: Subscription): void {
  for (let i = 0; i < POLLS_PER_BATCH; i++) {
    from.poll(onFragment, FRAGMENT_LIMIT);
  }
}

async function pollFor(from: Subscription, durationMs: number): Promise<void> {
  const whole = new MeasuredWindow(0);
  while (whole.elapsedMs < durationMs) {
    const slice = new MeasuredWindow(0);
    while (slice.elapsedMs < Math.min(SLICE_MS, durationMs)) {
      pollBatch(from);
    }
    await turnOfEventLoop();
  }
}

async function poll(from: Subscription, warmUpMs: number, windowMs: number): Promise<void> {
  await pollFor(from, warmUpMs);
  const window = new MeasuredWindow(received);
  await pollFor(from, windowMs);
  report({ ...window.end(received), receivedLength });
}

/** The same by `for await`, as a Node program would write it. */
async function iterate(from: Subscription, warmUpMs: number, windowMs: number): Promise<void> {
  const whole = new MeasuredWindow(0);
  let window: MeasuredWindow | undefined;
  for await (const message of from.messages()) {
    received++;
    receivedLength += message.data.length;
    if (received % MESSAGES_PER_CLOCK_READ === 0) {
      if (window === undefined && whole.elapsedMs > warmUpMs) {
        window = new MeasuredWindow(received);
      }
      if (window !== undefined && window.elapsedMs > windowMs) {
        break;
      }
    }
  }
  report({ ...window?.end(received), receivedLength });
}
