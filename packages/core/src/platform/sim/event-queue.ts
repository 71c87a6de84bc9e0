// SPDX-License-Identifier: Apache-2.0
/** Virtual time: callbacks in the order of their times, and among equal times in the order in which they were added. */

/** A handle for `cancel`; without a callback it was cancelled. */
export interface SimulatedEvent {
  readonly timeNs: number;
  readonly sequence: number;
  callback: (() => void) | undefined;
}

/** The only place where virtual time moves. */
export class EventQueue {
  readonly #heap: SimulatedEvent[] = [];
  #sequence = 0;
  #nowNs = 0;

  get nowNs(): number {
    return this.#nowNs;
  }

  /** Events not yet run, cancelled ones included until their time. */
  get length(): number {
    return this.#heap.length;
  }

  add(delayNs: number, callback: () => void): SimulatedEvent {
    const timeNs = this.#nowNs + Math.max(0, Math.round(delayNs));
    const event: SimulatedEvent = { timeNs, sequence: this.#sequence++, callback };
    this.#heap.push(event);
    this.#siftUp(this.#heap.length - 1);
    return event;
  }

  cancel(event: SimulatedEvent): void {
    event.callback = undefined;
  }

  /**
   * Runs what is due until then and moves time there.
   *
   * @returns events run. A callback that throws ends the run at its time; the rest stays queued.
   */
  runUntil(timeNs: number): number {
    let count = 0;
    for (let next = this.#heap[0]; next !== undefined && next.timeNs <= timeNs; next = this.#heap[0]) {
      this.#removeFirst();
      this.#nowNs = next.timeNs;
      if (next.callback !== undefined) {
        count++;
        next.callback();
      }
    }
    this.#nowNs = Math.max(this.#nowNs, timeNs);
    return count;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#siftDown();
    }
  }

  #siftUp(start: number): void {
    const heap = this.#heap;
    for (let index = start; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!isBefore(heap[index], heap[parent])) {
        return;
      }
      this.#swap(index, parent);
      index = parent;
    }
  }

  #siftDown(): void {
    const heap = this.#heap;
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      const child = isBefore(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!isBefore(heap[child], heap[index])) {
        return;
      }
      this.#swap(index, child);
      index = child;
    }
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const moved = heap[a] as SimulatedEvent;
    heap[a] = heap[b] as SimulatedEvent;
    heap[b] = moved;
  }
}

function isBefore(a: SimulatedEvent | undefined, b: SimulatedEvent | undefined): boolean {
  if (a === undefined || b === undefined) {
    return a !== undefined;
  }
  return a.timeNs < b.timeNs || (a.timeNs === b.timeNs && a.sequence < b.sequence);
}
