// SPDX-License-Identifier: Apache-2.0
/** The test messages that both implementations can make and check: length and content follow from seed and index. */

export function messageLength(seed: number, index: number, minLength: number, maxLength: number): number {
  let mixed = Math.imul(seed, 0x9e3779b1) ^ Math.imul(index, 0x85ebca77);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae3d);
  mixed ^= mixed >>> 13;
  return minLength + ((mixed >>> 0) % (maxLength - minLength + 1));
}

export function fillMessage(target: Uint8Array, length: number, seed: number, index: number): void {
  for (let i = 0; i < length; i++) {
    target[i] = seed + index * 31 + i * 7;
  }
}

export function messageMatches(
  bytes: Uint8Array,
  offset: number,
  length: number,
  seed: number,
  index: number,
): boolean {
  for (let i = 0; i < length; i++) {
    if (bytes[offset + i] !== ((seed + index * 31 + i * 7) & 0xff)) {
      return false;
    }
  }
  return true;
}
