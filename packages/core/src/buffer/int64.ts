// SPDX-License-Identifier: Apache-2.0
/**
 * The one place that knows how a 64-bit field of shared memory becomes a JavaScript value and back (ADR 0001).
 *
 * A position, an id or a time is a `number`, exact up to 2^53. It is read with one aligned 8-byte machine access
 * (through a Float64Array) so that it cannot tear, and taken apart through a private scratch word pair, so no arithmetic
 * ever touches the bits. Bit patterns that are NaNs as doubles (every negative value, and i64 max) must not travel through
 * a double: they take the BigInt path, which is slower and rare.
 *
 * Order: `loadVolatile` acquires and `storeRelease` releases on every architecture, because the 32-bit Atomics access to the
 * low word takes part in it. See the notes on each.
 *
 * @hot
 */

import { loadInt32Acquire } from './memory-order.ts';

// By name: a lookup of a global costs microseconds where tests run in a context of their own.
const { add, compareExchange, load, store } = Atomics;
const { floor } = Math;

const TWO_POW_32 = 4294967296;
const MAX_EXACT = Number.MAX_SAFE_INTEGER;
const NAN_EXPONENT = 0x7ff00000;

const scratchFloat = new Float64Array(1);
const scratchWords = new Int32Array(scratchFloat.buffer);

/** The typed views through which a 64-bit field is reached; all three start at the same 8-byte aligned byte. */
export interface Int64Views {
  readonly float64: Float64Array;
  readonly int32: Int32Array;
  readonly bigInt64: BigInt64Array;
}

/**
 * Plain load that cannot tear.
 *
 * @param index in units of 8 bytes.
 * @returns the value; beyond ±2^53 it is rounded like any number.
 */
export function loadInt64(views: Int64Views, index: number): number {
  scratchFloat[0] = views.float64[index] as number; // out of range reads undefined, becomes NaN, and is refused below
  const high = scratchWords[1] as number;
  if (high < 0 || (high & NAN_EXPONENT) === NAN_EXPONENT) {
    return Number(load(views.bigInt64, index));
  }
  return high * TWO_POW_32 + ((scratchWords[0] as number) >>> 0);
}

/**
 * As `loadInt64`, into `target[0]`: a large value that crosses a call which is not inlined is allocated, one in a typed array
 * is not.
 */
export function loadInt64Into(views: Int64Views, index: number, target: Float64Array): void {
  scratchFloat[0] = views.float64[index] as number;
  const high = scratchWords[1] as number;
  if (high < 0 || (high & NAN_EXPONENT) === NAN_EXPONENT) {
    target[0] = Number(load(views.bigInt64, index));
  } else {
    target[0] = high * TWO_POW_32 + ((scratchWords[0] as number) >>> 0);
  }
}

/**
 * Load with acquire order.
 *
 * The whole value comes from one 8-byte load; the acquire comes from an atomic load of its low word afterwards. When both
 * agree on the low word, the atomic load has seen the store that the value came from (or a later one with the same low
 * word, which needs the field to move by a multiple of 2^32 in between), so what that writer stored before is visible to
 * everything after this call. When they differ the field moved in between, and it is read again.
 */
export function loadInt64Volatile(views: Int64Views, index: number): number {
  const lowIndex = index << 1;
  for (;;) {
    scratchFloat[0] = views.float64[index] as number;
    const high = scratchWords[1] as number;
    if (high < 0 || (high & NAN_EXPONENT) === NAN_EXPONENT) {
      return Number(load(views.bigInt64, index));
    }
    const low = scratchWords[0] as number;
    if (loadInt32Acquire(views.int32, lowIndex) === low) {
      return high * TWO_POW_32 + (low >>> 0);
    }
  }
}

/** Plain store that cannot tear. */
export function storeInt64(views: Int64Views, index: number, value: number): void {
  // The negated test sends NaN, and an index past the end, to the path that throws: a typed array store would ignore them.
  if (!(value >= 0 && value <= MAX_EXACT && index >= 0 && index < views.float64.length)) {
    store(views.bigInt64, index, toBigInt(value));
    return;
  }
  const high = (value / TWO_POW_32) | 0;
  scratchWords[1] = high;
  scratchWords[0] = (value - high * TWO_POW_32) | 0;
  views.float64[index] = scratchFloat[0] as number;
}

/**
 * Store with release order, for a field that has one writer at a time.
 *
 * As long as the high word does not change, storing the low word atomically changes the whole value in one untearable
 * release store. Once in 4 GiB it does change, and one 64-bit atomic store does the same.
 */
export function storeInt64Release(views: Int64Views, index: number, value: number): void {
  const high = (value / TWO_POW_32) | 0;
  if (value >= 0 && value <= MAX_EXACT && views.int32[(index << 1) + 1] === high) {
    store(views.int32, index << 1, (value - high * TWO_POW_32) | 0);
    return;
  }
  store(views.bigInt64, index, toBigInt(value));
}

/** Store with release order, for a field that several may write at once: always one 64-bit access. */
export function storeInt64Volatile(views: Int64Views, index: number, value: number): void {
  store(views.bigInt64, index, toBigInt(value));
}

/**
 * Atomic addition.
 *
 * While no carry leaves the low word, exchanging the low word adds to the whole field, whatever the high word holds by then:
 * the exchange succeeds only on the low word that the sum was made from. A carry, and a field that is negative or beyond
 * 2^53, takes one 64-bit addition.
 *
 * @returns the value before it.
 */
export function getAndAddInt64(views: Int64Views, index: number, delta: number): number {
  for (;;) {
    const before = loadInt64(views, index);
    const high = floor(before / TWO_POW_32);
    const low = before - high * TWO_POW_32;
    const sum = low + delta;
    if (!(before >= 0 && before <= MAX_EXACT && sum >= 0 && sum < TWO_POW_32)) {
      return Number(add(views.bigInt64, index, toBigInt(delta)));
    }
    if (compareExchange(views.int32, index << 1, low | 0, sum | 0) === (low | 0)) {
      return before;
    }
  }
}

/** Atomic compare and set. @returns whether `value` was stored. */
export function compareAndSetInt64(views: Int64Views, index: number, expected: number, value: number): boolean {
  const before = toBigInt(expected);
  return compareExchange(views.bigInt64, index, before, toBigInt(value)) === before;
}

/** `2^63` is how the largest int64 reads as a number (it rounds up); written back it means the largest int64 again. */
export const INT64_MAX_AS_NUMBER = 2 ** 63;

const INT64_MAX = 0x7fffffffffffffffn;

/** @cold */
function toBigInt(value: number): bigint {
  return value >= INT64_MAX_AS_NUMBER ? INT64_MAX : BigInt(value);
}
