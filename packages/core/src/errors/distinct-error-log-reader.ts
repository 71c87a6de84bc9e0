// SPDX-License-Identifier: Apache-2.0
/**
 * Reads the error log of a process that may be writing it, or be long dead: any thread, reads only.
 *
 * @source agrona/ErrorLogReader
 */
import type { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import {
  alignErrorRecord,
  ERROR_FIRST_OBSERVATION_OFFSET,
  ERROR_LAST_OBSERVATION_OFFSET,
  ERROR_OBSERVATION_COUNT_OFFSET,
  ERROR_TEXT_OFFSET,
} from './distinct-error-log.ts';

/** Takes one distinct error; times are epoch ms. */
export type ErrorConsumer = (
  observationCount: number,
  firstObservationMs: number,
  lastObservationMs: number,
  text: string,
) => void;

export function hasErrors(log: AtomicBuffer): boolean {
  return log.capacity >= ERROR_TEXT_OFFSET && log.getInt32Volatile(0) > 0;
}

/**
 * Delivers the errors last observed at `sinceMs` or later, oldest first. A length that can't be ends the log, and one that
 * reaches past its end is cut there.
 *
 * @returns how many were delivered.
 */
export function readErrorLog(log: AtomicBuffer, consumer: ErrorConsumer, sinceMs = 0): number {
  let entries = 0;
  let offset = 0;
  while (offset + ERROR_TEXT_OFFSET <= log.capacity) {
    const length = Math.min(log.getInt32Volatile(offset), log.capacity - offset);
    if (length < ERROR_TEXT_OFFSET) {
      break;
    }
    const lastObservationMs = log.getInt64Volatile(offset + ERROR_LAST_OBSERVATION_OFFSET);
    if (lastObservationMs >= sinceMs) {
      entries++;
      consumer(
        log.getInt32(offset + ERROR_OBSERVATION_COUNT_OFFSET),
        log.getInt64(offset + ERROR_FIRST_OBSERVATION_OFFSET),
        lastObservationMs,
        log.getUtf8(offset + ERROR_TEXT_OFFSET, length - ERROR_TEXT_OFFSET),
      );
    }
    offset += alignErrorRecord(length);
  }
  return entries;
}
