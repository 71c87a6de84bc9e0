// SPDX-License-Identifier: Apache-2.0
import { allocationPerCall } from '@aeron/core/testing';
import { busySender, GROUP_TAG } from '../testing/busy-sender.ts';
import { TERM_LENGTH } from '../testing/ipc-log.ts';
import { multiDestinationChannel, udpChannel } from '../testing/sender-harness.ts';

const CALLS = 50_000;

/** Less than two number objects in two passes: whether one of them is shared depends on what the compiler has inlined. */
const ONE_NUMBER_LENGTH = 24;

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
    expect(allocationPerCall(passes, CALLS) - baseLength).toBeLessThan(ONE_NUMBER_LENGTH);
  });

  // Each pass takes 16 status messages and 16 NAKs, and sends a message again for the first of these.
  it.each([
    ['unicast', udpChannel(), undefined],
    ['min', multiDestinationChannel('dynamic'), 'min'],
    ['tagged', multiDestinationChannel('dynamic'), `tagged,g:${GROUP_TAG}`],
  ] as const)('that reads what receivers send back, with %s flow control', (_name, channel, flowControl) => {
    const { prepare, passes, feedback, retransmits } = busySender(channel, 0, flowControl);
    passes();
    const baseLength = 2 * allocationPerCall(prepare, CALLS);
    expect(allocationPerCall(feedback, CALLS) - baseLength).toBeLessThan(ONE_NUMBER_LENGTH);
    expect(retransmits.get()).toBeGreaterThan(CALLS);
  });
});
