// SPDX-License-Identifier: Apache-2.0
/** From the start of the process to the first message through an embedded driver. */
import { Aeron, AtomicBuffer } from '@aeron/client';
import { MediaDriver } from '@aeron/driver';
import { integer, text } from './arguments.ts';
import { report, turnOfEventLoop } from './window.ts';

let isReceived = false;

await using _driver = await MediaDriver.launch({
  aeronDirectoryName: text('directory'),
  dirDeleteOnStart: true,
  dirDeleteOnShutdown: true,
});
await using aeron = await Aeron.connect({ aeronDirectoryName: text('directory') });
const subscription = await aeron.addSubscription(text('channel'), integer('stream'));
const publication = await aeron.addPublication(text('channel'), integer('stream'));
await publication.waitForSubscriber({ timeoutMs: 30_000 });
const message = AtomicBuffer.allocate(integer('length'));
while (publication.offer(message) < 0) {
  await turnOfEventLoop();
}
while (!isReceived) {
  subscription.poll(() => {
    isReceived = true;
  }, 1);
  await turnOfEventLoop();
}
report({ firstMessageMs: performance.now() }); // since the process started
