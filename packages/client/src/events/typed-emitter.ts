// SPDX-License-Identifier: Apache-2.0
/**
 * A small typed event emitter with the method names that Node users know. Listeners run in the order in which they were
 * added. What a listener throws goes to `onListenerError`: one broken listener keeps neither the others nor the client from
 * their work.
 */

type Listener<A extends readonly unknown[]> = (...args: A) => void;

interface Entry {
  readonly listener: Listener<never>;
  readonly once: boolean;
}

/** @typeParam Events - event name → the arguments of its listeners. */
export class TypedEmitter<Events extends Record<string, readonly unknown[]>> {
  readonly #entries = new Map<keyof Events, readonly Entry[]>();
  readonly #onListenerError: (error: unknown) => void;

  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  on<E extends keyof Events>(event: E, listener: Listener<Events[E]>): void {
    this.#add(event, { listener, once: false });
  }

  once<E extends keyof Events>(event: E, listener: Listener<Events[E]>): void {
    this.#add(event, { listener, once: true });
  }

  /** Removes one registration of this listener. */
  off<E extends keyof Events>(event: E, listener: Listener<Events[E]>): void {
    const entries = this.#entries.get(event) ?? [];
    const at = entries.findLastIndex((entry) => entry.listener === listener);
    if (at >= 0) {
      this.#entries.set(event, entries.toSpliced(at, 1));
    }
  }

  listenerCount(event: keyof Events): number {
    return this.#entries.get(event)?.length ?? 0;
  }

  /** @returns whether anybody listened. */
  emit<E extends keyof Events>(event: E, ...args: Events[E]): boolean {
    const entries = this.#entries.get(event);
    if (entries === undefined || entries.length === 0) {
      return false;
    }
    // The list is copied on every change, so this one stays as it is while listeners add and remove.
    for (const entry of entries) {
      if (entry.once) {
        this.off(event, entry.listener as Listener<Events[E]>);
      }
      try {
        (entry.listener as Listener<Events[E]>)(...args);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
    return true;
  }

  #add(event: keyof Events, entry: Entry): void {
    this.#entries.set(event, [...(this.#entries.get(event) ?? []), entry]);
  }
}
