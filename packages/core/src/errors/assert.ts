// SPDX-License-Identifier: Apache-2.0
/** Always on: for programmer errors and for state that can't be. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) {
    throw new AssertionError(message);
  }
}
