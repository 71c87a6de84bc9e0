// SPDX-License-Identifier: Apache-2.0
/** Publishes as fast as it can from when somebody subscribes until nobody does: DIRECTORY KIND LENGTH. */
import { Aeron, type Publication } from '@aeron/client';
import { type Batch, openPublishing } from './publishing.ts';
import { MeasuredWindow, turnOfEventLoop } from './window.ts';

const ATTEMPTS_PER_BATCH = 10_000;
/** How long it keeps the thread to itself; the client must look after its driver twice a second. */
const SLICE_MS = 50;

const [aeronDirectoryName = '', kind = '', length = ''] = process.argv.slice(2);
await using aeron = await Aeron.connect({ aeronDirectoryName });
const { publication, batch } = await openPublishing(aeron, kind);
await publication.waitForSubscriber({ timeoutMs: 30_000 });
await publish(publication, batch, Number(length));

async function publish(to: Publication, send: Batch, messageLength: number): Promise<void> {
  while (to.isConnected) {
    const slice = new MeasuredWindow(0);
    while (to.isConnected && slice.elapsedMs < SLICE_MS) {
      send(to, messageLength, ATTEMPTS_PER_BATCH);
    }
    await turnOfEventLoop();
  }
}
