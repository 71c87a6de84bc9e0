// SPDX-License-Identifier: Apache-2.0
/**
 * Driver, ping and pong in one process: how long a message takes from one thread to another and back.
 *
 * @source aeron-samples/EmbeddedPingPong
 */

import { runThreads } from './embedded/threads.ts';
import { parseOptions, type SampleOptions } from './options/parse-options.ts';
import { measureRoundTrips } from './ping-pong/ping.ts';
import { echo } from './ping-pong/pong.ts';
import type { Session } from './support/connect.ts';
import { INTERRUPTED } from './support/program.ts';

const NAME = 'embedded-ping-pong';

await runThreads({
  name: NAME,
  module: import.meta.url,
  parse: () =>
    parseOptions({
      name: NAME,
      description: 'Measures how long a message takes from one thread to another and back.',
      options: [
        'pingChannel',
        'pingStreamId',
        'pongChannel',
        'pongStreamId',
        'messages',
        'messageLength',
        'warmUp',
        'exclusive',
      ],
      defaults: { 'aeron.sample.ping.channel': 'aeron:ipc', 'aeron.sample.pong.channel': 'aeron:ipc' },
    }),
  parts: { ping, pong },
});

async function ping({ aeron, stopping }: Session, { settings }: SampleOptions): Promise<void> {
  const { pingChannel, pingStreamId, pongChannel, pongStreamId, exclusivePublications, messageLength } = settings;
  console.log(`Publishing Ping at ${pingChannel} on stream id ${pingStreamId}`);
  console.log(`Subscribing Pong at ${pongChannel} on stream id ${pongStreamId}`);
  console.log(`Message payload length of ${messageLength} bytes`);
  console.log(`Using exclusive publications: ${exclusivePublications}`);
  const subscription = await aeron.addSubscription(pongChannel, pongStreamId, { signal: stopping });
  const pings = exclusivePublications
    ? await aeron.addExclusivePublication(pingChannel, pingStreamId, { signal: stopping })
    : await aeron.addPublication(pingChannel, pingStreamId, { signal: stopping });
  console.log('Waiting for new image from Pong...');
  const pongs = await subscription.waitForImage({ signal: stopping });
  await measureRoundTrips({ pings, pongs }, settings, stopping);
}

/** Ends with the image of what it echoes. */
async function pong({ aeron, stopping }: Session, { settings }: SampleOptions): Promise<void> {
  const { pingChannel, pingStreamId, pongChannel, pongStreamId, exclusivePublications } = settings;
  const gone = new AbortController();
  const subscription = await aeron.addSubscription(pingChannel, pingStreamId, {
    signal: stopping,
    unavailableImageHandler: () => gone.abort(INTERRUPTED),
  });
  const pongs = exclusivePublications
    ? await aeron.addExclusivePublication(pongChannel, pongStreamId, { signal: stopping })
    : await aeron.addPublication(pongChannel, pongStreamId, { signal: stopping });
  await echo(subscription, pongs, settings, AbortSignal.any([stopping, gone.signal]));
}
