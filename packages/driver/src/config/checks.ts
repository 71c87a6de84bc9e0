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

/** Whether the text is the eight bytes of a group tag in hexadecimal; empty is no tag. */
export function groupTagBytes(value: string): string | undefined {
  return value === '' || /^[0-9a-f]{16}$/i.test(value) ? undefined : 'expected 16 hexadecimal digits';
}

const PORT_MAX = 65_535;

/** Whether the text is a range of ports, `low high`. Empty, or `0 0`, is no range. */
export function portRangeProblem(value: string): string | undefined {
  if (value === '') {
    return undefined;
  }
  const match = /^(\d+) +(\d+)$/.exec(value);
  if (match === null) {
    return 'expected two ports as in 20700 20800';
  }
  const low = Number(match[1]);
  const high = Number(match[2]);
  if (low > PORT_MAX || high > PORT_MAX) {
    return `a port is above ${PORT_MAX}`;
  }
  return low <= high ? undefined : 'the first port is above the last';
}

/** Whether the text is `host:port` or `[ip6]:port`. */
export function hostAndPortProblem(value: string): string | undefined {
  const port = /^(?:[^:[\]]*|\[[:0-9a-f.]*(?:%[\w.~-]*)?\]):(\d+)$/i.exec(value)?.[1];
  return port !== undefined && Number(port) <= PORT_MAX ? undefined : 'expected host:port';
}
