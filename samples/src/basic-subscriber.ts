// SPDX-License-Identifier: Apache-2.0
/**
 * Prints the messages of a stream until it is interrupted. Start basic-publisher as well.
 *
 * @source aeron-samples/BasicSubscriber
 */
import { createIdleStrategy, FragmentAssembler } from '@aeron/client';
import { parseOptions } from './options/parse-options.ts';
import { busyLoop } from './support/busy-loop.ts';
import { connect, PRINT_IMAGES } from './support/connect.ts';
import { runProgram } from './support/program.ts';

await runProgram('basic-subscriber', async (interruption) => {
  const options = parseOptions({
    name: 'basic-subscriber',
    description: 'Prints the messages of a stream.',
    options: ['channel', 'streamId', 'fragmentLimit'],
    // Prints by hand, so a millisecond of rest costs nothing that a person would see.
    defaults: { 'aeron.sample.idleStrategy': 'sleep-ms' },
  });
  const { channel, streamId, fragmentLimit, idleStrategy } = options.settings;
  console.log(`Subscribing to ${channel} on stream id ${streamId}`);

  await using session = await connect(options, interruption, PRINT_IMAGES);
  const { aeron, stopping } = session;
  const subscription = await aeron.addSubscription(channel, streamId, { signal: stopping });
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
