// SPDX-License-Identifier: Apache-2.0
/**
 * One counter in shared memory: value, or position of a stream. Most counters have a single writer, and `set` and all methods
 * with `Release` or `Plain` in their name are for those; the others are atomic against any other writer.
 *
 * @hot
 */
import type { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { counterOffset } from './counters-descriptor.ts';

/** Whoever takes a counter back and knows its label. */
export interface CounterOwner {
  free(counterId: number): void;
  getCounterLabel(counterId: number): string;
  setCounterLabel(counterId: number, label: string): void;
  appendToLabel(counterId: number, suffix: string): void;
}

/** @source agrona/AtomicCounter, agrona/UnsafeBufferPosition */
export class AtomicCounter {
  readonly id: number;
  private readonly buffer: AtomicBuffer;
  private readonly offset: number;
  private readonly owner: CounterOwner | undefined;
  private closed: boolean;

  /**
   * @param values the buffer of all values.
   * @param owner frees the counter on close; without one, closing has no effect on the memory.
   */
  constructor(values: AtomicBuffer, counterId: number, owner?: CounterOwner) {
    this.id = counterId;
    this.buffer = values;
    this.offset = counterOffset(counterId);
    this.owner = owner;
    this.closed = false;
    values.boundsCheck(this.offset, 8);
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** The label; empty for a counter without owner. */
  get label(): string {
    return this.owner === undefined ? '' : this.owner.getCounterLabel(this.id);
  }

  updateLabel(label: string): void {
    this.owner?.setCounterLabel(this.id, label);
  }

  appendToLabel(suffix: string): void {
    this.owner?.appendToLabel(this.id, suffix);
  }

  /** Frees the counter. Idempotent. */
  close(): void {
    if (!this.closed) {
      this.closed = true;
      this.owner?.free(this.id);
    }
  }

  get(): number {
    return this.buffer.getInt64Volatile(this.offset);
  }

  /**
   * As `get`, for one who looks all the time and mostly finds what was there before: that costs no ordered load, for there is
   * nothing new to see.
   *
   * @param seen what `get` or this gave last.
   */
  getSince(seen: number): number {
    return this.buffer.getInt64(this.offset) === seen ? seen : this.buffer.getInt64Volatile(this.offset);
  }

  /** Without order; for the counter's single writer, or where an old value does no harm. */
  getPlain(): number {
    return this.buffer.getInt64(this.offset);
  }

  /** All 64 bits. */
  getBigInt(): bigint {
    return this.buffer.getBigInt64Volatile(this.offset);
  }

  /** With release order; for a single writer. */
  set(value: number): void {
    this.buffer.putInt64Release(this.offset, value);
  }

  setPlain(value: number): void {
    this.buffer.putInt64(this.offset, value);
  }

  setBigInt(value: bigint): void {
    this.buffer.putBigInt64Release(this.offset, value);
  }

  /** @returns the value before. */
  increment(): number {
    return this.buffer.getAndAddInt64(this.offset, 1);
  }

  /** @returns the value before. */
  decrement(): number {
    return this.buffer.getAndAddInt64(this.offset, -1);
  }

  /** @returns the value before. */
  getAndAdd(delta: number): number {
    return this.buffer.getAndAddInt64(this.offset, delta);
  }

  /** For a single writer. @returns the value before. */
  incrementRelease(): number {
    return this.getAndAddRelease(1);
  }

  /** For a single writer. @returns the value before. */
  getAndAddRelease(delta: number): number {
    const before = this.buffer.getInt64(this.offset);
    this.buffer.putInt64Release(this.offset, before + delta);
    return before;
  }

  compareAndSet(expected: number, value: number): boolean {
    return this.buffer.compareAndSetInt64(this.offset, expected, value);
  }

  /** Raises the value to `proposed` if that is larger. @returns whether it was. */
  proposeMax(proposed: number): boolean {
    for (;;) {
      const before = this.buffer.getInt64Volatile(this.offset);
      if (proposed <= before) {
        return false;
      }
      if (this.buffer.compareAndSetInt64(this.offset, before, proposed)) {
        return true;
      }
    }
  }

  /** As `proposeMax`, for a single writer. */
  proposeMaxRelease(proposed: number): boolean {
    if (proposed <= this.buffer.getInt64(this.offset)) {
      return false;
    }
    this.buffer.putInt64Release(this.offset, proposed);
    return true;
  }
}
