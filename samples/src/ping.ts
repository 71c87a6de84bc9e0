// SPDX-License-Identifier: Apache-2.0
/**
 * Measures how long a message takes to another program and back. Start pong first.
 *
 * @source aeron-samples/Ping
 */
import { parseOptions } from './options/parse-options.ts';
import { measureRoundTrips } from './ping-pong/ping.ts';
import { connect, PRINT_IMAGES } from './support/connect.ts';
import { runProgram } from './support/program.ts';

await runProgram('ping', async (interruption) => {
  const options = parseOptions({
    name: 'ping',
    description: 'Measures how long a message takes to pong and back.',
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
  });
  const { pingChannel, pingStreamId, pongChannel, pongStreamId, exclusivePublications } = options.settings;
  console.log(`Publishing Ping at ${pingChannel} on stream id ${pingStreamId}`);
  console.log(`Subscribing Pong at ${pongChannel} on stream id ${pongStreamId}`);
  console.log(`Using exclusive publications: ${exclusivePublications}`);

  await using session = await connect(options, interruption, PRINT_IMAGES);
  const { aeron, stopping } = session;
  const subscription = await aeron.addSubscription(pongChannel, pongStreamId, { signal: stopping });
  const pings = exclusivePublications
    ? await aeron.addExclusivePublication(pingChannel, pingStreamId, { signal: stopping })
    : await aeron.addPublication(pingChannel, pingStreamId, { signal: stopping });
  console.log('Waiting for new image from Pong...');
  const pongs = await subscription.waitForImage({ signal: stopping });

  await measureRoundTrips({ pings, pongs }, options.settings, stopping);
  console.log('Shutting down...');
});
