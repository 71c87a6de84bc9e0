// SPDX-License-Identifier: Apache-2.0
/**
 * Receives files into a directory until it is interrupted. Start file-sender as well. The reference's sample brings a media
 * driver along; this one does so with -Daeron.sample.embeddedMediaDriver=true.
 *
 * @source aeron-samples/FileReceiver
 */
import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { createIdleStrategy, FragmentAssembler } from '@aeron/client';
import { decode } from './files/file-messages.ts';
import { IncomingFiles } from './files/incoming-files.ts';
import { parseOptions } from './options/parse-options.ts';
import { busyLoop } from './support/busy-loop.ts';
import { connect, PRINT_IMAGES } from './support/connect.ts';
import { runProgram } from './support/program.ts';

await runProgram('file-receiver', async (interruption) => {
  const options = parseOptions({
    name: 'file-receiver',
    description: 'Receives files into a directory.',
    options: ['channel', 'streamId', 'fragmentLimit'],
    operand: { usage: '[directory]', doc: 'where to store them (default: that of temporary files)' },
    defaults: { 'aeron.sample.idleStrategy': 'sleep-ms' },
  });
  const { channel, streamId, fragmentLimit, idleStrategy } = options.settings;
  const directory = resolve(options.operands[0] ?? tmpdir());
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`not a directory: ${directory}`);
  }
  console.log(`Files stored to ${directory}`);

  await using session = await connect(options, interruption);
  const { aeron, stopping } = session;
  const files = new IncomingFiles(directory);
  const subscription = await aeron.addSubscription(channel, streamId, {
    signal: stopping,
    unavailableImageHandler: (image) => {
      PRINT_IMAGES.unavailableImageHandler(image);
      files.onStreamEnd(image.sessionId);
    },
  });
  console.log(`Receiving from ${channel} on stream id ${streamId}`);
  const assembler = new FragmentAssembler((buffer, offset, length, { sessionId }) => {
    try {
      files.onMessage(decode(buffer, offset, length), sessionId);
    } catch (error) {
      // Whatever one sender says, the others are still to be served.
      console.error(error instanceof Error ? error.message : String(error));
    }
  });

  await busyLoop(
    () => subscription.poll(assembler.onFragment, fragmentLimit),
    createIdleStrategy(idleStrategy),
    stopping,
  );
  console.log('Shutting down...');
});
