// SPDX-License-Identifier: Apache-2.0
/** Checks on single values that more than one settings row makes. Pure: each says what is wrong, or nothing. */

const FRAME_ALIGNMENT = 32;
const DATA_HEADER_LENGTH = 32;

/** The largest int32: what the reference's lengths are limited to. */
export const INT32_MAX = 2 ** 31 - 1;

export function isPowerOfTwo(value: number): boolean {
  return value > 0 && Number.isInteger(Math.log2(value));
}

export function powerOfTwo(value: number): string | undefined {
  return isPowerOfTwo(value) ? undefined : 'not a power of two';
}

/** A power of two plus the trailer that keeps the positions of a ring or broadcast buffer. */
export function powerOfTwoPlus(trailerLength: number): (value: number) => string | undefined {
  return (value) =>
    isPowerOfTwo(value - trailerLength) ? undefined : `not a power of two plus ${trailerLength} bytes of trailer`;
}

/** What one frame may fill: more than its header, and whole frame alignments. */
export function mtuLength(value: number): string | undefined {
  if (value <= DATA_HEADER_LENGTH) {
    return `not more than the ${DATA_HEADER_LENGTH} bytes of a frame header`;
  }
  return value % FRAME_ALIGNMENT === 0 ? undefined : `not a multiple of ${FRAME_ALIGNMENT}`;
}
