// SPDX-License-Identifier: Apache-2.0
/**
 * Ways to reach a 64-bit field of shared memory: what core/buffer/int64.ts does, and what else it could do. The numbers of
 * docs/adr/0001-int64-access.md come from here.
 *
 *     npx tsx bench/micro/int64-access.ts
 */
import { AtomicBuffer } from '../../packages/core/src/buffer/atomic-buffer.ts';
import { fenceAfterRelease, fullFence } from '../../packages/core/src/buffer/fence.ts';
import { measure } from './micro.ts';

const CALLS = 5_000_000;
const TWO_POW_32 = 4294967296;
const SMALLEST_SUBNORMAL = 2 ** -1074;

const buffer = AtomicBuffer.allocate(4096);
const { bigInt64, float64, int32, view } = buffer;
let sum = 0;

/** Runs over 16 fields, each a cache line of its own. */
function overFields(operation: (offset: number, i: number) => void): (count: number) => void {
  return (count) => {
    for (let i = 0; i < count; i++) {
      operation((i & 15) << 7, i);
    }
  };
}

const cases: Record<string, (offset: number, i: number) => void> = {
  'load: getInt64 (plain, untearable)': (offset) => {
    sum += buffer.getInt64(offset);
  },
  'load: getInt64Volatile': (offset) => {
    sum += buffer.getInt64Volatile(offset);
  },
  'load: Number(Atomics.load(BigInt64Array))': (offset) => {
    sum += Number(Atomics.load(bigInt64, offset >> 3));
  },
  'load: Number(BigInt64Array[i])': (offset) => {
    sum += Number(bigInt64[offset >> 3]);
  },
  'load: high, low, high again, by Atomics': (offset) => {
    const index = offset >> 2;
    let high = Atomics.load(int32, index + 1);
    for (;;) {
      const low = Atomics.load(int32, index);
      const again = Atomics.load(int32, index + 1);
      if (again === high) {
        sum += high * TWO_POW_32 + (low >>> 0);
        return;
      }
      high = again;
    }
  },
  'load: double scaled by the smallest subnormal': (offset) => {
    sum += (float64[offset >> 3] as number) / SMALLEST_SUBNORMAL;
  },
  'load: two DataView halves (may tear)': (offset) => {
    sum += buffer.getInt64Unaligned(offset);
  },
  'store: putInt64 (plain, untearable)': (offset, i) => buffer.putInt64(offset, i),
  'store: putInt64Release': (offset, i) => buffer.putInt64Release(offset, i),
  'store: putInt64Release, across 2^32 each time': (offset, i) =>
    buffer.putInt64Release(offset, (((i >> 4) & 1) + 1) * TWO_POW_32),
  'store: Atomics.store(BigInt64Array, BigInt(n))': (offset, i) => {
    Atomics.store(bigInt64, offset >> 3, BigInt(i));
  },
  'store: BigInt64Array[i] = BigInt(n)': (offset, i) => {
    bigInt64[offset >> 3] = BigInt(i);
  },
  'store: double scaled by the smallest subnormal': (offset, i) => {
    float64[offset >> 3] = i * SMALLEST_SUBNORMAL;
  },
  'add: getAndAddInt64': (offset) => {
    sum += buffer.getAndAddInt64(offset, 1);
  },
  'add: Number(Atomics.add(BigInt64Array))': (offset) => {
    sum += Number(Atomics.add(bigInt64, offset >> 3, BigInt(1)));
  },
  'compare and set: compareAndSetInt64, failing': (offset) => {
    buffer.compareAndSetInt64(offset, -1, 0);
  },
  'int32: plain load (DataView)': (offset) => {
    sum += view.getInt32(offset, true);
  },
  'int32: getInt32Volatile': (offset) => {
    sum += buffer.getInt32Volatile(offset);
  },
  'int32: plain store (DataView)': (offset, i) => view.setInt32(offset, i, true),
  'int32: putInt32Release': (offset, i) => buffer.putInt32Release(offset, i),
  'int32: getAndAddInt32': (offset) => {
    sum += buffer.getAndAddInt32(offset, 1);
  },
  'fence: after a release store': () => fenceAfterRelease(),
  'fence: full': () => fullFence(),
};

const only = process.argv[2];
for (const [name, operation] of Object.entries(cases)) {
  if (only === undefined || name.includes(only)) {
    measure(name, CALLS, overFields(operation));
  }
}
console.log(`(checksum ${sum})`);
