// SPDX-License-Identifier: Apache-2.0
/**
 * Nothing is allocated in accesses of hot paths. In a file of its own: other tests show these functions so many kinds of
 * arguments that the compiler would treat them differently.
 */
import { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { fenceAfterRelease, fullFence } from '../buffer/fence.ts';
import { AtomicCounter } from '../counters/atomic-counter.ts';
import { allocationPerCall } from './allocation.ts';

describe('allocationPerCall', () => {
  it('sees an allocation', () => {
    let kept: unknown;
    expect(
      allocationPerCall(() => {
        kept = [1, 2, 3];
      }, 100_000),
    ).toBeGreaterThan(15);
    expect(kept).toEqual([1, 2, 3]);
  });
});

describe('AtomicBuffer in a hot path', () => {
  // Numbers live in a typed array here: a variable of a closure would box each double that it is given.
  const state = new Float64Array([2 ** 33]);
  const buffer = AtomicBuffer.allocate(4096);
  const source = AtomicBuffer.allocate(256);
  const bytes = new Uint8Array(256);
  const hotAccesses: [name: string, access: () => void][] = [
    [
      'int64 loads and stores',
      () => {
        const position = (state[0] as number) + 32;
        state[0] = position;
        buffer.putInt64(8, position);
        state[1] = buffer.getInt64(8);
      },
    ],
    [
      'ordered int64 loads and stores',
      () => {
        const position = (state[0] as number) + 32;
        state[0] = position;
        buffer.putInt64Release(0, position);
        state[1] = buffer.getInt64Volatile(0);
      },
    ],
    [
      'additions',
      () => {
        state[1] = buffer.getAndAddInt64(24, 1);
        buffer.getAndAddInt32(32, 1);
      },
    ],
    [
      'ordered int32 loads and stores, and fences',
      () => {
        buffer.putInt32Release(16, buffer.getInt32Volatile(16) + 1);
        fenceAfterRelease();
        fullFence();
      },
    ],
    [
      'copies by words',
      () => {
        buffer.putBytes(64, source, 0, 32);
        buffer.putBytes(128, source, 3, 33);
        buffer.putBytes(512, source, 8, 240);
      },
    ],
    [
      'copies of whole buffers and of short ranges of arrays',
      () => {
        buffer.putBytes(512, source, 0, 256);
        buffer.putUint8Array(1024, bytes);
        buffer.putUint8Array(1024, bytes, 4, 12);
      },
    ],
  ];

  it.each(hotAccesses)('allocates nothing in %s', (_name, access) => {
    expect(allocationPerCall(access, 300_000)).toBeLessThan(1);
  });
});

describe('AtomicCounter in a hot path', () => {
  const counter = new AtomicCounter(AtomicBuffer.allocate(128), 0);
  const seen = new Float64Array(1);
  const uses: [name: string, use: () => void][] = [
    ['getAndAddRelease', () => void counter.getAndAddRelease(32)],
    ['increment', () => void counter.increment()],
    ['proposeMaxRelease', () => void counter.proposeMaxRelease(5)],
    [
      'get',
      () => {
        seen[0] = counter.get();
      },
    ],
  ];

  it.each(uses)('allocates nothing in %s', (_name, use) => {
    counter.set(2 ** 40);
    expect(allocationPerCall(use, 200_000)).toBeLessThan(1);
  });
});
