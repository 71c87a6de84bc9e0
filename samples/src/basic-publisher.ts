// SPDX-License-Identifier: Apache-2.0
/**
 * Publishes a greeting a second and tells how that went. Start basic-subscriber as well, and a media driver (`npx aeronmd`).
 *
 * @source aeron-samples/BasicPublisher
 */
import { CLOSED, MAX_POSITION_EXCEEDED, type Publication } from '@aeron/client';
import { parseOptions } from './options/parse-options.ts';
import { connect } from './support/connect.ts';
import { describeOffer } from './support/describe-offer.ts';
import { linger, pause } from './support/linger.ts';
import { runProgram } from './support/program.ts';

const PAUSE_MS = 1000;

await runProgram('basic-publisher', async (interruption) => {
  const options = parseOptions({
    name: 'basic-publisher',
    description: 'Publishes a greeting a second.',
    options: ['channel', 'streamId', 'messages', 'linger', 'fill'],
  });
  const { channel, streamId, messages } = options.settings;
  console.log(`Publishing to ${channel} on stream id ${streamId}`);

  await using session = await connect(options, interruption);
  const { aeron, stopping } = session;
  const publication = await aeron.addPublication(channel, streamId, { signal: stopping });
  const largeMessage = options.flags.has('fill') ? fillMtu(publication) : undefined;

  for (let i = 0; i < messages && !stopping.aborted; i++) {
    const result = publication.offer(largeMessage ?? `Hello World! ${i}`);
    console.log(`Offering ${i}/${messages} - ${describeOffer(result, 'yay!')}`);
    if (result === CLOSED || result === MAX_POSITION_EXCEEDED) {
      break;
    }
    if (!publication.isConnected) {
      console.log('No active subscribers detected');
    }
    await pause(PAUSE_MS, stopping);
  }
  console.log('Done sending.');
  await linger(options.settings, stopping);
});

/** @returns lines of text, as long as the longest message that goes out unfragmented. */
function fillMtu(publication: Publication): string {
  const length = publication.maxPayloadLength;
  console.log(`Using message of ${length} bytes`);
  return 'This line of text helps to fill a large message, to see whether a large MTU causes trouble.\n'
    .repeat(Math.ceil(length / 64))
    .slice(0, length);
}
