// SPDX-License-Identifier: Apache-2.0
/** Lengths that limit each other: windows, MTU and term. Pure. */

const MTU_MIN_EXCLUSIVE = 32;
const MTU_MAX = 65504;
const FRAME_ALIGNMENT = 32;
const TERM_MIN_LENGTH = 64 * 1024;
const TERM_MAX_LENGTH = 1024 * 1024 * 1024;
const MESSAGE_MAX_LENGTH = 16 * 1024 * 1024;

/** How far a publisher may be ahead of its slowest consumer. `configuredLength` 0 means half a term, which is also the most. */
export function producerWindowLength(termLength: number, configuredLength: number): number {
  const half = termLength / 2;
  return configuredLength === 0 ? half : Math.min(configuredLength, half);
}

/** How much a receiver is ready to take in; never over half a term. */
export function receiverWindowLength(termLength: number, configuredLength: number): number {
  return Math.min(configuredLength, termLength / 2);
}

/** @returns what is wrong with it, or undefined. */
export function termLengthProblem(termLength: number): string | undefined {
  if (termLength < TERM_MIN_LENGTH || termLength > TERM_MAX_LENGTH) {
    return `term-length=${termLength} must be between ${TERM_MIN_LENGTH} and ${TERM_MAX_LENGTH}:`;
  }
  return (termLength & (termLength - 1)) === 0 ? undefined : `term-length=${termLength} is not a power of 2:`;
}

/** @returns what is wrong with it, or undefined. */
export function mtuLengthProblem(mtuLength: number): string | undefined {
  if (mtuLength <= MTU_MIN_EXCLUSIVE || mtuLength > MTU_MAX) {
    return `mtu=${mtuLength} must be over ${MTU_MIN_EXCLUSIVE} and at most ${MTU_MAX}:`;
  }
  return mtuLength % FRAME_ALIGNMENT === 0 ? undefined : `mtu=${mtuLength} must be a multiple of FRAME_ALIGNMENT:`;
}

/** The longest message that a stream takes: an eighth of a term, 16 MiB at most. An MTU may not be longer either. */
export function maxMessageLength(termLength: number): number {
  return Math.min(termLength / 8, MESSAGE_MAX_LENGTH);
}
