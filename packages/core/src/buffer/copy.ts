// SPDX-License-Identifier: Apache-2.0
/**
 * Copies bytes between the memories of two buffers, the quickest way for each length (bench/micro/buffer-copy.ts, ns on
 * Node 20):
 *
 *     bytes                               8    32   128   256  1024
 *     64-bit words, both sides aligned    4     7    22    42   167     exact: integers, never doubles, which may lose NaN bits
 *     32-bit words, any alignment        10    25    51    99   395
 *     `set` of a whole array             19    19    19    22    30
 *     `Buffer.copy` of a range           58    57    58    62    73     and 96 bytes of garbage on Node 20, none on later ones
 *
 * Once compiled, copying elements of BigInt64Arrays makes no BigInts.
 *
 * @hot
 */

/** The views of one memory that copying needs; `bigInt64` is empty where the memory does not start at a multiple of 8. */
export interface CopyViews {
  readonly capacity: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly bigInt64: BigInt64Array;
}

/** Up to this many bytes, words beat a call, if both places are aligned: 1344 of them 91 ns instead of 114. */
const SHORT_ALIGNED_LENGTH = 2048;
const SHORT_UNALIGNED_LENGTH = 128;
/** From here on a whole array goes by `set`. */
const WHOLE_LENGTH = 256;
/** Up to this many bytes of an array go one by one. */
const SHORT_ARRAY_LENGTH = 32;

interface BufferMethods {
  copy(this: Uint8Array, target: Uint8Array, targetStart: number, sourceStart: number, sourceEnd: number): number;
}

const bufferCopy = (Buffer.prototype as unknown as BufferMethods).copy;

/** Copies `length` bytes, all inside their buffers, which the caller has checked. The two ranges must not overlap. */
export function copyBytes(
  target: CopyViews,
  targetOffset: number,
  source: CopyViews,
  sourceOffset: number,
  length: number,
): void {
  if (length >= WHOLE_LENGTH && length === source.capacity) {
    target.bytes.set(source.bytes, targetOffset);
  } else if (isAligned(target, targetOffset, source, sourceOffset) && length <= SHORT_ALIGNED_LENGTH) {
    copyLongs(target, targetOffset, source, sourceOffset, length);
  } else if (length <= SHORT_UNALIGNED_LENGTH) {
    copyInts(target.view, targetOffset, source.view, sourceOffset, length);
  } else {
    copyArray(target.bytes, targetOffset, source.bytes, sourceOffset, length);
  }
}

/** Copies `length` bytes of one array to another. Ranges of one memory must not overlap. */
export function copyArray(
  target: Uint8Array,
  targetOffset: number,
  source: Uint8Array,
  sourceOffset: number,
  length: number,
): void {
  if (length <= SHORT_ARRAY_LENGTH) {
    for (let i = 0; i < length; i++) {
      target[targetOffset + i] = source[sourceOffset + i] as number;
    }
    return;
  }
  if (length === source.length) {
    target.set(source, targetOffset);
    return;
  }
  // Takes any Uint8Array as receiver and, unlike `set`, a range without a subarray.
  bufferCopy.call(source, target, targetOffset, sourceOffset, sourceOffset + length);
}

/** As `copyBytes` where both places are known to be aligned to 8 bytes, and the length is short. */
export function copyLongs(
  target: CopyViews,
  targetOffset: number,
  source: CopyViews,
  sourceOffset: number,
  length: number,
): void {
  const to = target.bigInt64;
  const from = source.bigInt64;
  let toIndex = targetOffset >> 3;
  let fromIndex = sourceOffset >> 3;
  // Four words a turn halve the time of one.
  for (let turns = length >> 5; turns > 0; turns--) {
    to[toIndex] = from[fromIndex] as bigint;
    to[toIndex + 1] = from[fromIndex + 1] as bigint;
    to[toIndex + 2] = from[fromIndex + 2] as bigint;
    to[toIndex + 3] = from[fromIndex + 3] as bigint;
    toIndex += 4;
    fromIndex += 4;
  }
  if ((length & 31) !== 0) {
    copyRest(target, toIndex << 3, source, fromIndex << 3, length & 31);
  }
}

/** Less than four words, and what is less than a word. */
function copyRest(
  target: CopyViews,
  targetOffset: number,
  source: CopyViews,
  sourceOffset: number,
  length: number,
): void {
  const words = length >> 3;
  for (let i = 0; i < words; i++) {
    target.bigInt64[(targetOffset >> 3) + i] = source.bigInt64[(sourceOffset >> 3) + i] as bigint;
  }
  if ((length & 7) !== 0) {
    const copied = length & ~7;
    copyInts(target.view, targetOffset + copied, source.view, sourceOffset + copied, length & 7);
  }
}

function isAligned(target: CopyViews, targetOffset: number, source: CopyViews, sourceOffset: number): boolean {
  return ((targetOffset | sourceOffset) & 7) === 0 && target.bigInt64.length > 0 && source.bigInt64.length > 0;
}

function copyInts(
  target: DataView,
  targetOffset: number,
  source: DataView,
  sourceOffset: number,
  length: number,
): void {
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    target.setInt32(targetOffset + i, source.getInt32(sourceOffset + i, true), true);
  }
  for (; i < length; i++) {
    target.setUint8(targetOffset + i, source.getUint8(sourceOffset + i));
  }
}
