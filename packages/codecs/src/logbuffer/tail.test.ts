// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer } from '@aeron/core/internal';
import fc from 'fast-check';
import { activeTermCount } from './metadata.ts';
import { indexByTermCount } from './position.ts';
import {
  initialiseTails,
  packTail,
  producerPosition,
  RawTail,
  rotateLog,
  rotateLogExclusive,
  tailOffset,
} from './tail.ts';

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

function tails(metadata: AtomicBuffer): { termId: number; claimedLength: number }[] {
  return [0, 1, 2].map((index) => ({ ...new RawTail().read(metadata, index) }));
}

describe('log tails', () => {
  it('start at the given place, with the terms before it in the other partitions', () => {
    fc.assert(
      fc.property(int32, fc.integer({ min: 0, max: 2 ** 31 - 1 }), (initialTermId, termCount) => {
        const metadata = AtomicBuffer.allocate(4096);
        const termId = (initialTermId + termCount) | 0;
        initialiseTails(metadata, initialTermId, termId, 96);
        const active = termCount % 3;
        expect(activeTermCount(metadata)).toBe(termCount);
        const byIndex = tails(metadata);
        expect(byIndex[active]).toEqual({ termId, claimedLength: 96 });
        expect(byIndex[(active + 1) % 3]).toEqual({ termId: (termId - 2) | 0, claimedLength: 0 });
        expect(byIndex[(active + 2) % 3]).toEqual({ termId: (termId - 1) | 0, claimedLength: 0 });
      }),
    );
  });

  it('pack both words as one int64', () => {
    expect(packTail(-1, 0)).toBe(-4294967296n);
    expect(packTail(2, 0x7fffffff)).toBe(0x2_7fffffffn);
  });

  it('rotate once however many find the term full, also across the wrap of term ids', () => {
    const metadata = AtomicBuffer.allocate(4096);
    const initialTermId = 2 ** 31 - 3;
    initialiseTails(metadata, initialTermId, initialTermId, 0);
    for (let termCount = 0; termCount < 10; termCount++) {
      const termId = (initialTermId + termCount) | 0;
      expect(rotateLog(metadata, termCount, termId)).toBe(true);
      expect(rotateLog(metadata, termCount, termId)).toBe(false);
      expect(activeTermCount(metadata)).toBe(termCount + 1);
      const tail = new RawTail().readActive(metadata);
      expect([tail.termId, tail.claimedLength]).toEqual([(termId + 1) | 0, 0]);
    }
  });

  it('leave a later term alone when a late producer rotates an old one', () => {
    const metadata = AtomicBuffer.allocate(4096);
    initialiseTails(metadata, 0, 0, 0);
    for (let termId = 0; termId < 5; termId++) {
      rotateLog(metadata, termId, termId);
    }
    metadata.getAndAddInt32(tailOffset(indexByTermCount(5)), 640);
    const before = tails(metadata);
    for (let termId = 0; termId < 5; termId++) {
      expect(rotateLog(metadata, termId, termId)).toBe(false);
    }
    expect(tails(metadata)).toEqual(before);
    expect(activeTermCount(metadata)).toBe(5);
  });

  it('finish the rotation of a producer that died between its two steps', () => {
    const metadata = AtomicBuffer.allocate(4096);
    initialiseTails(metadata, 10, 10, 0);
    metadata.putBigInt64(tailOffset(1), packTail(11, 0)); // the tail is set, the term not counted
    expect(rotateLog(metadata, 0, 10)).toBe(true);
    expect(activeTermCount(metadata)).toBe(1);
  });

  it('rotate for an exclusive writer', () => {
    const metadata = AtomicBuffer.allocate(4096);
    initialiseTails(metadata, -1, -1, 64);
    rotateLogExclusive(metadata, 1, 0);
    expect(producerPosition(metadata, 65536, -1)).toBe(65536);
  });

  it('count at most the term length as claimed, whatever producers have added on top', () => {
    const metadata = AtomicBuffer.allocate(4096);
    initialiseTails(metadata, 3, 4, 0);
    metadata.putInt32(tailOffset(1), 0xfffff000 | 0);
    const tail = new RawTail().readActive(metadata);
    expect(tail.claimedLength).toBe(0xfffff000);
    expect(tail.termOffset(65536)).toBe(65536);
    expect(producerPosition(metadata, 65536, 3)).toBe(2 * 65536);
  });
});
