// SPDX-License-Identifier: Apache-2.0
/**
 * Receives messages and prints once a second how many, until it is interrupted. Start streaming-publisher as well.
 *
 * @source aeron-samples/RateSubscriber
 */
import { createIdleStrategy, FragmentAssembler } from '@aeron/client';
import { parseOptions } from './options/parse-options.ts';
import { busyLoop } from './support/busy-loop.ts';
import { connect, PRINT_IMAGES } from './support/connect.ts';
import { runProgram } from './support/program.ts';
import { RateReporter } from './support/rate-reporter.ts';

await runProgram('rate-subscriber', async (interruption) => {
  const options = parseOptions({
    name: 'rate-subscriber',
    description: 'Receives messages and prints how many.',
    options: ['channel', 'streamId', 'fragmentLimit'],
  });
  const { channel, streamId, fragmentLimit, idleStrategy } = options.settings;
  console.log(`Subscribing to ${channel} on stream id ${streamId}`);

  await using session = await connect(options, interruption, PRINT_IMAGES);
  const { aeron, stopping } = session;
  const subscription = await aeron.addSubscription(channel, streamId, { signal: stopping });
  using reporter = new RateReporter().start();
  const assembler = new FragmentAssembler((_buffer, _offset, length) => reporter.onMessage(length));

  await busyLoop(
    () => subscription.poll(assembler.onFragment, fragmentLimit),
    createIdleStrategy(idleStrategy),
    stopping,
  );
  console.log('Shutting down...');
  console.log(reporter.total());
});
