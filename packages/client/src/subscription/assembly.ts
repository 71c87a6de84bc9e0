// SPDX-License-Identifier: Apache-2.0
/**
 * The rule by which fragments become messages, shared by all assemblers: a first fragment begins anew, a later one belongs to
 * the message only if it begins where the one before ended. After a gap the message is dropped without a word.
 *
 * @hot
 */
import { DATA_HEADER_END_FLAG } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core';
import type { BufferBuilder } from './buffer-builder.ts';
import type { Header } from './header.ts';

/** Takes the first fragment of a message. */
export function beginMessage(
  builder: BufferBuilder,
  buffer: AtomicBuffer,
  offset: number,
  length: number,
  header: Header,
): void {
  builder.reset();
  builder.captureHeader(header);
  builder.append(buffer, offset, length);
  builder.nextTermOffset = header.nextTermOffset;
}

/**
 * Takes a fragment that is not the first.
 *
 * @returns whether the message is complete with it. Then the builder still expects this very fragment, so that it can be
 * taken again once the limit has been set back.
 */
export function continueMessage(
  builder: BufferBuilder,
  buffer: AtomicBuffer,
  offset: number,
  length: number,
  header: Header,
): boolean {
  if (header.termOffset !== builder.nextTermOffset) {
    builder.reset();
    return false;
  }
  builder.append(buffer, offset, length);
  if ((header.flags & DATA_HEADER_END_FLAG) !== 0) {
    return true;
  }
  builder.nextTermOffset = header.nextTermOffset;
  return false;
}
