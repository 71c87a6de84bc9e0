// SPDX-License-Identifier: Apache-2.0
/** Starts and stops one stream after the other, each for a while, until its input says so. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, integer, text } from './arguments.ts';
import { MeasuredWindow, report } from './window.ts';

const FIRST_STREAM_ID = 5_000;
const HOLD_FOREVER_MS = 86_400_000;

let count = 0;
const ending = new AbortController();
process.stdin.once('data', () => ending.abort());
await using aeron = await connect();
const window = new MeasuredWindow(0);
while (!ending.signal.aborted) {
  const streamId = FIRST_STREAM_ID + ++count;
  await using _subscription = await aeron.addSubscription(text('channel'), streamId);
  using _publication = await aeron.addPublication(text('channel'), streamId);
  await sleep(integer('holdMs') || HOLD_FOREVER_MS, undefined, { signal: ending.signal }).catch(() => undefined);
}
process.stdin.destroy();
report(window.end(count));
