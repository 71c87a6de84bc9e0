// SPDX-License-Identifier: Apache-2.0
/** The second process: takes a file, answers with what it got, then echoes pings until an empty one. */
import { createHash } from 'node:crypto';
import { Aeron, type Publication, type Subscription } from '@aeron/client';
import { CHANNEL, type FileOffer, type FileReport, PEER_TIMEOUT_MS, STREAMS } from './protocol.ts';

const aeronDirectoryName = process.argv[2];
if (aeronDirectoryName === undefined) {
  throw new Error('usage: receiver AERON_DIRECTORY');
}

await using aeron = await Aeron.connect({ aeronDirectoryName });
const files = await aeron.addSubscription(CHANNEL, STREAMS.file);
const reports = await aeron.addPublication(CHANNEL, STREAMS.report);
const pings = await aeron.addSubscription(CHANNEL, STREAMS.ping);
const pongs = await aeron.addExclusivePublication(CHANNEL, STREAMS.pong);

const report = await receiveFile(files);
await reports.offerAsync(JSON.stringify(report), { timeoutMs: PEER_TIMEOUT_MS });
await echoPings(pings, pongs);

async function receiveFile(subscription: Subscription): Promise<FileReport> {
  const hash = createHash('sha256');
  let offer: FileOffer | undefined;
  let length = 0;
  for await (const message of subscription.messages()) {
    if (offer === undefined) {
      offer = JSON.parse(message.text()) as FileOffer;
    } else {
      hash.update(message.data);
      length += message.data.length;
    }
    if (length >= offer.length) {
      break;
    }
  }
  return { length, sha256: hash.digest('hex') };
}

/** Polls without a pause, as one who wants the shortest way would; returns to the event loop now and then. */
async function echoPings(subscription: Subscription, publication: Publication): Promise<void> {
  let isRunning = true;
  const deadlineMs = Date.now() + PEER_TIMEOUT_MS;
  while (isRunning && Date.now() < deadlineMs) {
    for (let i = 0; i < 10_000 && isRunning; i++) {
      subscription.poll((buffer, offset, length) => {
        isRunning = length > 0;
        if (isRunning) {
          publication.offer(buffer, offset, length);
        }
      }, 1);
    }
    await new Promise(setImmediate);
  }
}
