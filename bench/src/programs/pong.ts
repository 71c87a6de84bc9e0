// SPDX-License-Identifier: Apache-2.0
/** Sends back what it receives, without a pause, until the image is gone. */
import type { AtomicBuffer } from '@aeron/client';
import { connect, FRAGMENT_LIMIT, integer, text } from './arguments.ts';
import { turnOfEventLoop } from './window.ts';

const POLLS_PER_TURN = 100_000;

await using aeron = await connect();
const subscription = await aeron.addSubscription(text('channel'), integer('pingStream'));
const pongs = await aeron.addExclusivePublication(text('channel'), integer('pongStream'));
const pings = await subscription.waitForImage({ timeoutMs: 30_000 });
while (!pings.isClosed && !pings.isEndOfStream) {
  for (let i = 0; i < POLLS_PER_TURN; i++) {
    pings.poll(onPing, FRAGMENT_LIMIT);
  }
  await turnOfEventLoop();
}

function onPing(buffer: AtomicBuffer, offset: number, length: number): void {
  // Not connected any more: the ping side has what it wanted.
  while (pongs.offer(buffer, offset, length) < 0 && pongs.isConnected) {}
}
