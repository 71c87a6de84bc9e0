// SPDX-License-Identifier: Apache-2.0
import { allocationPerCall } from '@aeron/core/testing';
import { busySender } from '../testing/busy-sender.ts';
import { TERM_LENGTH } from '../testing/ipc-log.ts';
import { multiDestinationChannel, udpChannel } from '../testing/sender-harness.ts';

const CALLS = 50_000;

/** A stream position above 2^31 is boxed where it leaves a function that is not inlined: a few times in a pass. */
const BOXED_POSITIONS_LENGTH = 2 * 64;

describe('a pass of the sender allocates nothing', () => {
  it.each([
    ['to one destination', udpChannel(), 0, 0],
    [
      'to several, with timestamps, far into the stream',
      { ...multiDestinationChannel('dynamic'), sendTimestampOffset: 8 },
      100_000,
      BOXED_POSITIONS_LENGTH,
    ],
  ] as const)('%s', (_name, channel, termCount, boxedLength) => {
    const { prepare, passes, position } = busySender(channel, termCount);
    passes();
    expect(position.get() % TERM_LENGTH).toBe(2112);
    // The clock's own number is read once in each of the two passes.
    const baseLength = 2 * allocationPerCall(prepare, CALLS) + boxedLength;
    expect(allocationPerCall(passes, CALLS) - baseLength).toBeLessThan(8);
  });
});
