// SPDX-License-Identifier: Apache-2.0
/**
 * Puts complete frames into a term: what a receiver got from the wire, or a block that a replay appends. The first word of the
 * first frame goes in last, so that readers see all of it or nothing.
 *
 * @hot
 * @source aeron-client/TermRebuilder
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { DATA_HEADER_BLOCK_LENGTH as DATA_HEADER_LENGTH } from '../protocol/generated/data-header.ts';
import { copyPayload, type PayloadSource } from './payload-copy.ts';

/**
 * Inserts the `length` bytes of a received packet unless a frame is there already.
 *
 * @param packet whose frames the caller has validated: whole frames, placed at `termOffset`, inside the term.
 * @param offset of the first frame in `packet`.
 */
export function insertPacket(
  termBuffer: AtomicBuffer,
  termOffset: number,
  packet: PayloadSource,
  offset: number,
  length: number,
): void {
  if (termBuffer.getInt32(termOffset) === 0) {
    insertFrames(termBuffer, termOffset, packet, offset, length);
  }
}

/** Inserts frames whatever is there; the first word becomes visible last. */
export function insertFrames(
  termBuffer: AtomicBuffer,
  termOffset: number,
  source: PayloadSource,
  offset: number,
  length: number,
): void {
  termBuffer.boundsCheck(termOffset, length);
  const bodyLength = length - DATA_HEADER_LENGTH;
  copyPayload(termBuffer, termOffset + DATA_HEADER_LENGTH, source, offset + DATA_HEADER_LENGTH, bodyLength);
  copyPayload(termBuffer, termOffset + 4, source, offset + 4, DATA_HEADER_LENGTH - 4);
  termBuffer.putInt32Release(termOffset, readInt32(source, offset));
}

function readInt32(source: PayloadSource, offset: number): number {
  if ('view' in source) {
    return source.getInt32(offset);
  }
  const low = (source[offset] as number) | ((source[offset + 1] as number) << 8);
  const high = (source[offset + 2] as number) | ((source[offset + 3] as number) << 8);
  return low | (high << 16);
}
