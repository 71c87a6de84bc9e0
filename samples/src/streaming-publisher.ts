// SPDX-License-Identifier: Apache-2.0
/**
 * Publishes messages as fast as the subscribers take them, and prints the rate. Start rate-subscriber as well.
 *
 * @source aeron-samples/StreamingPublisher
 */
import { streamMessages } from './streaming/stream-messages.ts';
import { runProgram } from './support/program.ts';

await runProgram('streaming-publisher', (interruption) =>
  streamMessages({ name: 'streaming-publisher', isExclusive: false, printsRate: true }, interruption),
);
