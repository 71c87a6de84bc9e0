// SPDX-License-Identifier: Apache-2.0
/** The second process: for each route takes a file, answers with what it got, then echoes pings until an empty one. */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { Aeron, ControlledAction, type Publication, type Subscription } from '@aeron/client';
import { listen } from './listen.ts';
import {
  type FileOffer,
  type FileReport,
  IPC_CHANNEL,
  PEER_TIMEOUT_MS,
  type Ready,
  ROUTES,
  STREAMS,
} from './protocol.ts';

const POLLS_PER_TURN = 1000;

const aeronDirectoryName = process.argv[2];
if (aeronDirectoryName === undefined) {
  throw new Error('usage: receiver AERON_DIRECTORY');
}

// At the other end of this pipe is the sender: when it has gone there is nothing left to do. It hears Ctrl-C for both.
process.stdin.resume().once('end', () => process.exit(1));
(process.stdin as Socket).unref();
process.on('SIGINT', () => undefined);

await using aeron = await Aeron.connect({ aeronDirectoryName });
const reports = await aeron.addPublication(IPC_CHANNEL, STREAMS.report);

for (const route of ROUTES) {
  const files = await listen(aeron, route, STREAMS.file);
  const pings = await listen(aeron, route, STREAMS.ping);
  const ready: Ready = { fileChannel: files.channel, pingChannel: pings.channel };
  await reports.offerAsync(JSON.stringify(ready), { timeoutMs: PEER_TIMEOUT_MS });

  const { offer, report } = await receiveFile(files.subscription);
  const pongs = await aeron.addExclusivePublication(offer.pongChannel, STREAMS.pong);
  await reports.offerAsync(JSON.stringify(report), { timeoutMs: PEER_TIMEOUT_MS });
  await echoPings(pings.subscription, pongs);
  files.subscription.close();
  pings.subscription.close();
  pongs.close();
}

async function receiveFile(subscription: Subscription): Promise<{ offer: FileOffer; report: FileReport }> {
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
      return { offer, report: { length, sha256: hash.digest('hex') } };
    }
  }
  throw new Error('the sender closed its stream before the file was complete');
}

/**
 * Polls without a pause, as one who wants the shortest way would; returns to the event loop now and then. A ping whose pong is not
 * taken is seen again: the sender may be there before this publication knows that it is connected.
 */
async function echoPings(subscription: Subscription, publication: Publication): Promise<void> {
  let isRunning = true;
  let deadlineMs = Date.now() + PEER_TIMEOUT_MS;
  while (isRunning && Date.now() < deadlineMs) {
    for (let i = 0; i < POLLS_PER_TURN && isRunning; i++) {
      subscription.controlledPoll((buffer, offset, length) => {
        isRunning = length > 0;
        if (isRunning && publication.offer(buffer, offset, length) < 0) {
          return ControlledAction.ABORT;
        }
        deadlineMs = Date.now() + PEER_TIMEOUT_MS;
        return ControlledAction.CONTINUE;
      }, 1);
    }
    await new Promise(setImmediate);
  }
}
