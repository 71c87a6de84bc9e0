// SPDX-License-Identifier: Apache-2.0
/** How a simulation says that an invariant does not hold. */

export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/** @throws InvariantViolation unless the condition holds. `facts` are called only then. */
export function expectThat(condition: boolean, facts: () => string): asserts condition {
  if (!condition) {
    throw new InvariantViolation(facts());
  }
}

/** @throws InvariantViolation */
export function violated(facts: string): never {
  throw new InvariantViolation(facts);
}
