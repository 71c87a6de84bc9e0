// SPDX-License-Identifier: Apache-2.0
/**
 * Ordered access to int32 fields that are touched for every message (ADR 0001): a load that acquires, a store that releases.
 *
 * `Atomics` does both on every processor, by a call of a built-in function that V8 does not inline, and its store is a full
 * barrier, for which everything stored before must have left the processor. On x86-64 each load acquires and each store releases
 * as it is. There these functions are plain accesses: V8 neither removes, doubles nor moves accesses to typed arrays past each
 * other, and litmus tests watch over that. Everywhere else they are `Atomics`.
 *
 * Indexes are in words and have been checked by the caller: a load outside of the memory, or of memory that was unmapped,
 * answers undefined here and throws there.
 *
 * @hot
 */

const { load, store } = Atomics;

/** For tests: `AERON_MEMORY_ORDER=atomics` takes `Atomics` also where the processor keeps order by itself. */
export const IS_STRONGLY_ORDERED: boolean = process.arch === 'x64' && process.env['AERON_MEMORY_ORDER'] !== 'atomics';

function loadPlain(words: Int32Array, index: number): number {
  return words[index] as number;
}

function storePlain(words: Int32Array, index: number, value: number): void {
  words[index] = value;
}

// Chosen once: a condition would be asked at every access.

/** Load with acquire order: what the writer of the value stored before is visible after it. */
export const loadInt32Acquire: (words: Int32Array, index: number) => number = IS_STRONGLY_ORDERED ? loadPlain : load;

/** Store with release order: what was stored before is visible to whoever sees the value. */
export const storeInt32Release: (words: Int32Array, index: number, value: number) => void = IS_STRONGLY_ORDERED
  ? storePlain
  : store;
