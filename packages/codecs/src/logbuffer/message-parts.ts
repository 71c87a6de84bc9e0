// SPDX-License-Identifier: Apache-2.0
/**
 * A message that is offered in parts: what a part is, and the check of all of them that precedes a claim.
 *
 * @hot
 */
import { AeronError, type AtomicBuffer } from '@aeron/core/internal';
import { checkMessageRange, copyPayload, type PayloadSource } from './payload-copy.ts';

const MAX_INT32 = 0x7fffffff;

/** One part. Mutable objects that are used again for each message are fine. */
export interface MessagePart {
  readonly buffer: PayloadSource;
  readonly offset: number;
  readonly length: number;
}

/**
 * Checks every part.
 *
 * @returns the bytes of all of them.
 * @throws AeronError INVALID_ARGUMENT when a part lies outside its buffer, or the sum is beyond an int32.
 */
export function checkedPartsLength(parts: readonly MessagePart[]): number {
  let total = 0;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as MessagePart;
    checkMessageRange(part.buffer, part.offset, part.length);
    total += part.length;
  }
  if (total > MAX_INT32) {
    throwOverflow(total);
  }
  return total;
}

/** Copies all parts, one behind the other, to `targetOffset` of `target`. */
export function copyParts(target: AtomicBuffer, targetOffset: number, parts: readonly MessagePart[]): void {
  let offset = targetOffset;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as MessagePart;
    copyPayload(target, offset, part.buffer, part.offset, part.length);
    offset += part.length;
  }
}

function throwOverflow(total: number): never {
  throw new AeronError('INVALID_ARGUMENT', `parts of a message are too long together: length=${total}`);
}
