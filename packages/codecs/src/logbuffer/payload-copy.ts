// SPDX-License-Identifier: Apache-2.0
/**
 * Copies a message's bytes into a term. A message comes as an AtomicBuffer, or as the Uint8Array or Buffer that the user has;
 * neither is wrapped or sliced, so nothing is allocated.
 *
 * Which way is fastest depends on length and kind (bench/micro/payload-copy.ts): words for short ones, one `set` for an array
 * that is copied whole, the block copy for the rest.
 *
 * @hot
 */
import { AeronError, AtomicBuffer } from '@aeron/core/internal';

/** Where a message's bytes may lie. */
export type PayloadSource = AtomicBuffer | Uint8Array;

/** An array that is copied whole goes by `set` from this length on: its cost is fixed, and it allocates nothing. */
const WHOLE_LENGTH = 32;
/** Bytes gathered one by one into words; beyond this the call of a block copy is cheaper. */
const GATHER_LENGTH = 96;

/** Whether `length` bytes at `offset` lie inside `source`. */
export function isInside(source: PayloadSource, offset: number, length: number): boolean {
  const available = source instanceof AtomicBuffer ? source.capacity : source.length;
  return (
    (length | 0) === length && (offset | 0) === offset && length >= 0 && offset >= 0 && offset + length <= available
  );
}

/** @throws AeronError INVALID_ARGUMENT unless `length` bytes at `offset` lie inside `source`. */
export function checkMessageRange(source: PayloadSource, offset: number, length: number): void {
  if (!isInside(source, offset, length)) {
    throwRange(offset, length, source instanceof AtomicBuffer ? source.capacity : source.length);
  }
}

/** Copies `length` bytes at `offset` of `source`, which the caller has checked, to `targetOffset` of `target`. */
export function copyPayload(
  target: AtomicBuffer,
  targetOffset: number,
  source: PayloadSource,
  offset: number,
  length: number,
): void {
  if (source instanceof AtomicBuffer) {
    target.putBytes(targetOffset, source, offset, length);
  } else if (length >= WHOLE_LENGTH && length === source.length) {
    target.bytes.set(source, targetOffset);
  } else if (length <= GATHER_LENGTH) {
    gatherWords(target.view, targetOffset, source, offset, length);
  } else {
    target.putUint8Array(targetOffset, source, offset, length);
  }
}

function gatherWords(target: DataView, targetOffset: number, source: Uint8Array, offset: number, length: number): void {
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const at = offset + i;
    const low = (source[at] as number) | ((source[at + 1] as number) << 8);
    const high = (source[at + 2] as number) | ((source[at + 3] as number) << 8);
    target.setInt32(targetOffset + i, low | (high << 16), true);
  }
  for (; i < length; i++) {
    target.setUint8(targetOffset + i, source[offset + i] as number);
  }
}

function throwRange(offset: number, length: number, available: number): never {
  throw new AeronError(
    'INVALID_ARGUMENT',
    `message outside of its buffer: offset=${offset} length=${length} available=${available}`,
  );
}
