// SPDX-License-Identifier: Apache-2.0
/**
 * How one half of a stream tells the other that it moves again, so that agents may pass over streams that rest without being late
 * for those that no longer do. A call is a word for each slot of the state table, side by side, and one for the whole list, so that
 * a pass in which nobody has called costs one load. Calls are for speed alone: the turn of a stream comes without one (RestingTurns).
 *
 * @hot
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import {
  type StateSlot,
  stateBuffer,
  WAKE_WORD_LENGTH,
  type WakeList,
  wakeSummaryOffset,
  wakeWordOffset,
} from './state-table.ts';

/** Calls to one agent about one slot. */
export class WakeCaller {
  readonly #buffer: AtomicBuffer;
  readonly #wordOffset: number;
  readonly #summaryOffset: number;

  constructor({ buffer, memory, index }: StateSlot, list: WakeList) {
    this.#buffer = buffer;
    this.#wordOffset = wakeWordOffset(memory, list) + index * WAKE_WORD_LENGTH;
    this.#summaryOffset = wakeSummaryOffset(memory, list);
  }

  /** To be called after what there is to see was written. */
  call(): void {
    this.#buffer.putInt32Release(this.#wordOffset, 1);
    this.#buffer.putInt32Release(this.#summaryOffset, 1);
  }
}

/** One list, for the agent that is called. */
export class WakeCalls {
  readonly #buffer: AtomicBuffer;
  readonly #wordsOffset: number;
  readonly #summaryOffset: number;

  constructor(memory: SharedArrayBuffer, list: WakeList) {
    this.#buffer = stateBuffer(memory);
    this.#wordsOffset = wakeWordOffset(memory, list);
    this.#summaryOffset = wakeSummaryOffset(memory, list);
  }

  /** Once in a pass, before the streams are looked at. @returns whether any of them may have been called since the last time. */
  begin(): boolean {
    return this.#takeWord(this.#summaryOffset);
  }

  /** Before the stream is looked at, in a pass that began so. @returns whether it was called. */
  take(slotIndex: number): boolean {
    return this.#takeWord(this.#wordsOffset + slotIndex * WAKE_WORD_LENGTH);
  }

  /** By an exchange, so that what is looked at afterwards is as new as the call, and a call that comes meanwhile is kept. */
  #takeWord(offset: number): boolean {
    return this.#buffer.getInt32(offset) !== 0 && this.#buffer.compareAndSetInt32(offset, 1, 0);
  }
}
