// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { AtomicBuffer } from './atomic-buffer.ts';
import { INT64_MAX_AS_NUMBER } from './int64.ts';

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Values around each boundary that matters: of the low word, of exact numbers, of patterns that are NaNs as doubles. */
const exact = fc.oneof(
  fc.maxSafeInteger(),
  fc.nat(),
  fc.constantFrom(0, -1, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1, -(2 ** 32), -(2 ** 31)),
  fc.nat(2 ** 20).map((n) => 2 ** 32 * n - 1),
);
const anyBits = fc.oneof(
  fc.bigInt({ min: INT64_MIN, max: INT64_MAX }),
  fc.constantFrom(INT64_MAX, INT64_MIN, 0x7ff0000000000001n, 0x7ff8000000000000n, -0x8000000000001n, 2n ** 53n + 1n),
);

function fieldWith(bits: bigint): AtomicBuffer {
  const buffer = AtomicBuffer.allocate(24);
  buffer.putBigInt64(8, bits);
  return buffer;
}

describe('64-bit fields', () => {
  it('read as the number that a BigInt conversion gives, whatever the bits', () => {
    fc.assert(
      fc.property(fc.oneof(anyBits, exact.map(BigInt)), (bits) => {
        const buffer = fieldWith(bits);
        expect(buffer.getInt64(8)).toBe(Number(bits));
        expect(buffer.getInt64Volatile(8)).toBe(Number(bits));
      }),
      { numRuns: 500 },
    );
  });

  it('take any exact number over any former value, and leave their neighbours alone', () => {
    fc.assert(
      fc.property(anyBits, exact, (before, value) => {
        for (const store of ['putInt64', 'putInt64Release', 'putInt64Volatile'] as const) {
          const buffer = fieldWith(before);
          buffer[store](8, value);
          expect(buffer.getBigInt64(8)).toBe(BigInt(value));
          expect([buffer.getInt64(0), buffer.getInt64(16)]).toEqual([0, 0]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('take the largest int64 as the number that it reads as', () => {
    for (const before of [0n, INT64_MIN, INT64_MAX]) {
      for (const store of ['putInt64', 'putInt64Release', 'putInt64Volatile'] as const) {
        const buffer = fieldWith(before);
        buffer[store](8, INT64_MAX_AS_NUMBER);
        expect(buffer.getBigInt64(8)).toBe(INT64_MAX);
        expect(buffer.getInt64(8)).toBe(INT64_MAX_AS_NUMBER);
      }
    }
  });

  it('refuse what is no integer', () => {
    const buffer = fieldWith(5n);
    for (const value of [Number.NaN, -0.5]) {
      expect(() => buffer.putInt64(8, value)).toThrow(RangeError);
      expect(() => buffer.putInt64Release(8, value)).toThrow(RangeError);
      expect(() => buffer.putInt64Volatile(8, value)).toThrow(RangeError);
    }
    expect(buffer.getInt64(8)).toBe(5);
  });

  it('add like 64-bit integers, wrapping around', () => {
    fc.assert(
      fc.property(anyBits, exact, (before, delta) => {
        const buffer = fieldWith(before);
        expect(buffer.getAndAddInt64(8, delta)).toBe(Number(before));
        expect(buffer.getBigInt64(8)).toBe(BigInt.asIntN(64, before + BigInt(delta)));
      }),
      { numRuns: 500 },
    );
  });

  it('exchange only what is expected', () => {
    fc.assert(
      fc.property(exact, exact, exact, (before, expected, value) => {
        const buffer = fieldWith(BigInt(before));
        expect(buffer.compareAndSetInt64(8, expected, value)).toBe(before === expected);
        expect(buffer.compareAndSetInt64(8, before === expected ? value : before, 77)).toBe(true);
        expect(buffer.getInt64(8)).toBe(77);
      }),
    );
    const buffer = fieldWith(INT64_MAX);
    expect(buffer.compareAndSetInt64(8, INT64_MAX_AS_NUMBER, 1)).toBe(true);
    expect(buffer.compareAndSetBigInt64(8, 1n, INT64_MIN)).toBe(true);
    expect(buffer.getBigInt64Volatile(8)).toBe(INT64_MIN);
  });

  it('read and write at any alignment where nobody else writes', () => {
    fc.assert(
      fc.property(exact, fc.nat(7), (value, offset) => {
        const buffer = AtomicBuffer.allocate(24);
        buffer.putInt64Unaligned(offset, value);
        expect(buffer.getBigInt64(offset)).toBe(BigInt(value));
        expect(buffer.getInt64Unaligned(offset)).toBe(value);
      }),
    );
  });
});
