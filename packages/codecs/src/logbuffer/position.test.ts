// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { checkPageSize, checkTermLength, computeLogLength } from './log-buffer-descriptor.ts';
import {
  computeMaxPossiblePosition,
  computePosition,
  computeTermBeginPosition,
  computeTermCount,
  computeTermIdFromPosition,
  computeTermOffsetFromPosition,
  indexByPosition,
  indexByTerm,
  indexByTermCount,
  nextPartitionIndex,
  positionBitsToShift,
} from './position.ts';

const termBits = fc.integer({ min: 16, max: 30 });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const place = termBits.chain((bits) =>
  fc.record({
    bits: fc.constant(bits),
    initialTermId: int32,
    // Positions are exact up to 2^58.
    termCount: fc.integer({ min: 0, max: Math.min(2 ** 31 - 1, 2 ** (58 - bits) - 1) }),
    slot: fc.integer({ min: 0, max: 2 ** (bits - 5) - 1 }),
  }),
);

describe('position arithmetic', () => {
  it('goes from place to position and back, also where term ids wrap around', () => {
    fc.assert(
      fc.property(place, ({ bits, initialTermId, termCount, slot }) => {
        const termLength = 2 ** bits;
        const termId = (initialTermId + termCount) | 0;
        const position = computePosition(termId, slot * 32, termLength, initialTermId);
        expect(BigInt(position)).toBe((BigInt(termCount) << BigInt(bits)) + BigInt(slot * 32));
        expect(computeTermIdFromPosition(position, termLength, initialTermId)).toBe(termId);
        expect(computeTermOffsetFromPosition(position, termLength)).toBe(slot * 32);
        expect(computeTermBeginPosition(termId, termLength, initialTermId)).toBe(position - slot * 32);
        expect(computeTermCount(termId, initialTermId)).toBe(termCount);
        expect(indexByTerm(initialTermId, termId)).toBe(termCount % 3);
        expect(indexByTermCount(termCount)).toBe(termCount % 3);
        expect(indexByPosition(position, termLength)).toBe(termCount % 3);
        expect(positionBitsToShift(termLength)).toBe(bits);
      }),
    );
  });

  it('knows the end of all positions', () => {
    expect(computeMaxPossiblePosition(65536)).toBe(2 ** 47);
    expect(computeMaxPossiblePosition(2 ** 30)).toBe(2 ** 61);
  });

  it('walks the partitions in a ring', () => {
    expect([0, 1, 2].map(nextPartitionIndex)).toEqual([1, 2, 0]);
  });
});

describe('lengths of a log', () => {
  it('aligns the file to its pages, with the metadata inside', () => {
    expect(computeLogLength(65536, 4096)).toBe(3 * 65536 + 4096);
    expect(computeLogLength(65536, 2 * 1024 * 1024)).toBe(2 * 1024 * 1024);
    expect(computeLogLength(2 ** 30, 4096)).toBe(3 * 2 ** 30 + 4096);
  });

  it('refuses what is no power of two or out of bounds, and names it', () => {
    for (const length of [0, 32768, 65537, 98304, 2 ** 31, -65536, Number.NaN]) {
      expect(() => checkTermLength(length)).toThrow(`termLength=${length}`);
    }
    for (const size of [0, 2048, 4097, 2 ** 31]) {
      expect(() => checkPageSize(size)).toThrow(`pageSize=${size}`);
    }
    checkTermLength(65536);
    checkTermLength(2 ** 30);
    checkPageSize(4096);
  });
});
