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

/** Zeroed memory for the table of one driver; pages are touched as slots are used. */
export function createStateMemory(slotCount = STATE_SLOT_COUNT): SharedArrayBuffer {
  return new SharedArrayBuffer((STATE_SLOT_LENGTH + GAP_RING_LENGTH) * slotCount);
}

/** The rings lie behind all slots, so that the slots of streams that lose nothing stay side by side. */
function gapRingOffset({ byteLength }: SharedArrayBuffer, index: number): number {
  const slotCount = byteLength / (STATE_SLOT_LENGTH + GAP_RING_LENGTH);
  return slotCount * STATE_SLOT_LENGTH + index * GAP_RING_LENGTH;
}

/** One slot, within the buffer over the whole table: a buffer for each slot would cost each of them six views. */
export interface StateSlot {
  readonly buffer: AtomicBuffer;
  readonly offset: number;
  /** Where the ring of gaps starts that goes with the slot. What it holds is told by the slot. */
  readonly gapsOffset: number;
}

/** This thread's buffers over tables. */
const tables = new WeakMap<SharedArrayBuffer, AtomicBuffer>();

/** Any agent: the slot at an index. */
export function stateSlot(memory: SharedArrayBuffer, index: number): StateSlot {
  let buffer = tables.get(memory);
  if (buffer === undefined) {
    buffer = new AtomicBuffer(memory);
    tables.set(memory, buffer);
  }
  const offset = index * STATE_SLOT_LENGTH;
  buffer.boundsCheck(offset, STATE_SLOT_LENGTH);
  return { buffer, offset, gapsOffset: gapRingOffset(memory, index) };
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
