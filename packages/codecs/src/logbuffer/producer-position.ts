// SPDX-License-Identifier: Apache-2.0
/**
 * Follows how far the producers of a log have claimed, for an observer that looks all the time and mostly finds nothing new: two
 * plain loads say so. Only a tail that has moved is read as a whole, and in order.
 *
 * @hot
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET } from './generated/log-metadata.ts';
import { activeTermCount } from './metadata.ts';
import { indexByTermCount } from './position.ts';
import { producerPosition, tailOffset } from './tail.ts';

export class ProducerPosition {
  /** As of the last `sample`. */
  value: number;
  private readonly metadata: AtomicBuffer;
  private readonly termLength: number;
  private readonly initialTermId: number;
  private termCount: number;
  /** The low word of the tail: it counts claims until the term is left. */
  private tailLow: number;

  constructor(metadata: AtomicBuffer, termLength: number, initialTermId: number) {
    this.metadata = metadata;
    this.termLength = termLength;
    this.initialTermId = initialTermId;
    this.termCount = activeTermCount(metadata);
    this.tailLow = metadata.getInt32(tailOffset(indexByTermCount(this.termCount)));
    this.value = producerPosition(metadata, termLength, initialTermId);
  }

  /** @returns whether producers have claimed since. */
  sample(): boolean {
    const metadata = this.metadata;
    const termCount = metadata.getInt32(LOG_METADATA_ACTIVE_TERM_COUNT_OFFSET);
    const tailLow = metadata.getInt32(tailOffset(indexByTermCount(termCount)));
    if (tailLow === this.tailLow && termCount === this.termCount) {
      return false;
    }
    // What was read first is kept: claims between the two readings are found by the next call.
    this.termCount = termCount;
    this.tailLow = tailLow;
    const position = producerPosition(metadata, this.termLength, this.initialTermId);
    const hasMoved = position !== this.value;
    this.value = position;
    return hasMoved;
  }
}
