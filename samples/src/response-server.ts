// SPDX-License-Identifier: Apache-2.0
/**
 * Answers each request to the one who sent it, and to nobody else, until it is interrupted. Start response-client as well, once
 * or more often.
 *
 * @source aeron-samples/response_server
 */
import { createIdleStrategy, type Image } from '@aeron/client';
import { parseOptions } from './options/parse-options.ts';
import { RequestSession } from './response/respond.ts';
import { busyLoop } from './support/busy-loop.ts';
import { connect, PRINT_IMAGES } from './support/connect.ts';
import { describeOffer } from './support/describe-offer.ts';
import { runProgram } from './support/program.ts';

await runProgram('response-server', async (interruption) => {
  const options = parseOptions({
    name: 'response-server',
    description: 'Answers each request to the one who sent it.',
    options: ['requestChannel', 'requestStreamId', 'responseChannel', 'responseStreamId'],
    defaults: { 'aeron.sample.idleStrategy': 'sleep-ms' },
  });
  const { requestChannel, requestStreamId, responseChannel, responseStreamId } = options.settings;
  const { fragmentLimit, idleStrategy } = options.settings;
  const to = { channel: responseChannel, streamId: responseStreamId };
  const responder = {
    respond: (request: string, image: Image): string => {
      const length = Buffer.byteLength(request);
      console.log(
        `Message to stream ${requestStreamId} from session ${image.sessionId} (${length} bytes) <<${request}>>`,
      );
      return `responding to message: ${request}`;
    },
    onResponse: (result: number): void => console.log(describeOffer(result, 'response sent!')),
  };
  console.log(`Subscribing to channel ${requestChannel} on stream id ${requestStreamId}`);

  await using session = await connect(options, interruption);
  const { aeron, stopping } = session;
  const sessions = new Map<number, RequestSession>();
  await aeron.addSubscription(requestChannel, requestStreamId, {
    signal: stopping,
    availableImageHandler: (image) => {
      PRINT_IMAGES.availableImageHandler(image);
      sessions.set(image.correlationId, new RequestSession(aeron, image, to, responder));
    },
    unavailableImageHandler: PRINT_IMAGES.unavailableImageHandler,
  });

  await busyLoop(
    () => {
      let workCount = 0;
      for (const [correlationId, each] of sessions) {
        if (each.isOver) {
          sessions.delete(correlationId);
          each.close();
        } else {
          workCount += each.work(fragmentLimit);
        }
      }
      return workCount;
    },
    createIdleStrategy(idleStrategy),
    stopping,
  );
  console.log('Shutting down...');
});
