// SPDX-License-Identifier: Apache-2.0
/**
 * Sends a request a second and prints the responses, which come on a stream of its own. Start response-server as well.
 *
 * @source aeron-samples/response_client
 */
import { createIdleStrategy, FragmentAssembler } from '@aeron/client';
import { parseOptions } from './options/parse-options.ts';
import { busyLoop, DONE } from './support/busy-loop.ts';
import { connect, PRINT_IMAGES } from './support/connect.ts';
import { describeOffer } from './support/describe-offer.ts';
import { linger } from './support/linger.ts';
import { runProgram } from './support/program.ts';

const PAUSE_MS = 1000;

await runProgram('response-client', async (interruption) => {
  const options = parseOptions({
    name: 'response-client',
    description: 'Sends a request a second and prints the responses.',
    options: ['requestChannel', 'requestStreamId', 'responseChannel', 'responseStreamId', 'linger', 'messages'],
    defaults: { 'aeron.sample.idleStrategy': 'sleep-ms' },
  });
  const { requestChannel, requestStreamId, responseChannel, responseStreamId, messages } = options.settings;
  const { fragmentLimit, idleStrategy } = options.settings;

  await using session = await connect(options, interruption, PRINT_IMAGES);
  const { aeron, stopping } = session;
  const responsesTo = `${responseChannel}|control-mode=response`;
  console.log(`Subscribing to response channel ${responsesTo} on stream id ${responseStreamId}`);
  const responses = await aeron.addSubscription(responsesTo, responseStreamId, { signal: stopping });
  // Tells whoever gets the requests where the responses belong.
  const requestsTo = `${requestChannel}|response-correlation-id=${responses.registrationId}`;
  console.log(`Publishing to channel ${requestsTo} on stream id ${requestStreamId}`);
  const requests = await aeron.addPublication(requestsTo, requestStreamId, { signal: stopping });

  const assembler = new FragmentAssembler((buffer, offset, length, header) => {
    const text = buffer.getUtf8(offset, length);
    console.log(
      `Response to stream ${responseStreamId} from session ${header.sessionId} (${length} bytes) <<${text}>>`,
    );
  });
  for (let i = 0; i < messages && !stopping.aborted; i++) {
    console.log(`Offering ${i}/${messages} - ${describeOffer(requests.offer(`Hello World! ${i}`), 'yay!')}`);
    if (!requests.isConnected) {
      console.log('No active subscribers detected');
    }
    const pauseEndMs = performance.now() + PAUSE_MS;
    await busyLoop(
      () => (performance.now() > pauseEndMs ? DONE : responses.poll(assembler.onFragment, fragmentLimit)),
      createIdleStrategy(idleStrategy),
      stopping,
    );
  }
  console.log('Done sending.');
  await linger(options.settings, stopping);
});
