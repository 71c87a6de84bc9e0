// SPDX-License-Identifier: Apache-2.0
/** Sends back what it receives, without a pause, until the image is gone: DIRECTORY. */
import { Aeron, type AtomicBuffer } from '@aeron/client';
import { CHANNEL, PING_STREAM_ID, PONG_STREAM_ID } from './agreement.ts';
import { turnOfEventLoop } from './window.ts';

const POLLS_PER_TURN = 100_000;

const [aeronDirectoryName = ''] = process.argv.slice(2);
await using aeron = await Aeron.connect({ aeronDirectoryName });
const subscription = await aeron.addSubscription(CHANNEL, PING_STREAM_ID);
const pongs = await aeron.addExclusivePublication(CHANNEL, PONG_STREAM_ID);
const pings = await subscription.waitForImage({ timeoutMs: 30_000 });
while (!pings.isClosed && !pings.isEndOfStream) {
  for (let i = 0; i < POLLS_PER_TURN; i++) {
    pings.poll(onPing, 10);
  }
  await turnOfEventLoop();
}

function onPing(buffer: AtomicBuffer, offset: number, length: number): void {
  // Not connected any more: the ping side has what it wanted.
  while (pongs.offer(buffer, offset, length) < 0 && pongs.isConnected) {}
}
