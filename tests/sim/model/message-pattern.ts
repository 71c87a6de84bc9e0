// SPDX-License-Identifier: Apache-2.0
/** The bytes of a message, decided by its number alone, so that any part of it can be made and checked anywhere. */
import { violated } from './expect.ts';

/** Coprime to 256 and to each other's multiples: messages with neighbouring numbers differ in every byte. */
const NUMBER_FACTOR = 167;
const INDEX_FACTOR = 29;

export function fillPattern(target: Uint8Array, offset: number, length: number, messageNumber: number): void {
  let value = Math.imul(messageNumber, NUMBER_FACTOR) ^ (messageNumber >>> 8);
  for (let i = 0; i < length; i++) {
    target[offset + i] = value;
    value += INDEX_FACTOR;
  }
}

/** Checks `length` bytes that stand `from` bytes behind the start of the message. */
export function expectPattern(
  bytes: Uint8Array,
  offset: number,
  length: number,
  { messageNumber, from }: { readonly messageNumber: number; readonly from: number },
): void {
  let value = (Math.imul(messageNumber, NUMBER_FACTOR) ^ (messageNumber >>> 8)) + Math.imul(from, INDEX_FACTOR);
  for (let i = 0; i < length; i++) {
    if (bytes[offset + i] !== (value & 0xff)) {
      const found = `found=${bytes[offset + i]} expected=${value & 0xff}`;
      violated(`other bytes than were published: message=${messageNumber} byte=${from + i} ${found}`);
    }
    value += INDEX_FACTOR;
  }
}
