// SPDX-License-Identifier: Apache-2.0
/**
 * How far a reader is behind. Not for the hot path.
 */
import type { LogBuffers } from '@aeron/codecs/internal';
import {
  alignFrame,
  computeTermIdFromPosition,
  DATA_HEADER_BLOCK_LENGTH,
  DATA_HEADER_TERM_ID_OFFSET,
  frameLengthVolatile,
  indexByPosition,
  isImageLog,
  PARTITION_COUNT,
  producerPosition,
} from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core';

/**
 * Bytes of the stream beyond `position` that can be read or will be as soon as their writers commit them.
 *
 * In the log of a publication on this machine the writers' tail tells. In the log that a receiver fills nothing does but the
 * frames themselves: then it is what can be read without a gap, which takes a walk over it.
 */
export function lagAt(logBuffers: LogBuffers, position: number): number {
  const { metadata, termLength, initialTermId } = logBuffers;
  if (isImageLog(metadata)) {
    return contiguousEnd(logBuffers, position) - position;
  }
  return Math.max(0, producerPosition(metadata, termLength, initialTermId) - position);
}

function contiguousEnd(logBuffers: LogBuffers, position: number): number {
  const { terms, termLength, initialTermId } = logBuffers;
  const limit = position + (PARTITION_COUNT - 1) * termLength;
  let end = position;
  while (end < limit) {
    const termBuffer = terms[indexByPosition(end, termLength)] as AtomicBuffer;
    const offset = end & (termLength - 1);
    const frameLength = frameLengthVolatile(termBuffer, offset);
    const termId = termBuffer.getInt32(offset + DATA_HEADER_TERM_ID_OFFSET);
    const isNew = termId === computeTermIdFromPosition(end, termLength, initialTermId);
    if (frameLength < DATA_HEADER_BLOCK_LENGTH || frameLength > termLength - offset || !isNew) {
      break;
    }
    end += alignFrame(frameLength);
  }
  return end;
}
