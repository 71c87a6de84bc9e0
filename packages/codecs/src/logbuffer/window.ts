// SPDX-License-Identifier: Apache-2.0
/**
 * What the last full look at a log found, so that the next message of the same term needs no more than to see that nothing has
 * changed: the term that is appended to, and up to which of its offsets flow control lets messages begin.
 *
 * The publisher limit is remembered by its two int32 words as they are in the counter. As long as both are the same, so is
 * everything derived from them, and comparing two words is much cheaper than putting a 64-bit value together. A limit that moved,
 * forward or back, is seen by the very next message, exactly as if each had read it.
 *
 * @hot
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { LOG_METADATA_TERM_TAIL_COUNTERS_OFFSET } from './generated/log-metadata.ts';
import type { PublicationLog } from './publication-log.ts';

const TAILS_WORD = LOG_METADATA_TERM_TAIL_COUNTERS_OFFSET >> 2;
const TWO_POW_32 = 4294967296;
const SHUT = -1;

/** Tells the log where its publisher limit is. Once, at the start. @cold */
export function watchLimit(log: PublicationLog, counterValues: AtomicBuffer, offset: number): void {
  log.limitWords = counterValues.int32;
  log.limitWord = offset >> 2;
  shutWindow(log);
}

/** The next message has to look at everything again. */
export function shutWindow(log: PublicationLog): void {
  log.windowOffset = SHUT;
}

/** Remembers what a full look has found: the term in the log's registers, and `limit[0]`, which lies beyond the tail. */
export function openWindow(log: PublicationLog, limit: Float64Array): void {
  const position = limit[0] as number;
  const high = Math.floor(position / TWO_POW_32);
  const termCount = (log.termId - log.initialTermId) | 0;
  log.limitHigh = high | 0;
  log.limitLow = (position - high * TWO_POW_32) | 0;
  log.windowTermId = log.termId;
  log.tailWord = TAILS_WORD + (log.partitionIndex << 1);
  log.windowOffset = Math.min(position - termCount * log.termLength, log.termLength) | 0;
}

/** Whether the limit is still what the window was opened with. */
export function isLimitSame(log: PublicationLog): boolean {
  const { limitWords, limitWord } = log;
  return limitWords[limitWord] === log.limitLow && limitWords[limitWord + 1] === log.limitHigh;
}
