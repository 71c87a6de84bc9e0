// SPDX-License-Identifier: Apache-2.0
/**
 * Errors of a process in shared memory, where tools can read them while it runs and after it died. An error that was recorded
 * before is only counted: it is the same when name, message and stack are, along its chain of causes.
 *
 *     record, aligned to 8:  +0 i32 length with this header, 0 where the log ends   +4 i32 observations
 *                            +8 i64 last, +16 i64 first observation (epoch ms)      +24 UTF-8 text
 *
 * One instance per thread; several may share the memory, and then record the same error once each.
 *
 * @source agrona/DistinctErrorLog
 */
import type { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { AeronError } from './aeron-error.ts';
import { errorText } from './error-text.ts';

export const ERROR_OBSERVATION_COUNT_OFFSET = 4;
export const ERROR_LAST_OBSERVATION_OFFSET = 8;
export const ERROR_FIRST_OBSERVATION_OFFSET = 16;
export const ERROR_TEXT_OFFSET = 24;

export function alignErrorRecord(length: number): number {
  return (length + 7) & ~7;
}

export class DistinctErrorLog {
  readonly buffer: AtomicBuffer;
  readonly #epochClock: { epochMs(): number };
  /** Where the record with this text starts. Bounded by the buffer. */
  readonly #offsets = new Map<string, number>();
  #nextOffset = 0;

  /** @throws AeronError INVALID_ARGUMENT unless the memory starts at a multiple of 8. */
  constructor(buffer: AtomicBuffer, epochClock: { epochMs(): number }) {
    if (buffer.int32.length === 0) {
      throw new AeronError('INVALID_ARGUMENT', `error log must start at a multiple of 8: length=${buffer.capacity}`);
    }
    this.buffer = buffer;
    this.#epochClock = epochClock;
  }

  /** @returns false when the log has no room for it. */
  record(error: Error): boolean {
    const timestampMs = this.#epochClock.epochMs();
    const text = errorText(error);
    const offset = this.#offsets.get(text);
    if (offset === undefined) {
      return this.#append(text, timestampMs);
    }
    this.buffer.getAndAddInt32(offset + ERROR_OBSERVATION_COUNT_OFFSET, 1);
    this.buffer.putInt64Release(offset + ERROR_LAST_OBSERVATION_OFFSET, timestampMs);
    return true;
  }

  #append(text: string, timestampMs: number): boolean {
    const bytes = Buffer.from(text);
    const length = ERROR_TEXT_OFFSET + bytes.length;
    const offset = this.#claim(length);
    if (offset < 0) {
      return false;
    }
    const buffer = this.buffer;
    buffer.putUint8Array(offset + ERROR_TEXT_OFFSET, bytes);
    buffer.putInt64(offset + ERROR_FIRST_OBSERVATION_OFFSET, timestampMs);
    buffer.putInt64(offset + ERROR_LAST_OBSERVATION_OFFSET, timestampMs);
    buffer.putInt32(offset + ERROR_OBSERVATION_COUNT_OFFSET, 1);
    buffer.putInt32Release(offset, length);
    this.#offsets.set(text, offset);
    return true;
  }

  /** Takes the first free place by marking it with the negative length, which readers take for the end. */
  #claim(length: number): number {
    for (;;) {
      const offset = this.#nextOffset;
      if (offset + length > this.buffer.capacity) {
        return -1;
      }
      if (this.buffer.compareAndSetInt32(offset, 0, -length)) {
        this.#nextOffset = offset + alignErrorRecord(length);
        return offset;
      }
      const taken = Math.abs(this.buffer.getInt32Volatile(offset)); // by another thread
      this.#nextOffset = offset + alignErrorRecord(Math.max(taken, ERROR_TEXT_OFFSET));
    }
  }
}
