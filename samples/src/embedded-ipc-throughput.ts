// SPDX-License-Identifier: Apache-2.0
/**
 * Driver, publisher and subscriber in one process: how many messages a second go through shared memory.
 *
 * @source aeron-samples/EmbeddedIpcThroughput, aeron-samples/EmbeddedExclusiveIpcThroughput
 */
import { AtomicBuffer } from '@aeron/client';
import { runThroughput } from './embedded/throughput.ts';

await runThroughput({
  name: 'embedded-ipc-throughput',
  description: 'Measures how many messages a second go through shared memory.',
  module: import.meta.url,
  sender: (publication, messageLength) => {
    const message = AtomicBuffer.allocate(messageLength);
    return () => publication.offer(message, 0, messageLength);
  },
});
