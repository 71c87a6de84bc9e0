// SPDX-License-Identifier: Apache-2.0
/**
 * As embedded-ipc-throughput, with messages that are written where subscribers read them, instead of copied there.
 *
 * @source aeron-samples/EmbeddedBufferClaimIpcThroughput, aeron-samples/EmbeddedExclusiveBufferClaimIpcThroughput
 */
import { BufferClaim } from '@aeron/client';
import { runThroughput } from './embedded/throughput.ts';

await runThroughput({
  name: 'embedded-buffer-claim-ipc-throughput',
  description: 'Measures how many claimed messages a second go through shared memory.',
  module: import.meta.url,
  sender: (publication, messageLength) => {
    const claim = new BufferClaim();
    return (index) => {
      const result = publication.tryClaim(messageLength, claim);
      if (result > 0) {
        claim.buffer.putInt32(claim.offset, index);
        claim.commit();
      }
      return result;
    };
  },
});
