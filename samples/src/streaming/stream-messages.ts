// SPDX-License-Identifier: Apache-2.0
/** What the two streaming publishers do. */
import { AtomicBuffer, createIdleStrategy, type Publication } from '@aeron/client';
import { parseOptions, type SampleOptions } from '../options/parse-options.ts';
import { busyLoop, DONE } from '../support/busy-loop.ts';
import { connect } from '../support/connect.ts';
import { linger } from '../support/linger.ts';
import { checkRetryable } from '../support/offer.ts';
import { RateReporter } from '../support/rate-reporter.ts';

const LENGTH_MIN = 8;

export interface StreamingKind {
  readonly name: string;
  readonly isExclusive: boolean;
  /** Without being asked to. */
  readonly printsRate: boolean;
}

/** Sends the messages that the command line asks for. */
export async function streamMessages(kind: StreamingKind, interruption: AbortSignal): Promise<void> {
  const options = parseOptions({
    name: kind.name,
    description: 'Publishes messages as fast as the subscribers take them.',
    options: [
      'channel',
      'streamId',
      'messages',
      'messageLength',
      'linger',
      ...(kind.printsRate ? [] : (['progress'] as const)),
    ],
  });
  const { channel, streamId, messages, messageLength, randomMessageLength } = options.settings;
  const what = `messages of${randomMessageLength ? ' random' : ''} payload length ${messageLength} bytes`;
  console.log(`Streaming ${messages} ${what} to ${channel} on stream id ${streamId}`);

  await using session = await connect(options, interruption);
  const { aeron, stopping } = session;
  const publication = kind.isExclusive
    ? await aeron.addExclusivePublication(channel, streamId, { signal: stopping })
    : await aeron.addPublication(channel, streamId, { signal: stopping });

  using reporter = new RateReporter();
  if (kind.printsRate || options.flags.has('progress')) {
    reporter.start();
  }
  const backPressureCount = await send(publication, options, reporter, stopping);
  console.log('Done sending.');
  console.log(
    `Publisher back pressure ratio ${(backPressureCount / Math.max(reporter.totalMessages, 1)).toPrecision(4)}`,
  );
  console.log(reporter.total());
  await linger(options.settings, stopping);
}

/** @returns how many offers were in vain. */
async function send(
  publication: Publication,
  { settings }: SampleOptions,
  reporter: RateReporter,
  stopping: AbortSignal,
): Promise<number> {
  const { messages, messageLength, randomMessageLength } = settings;
  const message = AtomicBuffer.allocate(messageLength);
  let length = messageLength;
  let sent = 0;
  let backPressureCount = 0;
  await busyLoop(
    () => {
      if (sent === messages) {
        return DONE;
      }
      message.putInt64(0, sent);
      const result = publication.offer(message, 0, length);
      if (result < 0) {
        checkRetryable(result);
        backPressureCount++;
        return 0;
      }
      sent++;
      reporter.onMessage(length);
      if (randomMessageLength) {
        length = LENGTH_MIN + Math.floor(Math.random() * (messageLength - LENGTH_MIN));
      }
      return 1;
    },
    createIdleStrategy(settings.idleStrategy),
    stopping,
  );
  return backPressureCount;
}
