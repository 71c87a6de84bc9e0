// SPDX-License-Identifier: Apache-2.0
/**
 * Emits an event of a Node event emitter so that listeners cannot harm each other: what one throws, or rejects with later,
 * goes to `onListenerError` and keeps neither the others nor the client from their work. An `error` that nobody listens to is
 * not thrown; the result tells.
 */
import type { EventEmitter } from 'node:events';

type AnyListener = (...args: readonly unknown[]) => unknown;

/** @returns whether anybody listened. */
export function emitSafely<Events extends Record<keyof Events, unknown[]>, E extends keyof Events & string>(
  emitter: EventEmitter<Events>,
  onListenerError: (error: unknown) => void,
  event: E,
  ...args: Events[E]
): boolean {
  // A copy, with the wrappers that forget a listener of `once` before they call it.
  const listeners = (emitter as EventEmitter).rawListeners(event) as AnyListener[];
  for (const listener of listeners) {
    try {
      const result = Reflect.apply(listener, emitter, args);
      if (result instanceof Promise) {
        result.catch(onListenerError);
      }
    } catch (error) {
      onListenerError(error);
    }
  }
  return listeners.length > 0;
}
