// SPDX-License-Identifier: Apache-2.0
/**
 * Sends back what ping sends, until it is interrupted.
 *
 * @source aeron-samples/Pong
 */
import { parseOptions } from './options/parse-options.ts';
import { echo } from './ping-pong/pong.ts';
import { connect, PRINT_IMAGES } from './support/connect.ts';
import { runProgram } from './support/program.ts';

await runProgram('pong', async (interruption) => {
  const options = parseOptions({
    name: 'pong',
    description: 'Sends back what ping sends.',
    options: ['pingChannel', 'pingStreamId', 'pongChannel', 'pongStreamId', 'exclusive'],
  });
  const { pingChannel, pingStreamId, pongChannel, pongStreamId, exclusivePublications } = options.settings;
  console.log(`Subscribing Ping at ${pingChannel} on stream id ${pingStreamId}`);
  console.log(`Publishing Pong at ${pongChannel} on stream id ${pongStreamId}`);
  console.log(`Using exclusive publications: ${exclusivePublications}`);

  await using session = await connect(options, interruption, PRINT_IMAGES);
  const { aeron, stopping } = session;
  const pings = await aeron.addSubscription(pingChannel, pingStreamId, { signal: stopping });
  const pongs = exclusivePublications
    ? await aeron.addExclusivePublication(pongChannel, pongStreamId, { signal: stopping })
    : await aeron.addPublication(pongChannel, pongStreamId, { signal: stopping });

  await echo(pings, pongs, options.settings, stopping);
  console.log('Shutting down...');
});
