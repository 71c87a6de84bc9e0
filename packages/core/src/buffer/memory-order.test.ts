// SPDX-License-Identifier: Apache-2.0
import type * as MemoryOrder from './memory-order.ts';

const VARIABLE = 'AERON_MEMORY_ORDER';

function loadWith(order: string | undefined): typeof MemoryOrder {
  const before = process.env[VARIABLE];
  if (order === undefined) {
    delete process.env[VARIABLE];
  } else {
    process.env[VARIABLE] = order;
  }
  let loaded: typeof MemoryOrder | undefined;
  jest.isolateModules(() => {
    loaded = jest.requireActual<typeof MemoryOrder>('./memory-order.ts');
  });
  if (before === undefined) {
    delete process.env[VARIABLE];
  } else {
    process.env[VARIABLE] = before;
  }
  return loaded as typeof MemoryOrder;
}

describe('ordered access', () => {
  it('is plain only where the processor keeps order by itself', () => {
    expect(loadWith(undefined).IS_STRONGLY_ORDERED).toBe(process.arch === 'x64');
    expect(loadWith('atomics').IS_STRONGLY_ORDERED).toBe(false);
  });

  it.each(['processor', 'atomics'])('loads what was stored (%s)', (order) => {
    const { loadInt32Acquire, storeInt32Release } = loadWith(order);
    const words = new Int32Array(4);
    for (const value of [0, 1, -1, 0x7fffffff, -0x80000000]) {
      storeInt32Release(words, 2, value);
      expect([...words]).toEqual([0, 0, value, 0]);
      expect(loadInt32Acquire(words, 2)).toBe(value);
    }
  });
});
