// SPDX-License-Identifier: Apache-2.0
import { memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bytes, SubscriptionFixture } from '../testing/subscription-fixture.ts';
import { ControlledAction } from './controlled-action.ts';
import { ControlledFragmentAssembler } from './controlled-fragment-assembler.ts';
import { FragmentAssembler } from './fragment-assembler.ts';
import type { BlockHandler, FragmentHandler, RawBlockHandler } from './handlers.ts';
import { ImageControlledFragmentAssembler } from './image-controlled-fragment-assembler.ts';
import { ImageFragmentAssembler } from './image-fragment-assembler.ts';

const TERM_LENGTH = 512 * 1024;
const MESSAGE_COUNT = TERM_LENGTH / 64;
const ROUNDS = 25;
/** As many messages as the other polls take at once. */
const BLOCK_LENGTH = 256;
/** Room for what the measuring itself and the optimiser leave behind; a number boxed per poll would be four times that. */
const MAX_GROWN_BYTES = 200_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function growthOf(readAll: () => void): number {
  collectGarbage();
  const before = memoryUsage().heapUsed;
  for (let i = 0; i < ROUNDS; i++) {
    readAll();
  }
  return memoryUsage().heapUsed - before;
}

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
  const onBlock: BlockHandler = (buffer, offset, length) => {
    sum = (sum + buffer.getInt32(offset) + length) | 0;
  };
  const onRawBlock: RawBlockHandler = (_path, fileOffset, _buffer, _offset, length) => {
    sum = (sum + fileOffset + length) | 0;
  };
  function readNext(): number {
    const header = image.peekFrame();
    if (header !== undefined) {
      image.advanceTo(header.position);
      return 1;
    }
    return 0;
  }

  function readAll(poll: () => number): void {
    fixture.counters.putInt64(image.subscriberPositionId * 128, 0);
    while (poll() > 0) {
      // All of it.
    }
  }

  function measure(poll: () => number): number {
    return growthOf(() => readAll(poll));
  }

  it.each<[string, () => number]>([
    ['Subscription.poll', () => fixture.subscription.poll(handler, 4)],
    ['Image.controlledPoll', () => image.controlledPoll(commit, 4)],
    ['Image.boundedPoll', () => image.boundedPoll(handler, TERM_LENGTH, 4)],
    ['Image.boundedControlledPoll', () => image.boundedControlledPoll(commit, TERM_LENGTH, 4)],
    ['Image.blockPoll', () => image.blockPoll(onBlock, BLOCK_LENGTH)],
    ['Image.rawPoll', () => image.rawPoll(onRawBlock, BLOCK_LENGTH)],
    ['Image.peekFrame and advanceTo', readNext],
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

describe('putting fragments together allocates nothing', () => {
  const fixture = new SubscriptionFixture();
  const { image, log } = fixture.addImage({ termLength: TERM_LENGTH });
  const payload = bytes(32);
  const fragmentFlags = [0x80, 0, 0x40] as const; // begins, goes on, ends
  const messageCount = Math.floor(MESSAGE_COUNT / fragmentFlags.length);
  for (let i = 0; i < messageCount; i++) {
    for (const flags of fragmentFlags) {
      log.append({ payload, flags });
    }
  }
  let messages = 0;
  const handler: FragmentHandler = () => {
    messages++;
  };
  const goOn = (): typeof ControlledAction.CONTINUE => {
    messages++;
    return ControlledAction.CONTINUE;
  };
  const assembler = new FragmentAssembler(handler);
  const controlled = new ControlledFragmentAssembler(goOn);
  const ofImage = new ImageFragmentAssembler(handler);
  const controlledOfImage = new ImageControlledFragmentAssembler(goOn);

  it.each<[string, () => number]>([
    ['FragmentAssembler', () => image.poll(assembler.onFragment, 4)],
    ['ControlledFragmentAssembler', () => image.controlledPoll(controlled.onFragment, 4)],
    ['ImageFragmentAssembler', () => image.poll(ofImage.onFragment, 4)],
    ['ImageControlledFragmentAssembler', () => image.controlledPoll(controlledOfImage.onFragment, 4)],
  ])('%s', (_name, poll) => {
    const readAll = (): void => {
      fixture.counters.putInt64(image.subscriberPositionId * 128, 0);
      while (poll() > 0) {
        // All of it.
      }
    };
    messages = 0;
    readAll();
    expect(messages).toBe(messageCount);
    for (let i = 0; i < 10; i++) {
      readAll(); // until optimised
    }
    const grownBytes = Math.min(growthOf(readAll), growthOf(readAll), growthOf(readAll));
    expect(grownBytes).toBeLessThan(MAX_GROWN_BYTES);
  });
});
