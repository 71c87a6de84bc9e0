// SPDX-License-Identifier: Apache-2.0
/** What the embedded throughput samples have in common: a subscriber that prints the rate, a loop that publishes. */
import { createIdleStrategy, type Publication } from '@aeron/client';
import { parseOptions, type SampleOptions } from '../options/parse-options.ts';
import { busyLoop, DONE } from '../support/busy-loop.ts';
import type { Session } from '../support/connect.ts';
import { checkRetryable } from '../support/offer.ts';
import { RateReporter } from '../support/rate-reporter.ts';
import { type Part, runThreads } from './threads.ts';

const CHANNEL = 'aeron:ipc';

/** Makes what sends one message: returns the result of the offer or claim. `index` counts messages. */
export type SenderFactory = (publication: Publication, messageLength: number) => (index: number) => number;

export interface ThroughputProgram {
  readonly name: string;
  readonly description: string;
  readonly module: string;
  readonly sender: SenderFactory;
}

/** Launches driver, publisher and subscriber, each in a thread, and prints the rate until it is interrupted. */
export function runThroughput({ name, description, module, sender }: ThroughputProgram): Promise<void> {
  return runThreads({
    name,
    module,
    parse: () =>
      parseOptions({
        name,
        description,
        options: ['streamId', 'messageLength', 'fragmentLimit', 'messageLimit', 'exclusive'],
      }),
    parts: { subscriber: subscribe, publisher: publisherOf(sender) },
  });
}

async function subscribe({ aeron, stopping }: Session, { settings }: SampleOptions): Promise<void> {
  const { streamId, fragmentLimit, idleStrategy } = settings;
  const limit = settings.messageLimit ?? Number.POSITIVE_INFINITY;
  const subscription = await aeron.addSubscription(CHANNEL, streamId, { signal: stopping });
  using reporter = new RateReporter().start();
  const onFragment = (_buffer: unknown, _offset: number, length: number): void => reporter.onMessage(length);
  await busyLoop(
    () => (reporter.totalMessages >= limit ? DONE : subscription.poll(onFragment, fragmentLimit)),
    createIdleStrategy(idleStrategy),
    stopping,
  );
  console.log(reporter.total());
}

function publisherOf(sender: SenderFactory): Part {
  return async ({ aeron, stopping }, { settings }) => {
    const { streamId, messageLength, exclusivePublications, idleStrategy } = settings;
    const limit = settings.messageLimit ?? Number.POSITIVE_INFINITY;
    const publication = exclusivePublications
      ? await aeron.addExclusivePublication(CHANNEL, streamId, { signal: stopping })
      : await aeron.addPublication(CHANNEL, streamId, { signal: stopping });
    const send = sender(publication, messageLength);
    let sent = 0;
    let backPressureCount = 0;
    await busyLoop(
      () => {
        if (sent >= limit) {
          return DONE;
        }
        const result = send(sent);
        if (result < 0) {
          checkRetryable(result);
          backPressureCount++;
          return 0;
        }
        sent++;
        return 1;
      },
      createIdleStrategy(idleStrategy),
      stopping,
    );
    console.log(`Publisher back pressure ratio: ${(backPressureCount / Math.max(sent, 1)).toFixed(6)}`);
  };
}
