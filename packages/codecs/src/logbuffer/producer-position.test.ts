// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer } from '@aeron/core/internal';
import { allocationPerCall, SeededRandom } from '@aeron/core/testing';
import { activeTermCount } from './metadata.ts';
import { indexByTermCount } from './position.ts';
import { ProducerPosition } from './producer-position.ts';
import { initialiseTails, producerPosition, rotateLog, tailOffset } from './tail.ts';

const TERM_LENGTH = 65536;
/** Its term ids wrap around after four terms. */
const INITIAL_TERM_ID = 2 ** 31 - 5;

function newLog() {
  const metadata = AtomicBuffer.allocate(4096);
  initialiseTails(metadata, INITIAL_TERM_ID, INITIAL_TERM_ID, 0);
  const claim = (length: number) => {
    const termCount = activeTermCount(metadata);
    const before = metadata.getAndAddInt32(tailOffset(indexByTermCount(termCount)), length);
    if (before + length > TERM_LENGTH) {
      rotateLog(metadata, termCount, (INITIAL_TERM_ID + termCount) | 0);
    }
  };
  return { metadata, claim };
}

describe('the position of producers', () => {
  it('is followed wherever the tail goes, over ten terms and the wrap of term ids', () => {
    const random = new SeededRandom(1);
    const { metadata, claim } = newLog();
    const position = new ProducerPosition(metadata, TERM_LENGTH, INITIAL_TERM_ID);
    while (activeTermCount(metadata) < 10) {
      for (let claims = random.nextInt(3); claims > 0; claims--) {
        claim(32 * (1 + random.nextInt(500)));
      }
      const before = position.value;
      expect(position.sample()).toBe(position.value !== before);
      expect(position.value).toBe(producerPosition(metadata, TERM_LENGTH, INITIAL_TERM_ID));
    }
  });

  it('moves where a tail stands in the next term as it stood in this one', () => {
    const { metadata, claim } = newLog();
    claim(TERM_LENGTH);
    claim(64);
    claim(64);
    const position = new ProducerPosition(metadata, TERM_LENGTH, INITIAL_TERM_ID);
    expect(position.value).toBe(TERM_LENGTH + 64);
    claim(TERM_LENGTH);
    claim(64);
    expect([position.sample(), position.value]).toEqual([true, 2 * TERM_LENGTH + 64]);
    expect(position.sample()).toBe(false);
  });

  it('costs no memory to be looked at', () => {
    const position = new ProducerPosition(newLog().metadata, TERM_LENGTH, INITIAL_TERM_ID);
    expect(allocationPerCall(() => void position.sample(), 50_000)).toBeLessThan(8);
  });
});
