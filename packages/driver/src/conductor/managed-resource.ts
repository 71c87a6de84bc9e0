// SPDX-License-Identifier: Apache-2.0
/**
 * Resources that live by the clock: each is asked at every tick (property aeron.timer.interval), and leaves its list once it
 * says that its life is over. Conductor only. An error in one resource is reported and never keeps the others from their turn.
 */
import { AgentTerminationError, type ErrorHandler } from '@aeron/core/internal';

/** @source aeron-driver/DriverManagedResource */
export interface ManagedResource {
  /** Once per tick. */
  onTimeEvent(nowNs: number, nowMs: number): void;
  readonly hasReachedEndOfLife: boolean;
  /** Gives back what it holds; called once, when it has left the list. */
  close(): void;
}

/** A list of them. Order is not kept: removal moves the last one into the gap. */
export class ManagedResources<T extends ManagedResource> {
  readonly #items: T[] = [];
  readonly #onError: ErrorHandler;

  constructor(onError: ErrorHandler) {
    this.#onError = onError;
  }

  /** Not to be changed by the caller. */
  get items(): readonly T[] {
    return this.#items;
  }

  add(resource: T): void {
    this.#items.push(resource);
  }

  /** Takes out the first match without closing it. @returns undefined when there is none. */
  take(matches: (resource: T) => boolean): T | undefined {
    const index = this.#items.findIndex(matches);
    return index < 0 ? undefined : this.#removeAt(index);
  }

  find(matches: (resource: T) => boolean): T | undefined {
    return this.#items.find(matches);
  }

  onTimeEvent(nowNs: number, nowMs: number): void {
    for (let i = this.#items.length - 1; i >= 0; i--) {
      const resource = this.#items[i];
      if (resource === undefined) {
        continue;
      }
      try {
        resource.onTimeEvent(nowNs, nowMs);
      } catch (error) {
        this.#report(error);
      }
      if (resource.hasReachedEndOfLife) {
        this.#removeAt(i);
        this.#close(resource);
      }
    }
  }

  /** Empties the list, closing each. */
  closeAll(): void {
    for (const resource of this.#items.splice(0)) {
      this.#close(resource);
    }
  }

  #removeAt(index: number): T | undefined {
    const removed = this.#items[index];
    const last = this.#items.pop();
    if (index < this.#items.length && last !== undefined) {
      this.#items[index] = last;
    }
    return removed;
  }

  #close(resource: T): void {
    try {
      resource.close();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    if (error instanceof AgentTerminationError) {
      throw error;
    }
    this.#onError(error instanceof Error ? error : new Error(String(error)));
  }
}
