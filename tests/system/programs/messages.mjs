// SPDX-License-Identifier: Apache-2.0
/**
 * The messages of the system tests: length and bytes follow from the publisher's number and the message's index, which both
 * travel as the reserved value of each frame, so that empty messages are known as well.
 */

/** Publisher's number in the upper half, index in the lower. */
export function reservedValueOf(publisher, index) {
  return (BigInt(publisher) << 32n) | BigInt(index);
}

/** From 0 to `maxLength`, both included and both frequent. */
export function messageLength(publisher, index, maxLength) {
  let mixed = Math.imul(publisher, 0x9e3779b1) ^ Math.imul(index, 0x85ebca77);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae3d);
  mixed ^= mixed >>> 13;
  const choice = (mixed >>> 0) % 16;
  if (choice === 0) {
    return 0;
  }
  if (choice === 1) {
    return maxLength;
  }
  const limit = choice < 10 ? Math.min(maxLength, 300) : maxLength;
  return (mixed >>> 4) % (limit + 1);
}

export function fillMessage(bytes, offset, length, publisher, index) {
  let value = publisher * 67 + Math.imul(index, 167);
  for (let i = 0; i < length; i++) {
    bytes[offset + i] = value;
    value += 29;
  }
}

/** Index of the first byte that is not as it was published, or -1. */
export function firstDifference(bytes, offset, length, publisher, index) {
  let value = publisher * 67 + Math.imul(index, 167);
  for (let i = 0; i < length; i++) {
    if (bytes[offset + i] !== (value & 0xff)) {
      return i;
    }
    value += 29;
  }
  return -1;
}

/**
 * Checks the messages of one subscription: of each publisher all, in order, each as it was published. One that comes late may begin
 * anywhere, but then must see all the same.
 */
export class StreamCheck {
  counts = {};
  /** The first thing that was not as it should be. */
  problem = null;
  #maxLength;
  #isLate;

  constructor(maxLength, isLate = false) {
    this.#maxLength = maxLength;
    this.#isLate = isLate;
  }

  onMessage(bytes, offset, length, reservedValue) {
    const publisher = Number(reservedValue >> 32n);
    const index = Number(reservedValue & 0xffffffffn);
    const expected = this.counts[publisher] ?? (this.#isLate ? index : 0);
    const where = `publisher=${publisher} index=${index} length=${length}`;
    if (index !== expected) {
      this.#fail(`not the next message: expected=${expected} ${where}`);
    }
    const expectedLength = messageLength(publisher, index, this.#maxLength);
    if (length !== expectedLength) {
      this.#fail(`another length: expected=${expectedLength} ${where}`);
    }
    const difference = firstDifference(bytes, offset, length, publisher, index);
    if (difference >= 0) {
      this.#fail(`another byte: at=${difference} ${where}`);
    }
    this.counts[publisher] = index + 1;
  }

  #fail(problem) {
    this.problem ??= problem;
  }
}
