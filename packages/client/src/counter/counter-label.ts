// SPDX-License-Identifier: Apache-2.0
/**
 * Writes labels of counters that this client may write to: its own, and its heartbeat. Labels are ASCII; what is not becomes
 * `?`, and what does not fit is cut.
 *
 * @source aeron-client/AeronCounters
 */
import {
  type AtomicBuffer,
  COUNTER_LABEL_LENGTH_OFFSET,
  COUNTER_LABEL_OFFSET,
  CounterState,
  counterMetadataOffset,
  MAX_COUNTER_LABEL_LENGTH,
} from '@aeron/core';

/** Replaces the label. */
export function setLabel(metadata: AtomicBuffer, counterId: number, label: string): void {
  const offset = counterMetadataOffset(counterId);
  const length = metadata.putAscii(offset + COUNTER_LABEL_OFFSET, label.slice(0, MAX_COUNTER_LABEL_LENGTH));
  metadata.putInt32Release(offset + COUNTER_LABEL_LENGTH_OFFSET, length);
}

/** Appends to the label of an allocated counter. @returns how many characters fitted; 0 for a counter that is not allocated. */
export function appendToLabel(metadata: AtomicBuffer, counterId: number, suffix: string): number {
  const offset = counterMetadataOffset(counterId);
  if (metadata.getInt32Volatile(offset) !== CounterState.ALLOCATED) {
    return 0;
  }
  const length = metadata.getInt32Volatile(offset + COUNTER_LABEL_LENGTH_OFFSET);
  const used = Math.min(Math.max(length, 0), MAX_COUNTER_LABEL_LENGTH);
  const added = suffix.slice(0, MAX_COUNTER_LABEL_LENGTH - used);
  metadata.putAscii(offset + COUNTER_LABEL_OFFSET + used, added);
  metadata.putInt32Release(offset + COUNTER_LABEL_LENGTH_OFFSET, used + added.length);
  return added.length;
}
