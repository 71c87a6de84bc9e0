// SPDX-License-Identifier: Apache-2.0
/** Publishes as fast as it can from when somebody subscribes until nobody does. */
import type { Publication } from '@aeron/client';
import { connect, text } from './arguments.ts';
import { type Batch, openPublishing } from './publishing.ts';
import { Stopwatch, turnOfEventLoop } from './window.ts';

const ATTEMPTS_PER_BATCH = 10_000;
/** How long it keeps the thread to itself; the client must look after its driver twice a second. */
const SLICE_MS = 50;

await using aeron = await connect();
const { publication, batch } = await openPublishing(aeron, text('channel'));
await publication.waitForSubscriber({ timeoutMs: 30_000 });
await publish(publication, batch);

async function publish(to: Publication, send: Batch): Promise<void> {
  while (to.isConnected) {
    const slice = new Stopwatch();
    while (to.isConnected && slice.elapsedMs < SLICE_MS) {
      send(to, ATTEMPTS_PER_BATCH);
    }
    await turnOfEventLoop();
  }
}
