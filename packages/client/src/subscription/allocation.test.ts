// SPDX-License-Identifier: Apache-2.0
import { memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bytes, SubscriptionFixture } from '../testing/subscription-fixture.ts';
import { ControlledAction } from './controlled-action.ts';
import { FragmentAssembler } from './fragment-assembler.ts';
import type { FragmentHandler } from './handlers.ts';

const TERM_LENGTH = 512 * 1024;
const MESSAGE_COUNT = TERM_LENGTH / 64;
const ROUNDS = 25;
/** Room for what the measuring itself and the optimiser leave behind; a number boxed per poll would be four times that. */
const MAX_GROWN_BYTES = 200_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('polling allocates nothing', () => {
  const fixture = new SubscriptionFixture();
  const { image, log } = fixture.addImage({ termLength: TERM_LENGTH });
  const payload = bytes(32);
  for (let i = 0; i < MESSAGE_COUNT; i++) {
    log.append({ payload });
  }
  let sum = 0;
  const handler: FragmentHandler = (buffer, offset, length, header) => {
    sum = (sum + buffer.getInt32(offset) + length + header.termOffset) | 0;
  };
  const commit = (): typeof ControlledAction.COMMIT => ControlledAction.COMMIT;
  const assembler = new FragmentAssembler(handler);

  function readAll(poll: () => number): void {
    fixture.counters.putInt64(image.subscriberPositionId * 128, 0);
    while (poll() > 0) {
      // All of it.
    }
  }

  function measure(poll: () => number): number {
    collectGarbage();
    const before = memoryUsage().heapUsed;
    for (let i = 0; i < ROUNDS; i++) {
      readAll(poll);
    }
    return memoryUsage().heapUsed - before;
  }

  it.each<[string, () => number]>([
    ['Subscription.poll', () => fixture.subscription.poll(handler, 4)],
    ['Image.controlledPoll', () => image.controlledPoll(commit, 4)],
    ['Image.boundedPoll', () => image.boundedPoll(handler, TERM_LENGTH, 4)],
    ['FragmentAssembler', () => fixture.subscription.poll(assembler.onFragment, 4)],
  ])('%s', (_name, poll) => {
    for (let i = 0; i < 10; i++) {
      readAll(poll); // until optimised
    }
    // What allocates does so each time; what the optimiser leaves behind on a busy machine, it does not.
    const grownBytes = Math.min(measure(poll), measure(poll), measure(poll));
    expect(image.position).toBe(TERM_LENGTH);
    expect(sum).toBe(sum | 0);
    expect(grownBytes).toBeLessThan(MAX_GROWN_BYTES);
  });
});
