// SPDX-License-Identifier: Apache-2.0
/**
 * Walks the frames of a term for people to look at, whatever state it is in: while it is written, after a loss, damaged.
 * Reads only, and never beyond the term.
 */
import {
  DataHeaderFlyweight,
  FRAME_ALIGNMENT,
  DATA_HEADER_BLOCK_LENGTH as HEADER_LENGTH,
} from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';

/**
 * - `frame`: complete.
 * - `zeros`: nothing here, and the walk goes on behind it.
 * - `rest`: nothing here, or a frame that is just being written; the walk ends.
 */
export type PlaceKind = 'frame' | 'zeros' | 'rest';

/** A place in a term where a header may be. */
export interface FramePlace {
  readonly kind: PlaceKind;
  /** In the term, bytes. */
  readonly offset: number;
  /** On this place until the walk goes on. */
  readonly header: DataHeaderFlyweight;
  /** Of what follows the header; within the term. */
  readonly bodyOffset: number;
  readonly bodyLength: number;
}

/** @param scanOverZeroes goes on where nothing was written, as after a late join or a loss. */
export function* framesOf(term: AtomicBuffer, scanOverZeroes: boolean): Generator<FramePlace> {
  const header = new DataHeaderFlyweight();
  for (let offset = 0; offset + HEADER_LENGTH <= term.capacity; ) {
    header.wrap(term, offset);
    const { frameLength } = header;
    const bodyOffset = offset + HEADER_LENGTH;
    const rest = term.capacity - bodyOffset;
    if (frameLength >= HEADER_LENGTH) {
      yield { kind: 'frame', offset, header, bodyOffset, bodyLength: Math.min(frameLength - HEADER_LENGTH, rest) };
      offset += alignedLength(frameLength);
    } else if (frameLength === 0 && scanOverZeroes) {
      yield { kind: 'zeros', offset, header, bodyOffset, bodyLength: 0 };
      offset += FRAME_ALIGNMENT;
    } else {
      yield { kind: 'rest', offset, header, bodyOffset, bodyLength: rest };
      return;
    }
  }
}

/** Not by masks: a damaged length may be so large that they would make it negative. */
function alignedLength(frameLength: number): number {
  return Math.ceil(frameLength / FRAME_ALIGNMENT) * FRAME_ALIGNMENT;
}
