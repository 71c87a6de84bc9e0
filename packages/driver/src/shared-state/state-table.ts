// SPDX-License-Identifier: Apache-2.0
/** The shared memory that holds one slot for each publication or image, allocated by the conductor and seen by all agents. */
import { AeronError, AtomicBuffer } from '@aeron/core/internal';

/** Two cache lines: what one thread writes stays apart from what the other writes. */
export const STATE_SLOT_LENGTH = 128;
/** Publications and images that a driver can have at a time. */
export const STATE_SLOT_COUNT = 65536;

/** Gaps of an image that can be on their way from the conductor to the receiver: as many NAKs a pass. A power of two. */
export const GAP_RING_CAPACITY = 16;
/** Term id, term offset, length. */
export const GAP_ENTRY_LENGTH = 12;
const GAP_RING_LENGTH = GAP_ENTRY_LENGTH * GAP_RING_CAPACITY;

/** Who is called about what: see wake-calls.ts. */
export const WakeList = { CONDUCTOR_PUBLICATIONS: 0, CONDUCTOR_IMAGES: 1, RECEIVER_IMAGES: 2 } as const;
export type WakeList = (typeof WakeList)[keyof typeof WakeList];
/** A slot is that of a publication or of an image, so both lists of the conductor have the same words. */
const WORDS_OF_LIST = [0, 0, 1] as const;
export const WAKE_WORD_LENGTH = 4;
const WAKE_WORDS_LENGTH = 2 * WAKE_WORD_LENGTH;
/** Each in cache lines of its own. */
const WAKE_SUMMARY_LENGTH = 128;
const WAKE_SUMMARIES_LENGTH = 3 * WAKE_SUMMARY_LENGTH;

/** Zeroed memory for the table of one driver; pages are touched as slots are used. */
export function createStateMemory(slotCount = STATE_SLOT_COUNT): SharedArrayBuffer {
  return new SharedArrayBuffer(
    WAKE_SUMMARIES_LENGTH + (STATE_SLOT_LENGTH + GAP_RING_LENGTH + WAKE_WORDS_LENGTH) * slotCount,
  );
}

function slotCountOf({ byteLength }: SharedArrayBuffer): number {
  return (byteLength - WAKE_SUMMARIES_LENGTH) / (STATE_SLOT_LENGTH + GAP_RING_LENGTH + WAKE_WORDS_LENGTH);
}

/** The rings lie behind all slots, so that the slots of streams that lose nothing stay side by side. */
function gapRingOffset(memory: SharedArrayBuffer, index: number): number {
  return slotCountOf(memory) * STATE_SLOT_LENGTH + index * GAP_RING_LENGTH;
}

/** Behind the rings. */
export function wakeSummaryOffset(memory: SharedArrayBuffer, list: WakeList): number {
  return gapRingOffset(memory, slotCountOf(memory)) + list * WAKE_SUMMARY_LENGTH;
}

/** Where the words of a list start, behind all summaries. */
export function wakeWordOffset(memory: SharedArrayBuffer, list: WakeList): number {
  const start = gapRingOffset(memory, slotCountOf(memory)) + WAKE_SUMMARIES_LENGTH;
  return start + WORDS_OF_LIST[list] * slotCountOf(memory) * WAKE_WORD_LENGTH;
}

/** One slot, within the buffer over the whole table: a buffer for each slot would cost each of them six views. */
export interface StateSlot {
  readonly memory: SharedArrayBuffer;
  readonly index: number;
  readonly buffer: AtomicBuffer;
  readonly offset: number;
  /** Where the ring of gaps starts that goes with the slot. What it holds is told by the slot. */
  readonly gapsOffset: number;
}

/** This thread's buffers over tables. */
const tables = new WeakMap<SharedArrayBuffer, AtomicBuffer>();

/** This thread's buffer over the table. */
export function stateBuffer(memory: SharedArrayBuffer): AtomicBuffer {
  let buffer = tables.get(memory);
  if (buffer === undefined) {
    buffer = new AtomicBuffer(memory);
    tables.set(memory, buffer);
  }
  return buffer;
}

/** Any agent: the slot at an index. */
export function stateSlot(memory: SharedArrayBuffer, index: number): StateSlot {
  const buffer = stateBuffer(memory);
  const offset = index * STATE_SLOT_LENGTH;
  buffer.boundsCheck(offset, STATE_SLOT_LENGTH);
  return { memory, index, buffer, offset, gapsOffset: gapRingOffset(memory, index) };
}

/** Conductor only: which slots are in use. */
export class StateSlots {
  readonly #memory: SharedArrayBuffer;
  readonly #free: number[] = [];
  #used = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#memory = memory;
  }

  /**
   * @returns the index of a zeroed slot.
   * @throws AeronError INSUFFICIENT_CAPACITY when all are in use.
   */
  allocate(): number {
    const index = this.#free.pop() ?? this.#used++;
    if (index >= STATE_SLOT_COUNT) {
      this.#used = STATE_SLOT_COUNT;
      throw new AeronError('INSUFFICIENT_CAPACITY', `all state slots are in use: count=${STATE_SLOT_COUNT}`);
    }
    const { buffer, offset } = stateSlot(this.#memory, index);
    buffer.setMemory(offset, STATE_SLOT_LENGTH, 0);
    return index;
  }

  /** Once both halves have let go of it. */
  free(index: number): void {
    this.#free.push(index);
  }
}
