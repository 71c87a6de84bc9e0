// SPDX-License-Identifier: Apache-2.0
/**
 * Prints the messages of a stream that may come by several channels, until it is interrupted. A publisher may send by one of
 * them or by all: each message is printed once.
 *
 * @source aeron-samples/basic_mds_subscriber
 */
import { createIdleStrategy, FragmentAssembler } from '@aeron/client';
import { parseOptions } from './options/parse-options.ts';
import { busyLoop } from './support/busy-loop.ts';
import { connect, PRINT_IMAGES } from './support/connect.ts';
import { runProgram } from './support/program.ts';

const CHANNEL = 'aeron:udp?control-mode=manual';

await runProgram('basic-mds-subscriber', async (interruption) => {
  const options = parseOptions({
    name: 'basic-mds-subscriber',
    description: 'Prints the messages of a stream that may come by several channels.',
    options: ['channel', 'streamId', 'fragmentLimit'],
    operand: { usage: '[channel...]', doc: 'further channels by which the stream may come' },
    defaults: { 'aeron.sample.idleStrategy': 'sleep-ms' },
  });
  const { channel, streamId, fragmentLimit, idleStrategy } = options.settings;

  await using session = await connect(options, interruption, PRINT_IMAGES);
  const { aeron, stopping } = session;
  const subscription = await aeron.addSubscription(CHANNEL, streamId, { signal: stopping });
  for (const destination of [channel, ...options.operands]) {
    await subscription.addDestination(destination, { signal: stopping });
    console.log(`Subscribing to channel ${destination} on stream id ${streamId}`);
  }
  console.log(`Subscription channel status ${subscription.channelStatus}`);
  const assembler = new FragmentAssembler((buffer, offset, length, header) => {
    const text = buffer.getUtf8(offset, length);
    console.log(`Message to stream ${streamId} from session ${header.sessionId} (${length} bytes) <<${text}>>`);
  });

  await busyLoop(
    () => subscription.poll(assembler.onFragment, fragmentLimit),
    createIdleStrategy(idleStrategy),
    stopping,
  );
  console.log('Shutting down...');
});
