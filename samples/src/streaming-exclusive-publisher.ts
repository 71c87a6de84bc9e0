// SPDX-License-Identifier: Apache-2.0
/**
 * As streaming-publisher, with a publication of which it is the only writer; prints the rate when asked to by `-P`.
 *
 * @source aeron-samples/streaming_exclusive_publisher
 */
import { streamMessages } from './streaming/stream-messages.ts';
import { runProgram } from './support/program.ts';

await runProgram('streaming-exclusive-publisher', (interruption) =>
  streamMessages({ name: 'streaming-exclusive-publisher', isExclusive: true, printsRate: false }, interruption),
);
