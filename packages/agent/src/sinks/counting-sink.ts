// SPDX-License-Identifier: Apache-2.0
/** Counts events by component and name, so that a test can say what a scenario must have fired. */
import type { LogEvent } from '../reader/log-event.ts';
import type { EventSink } from './event-sink.ts';

/** Counts events by name. @source aeron-test-support/CountingEventReaderAgent */
export class CountingSink implements EventSink {
  readonly #counts = new Map<string, number>();
  #droppedCount = 0;

  /** By `DRIVER NAK_SENT`. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** Events that are not counted because the ring was full. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** How often an event was read, such as `countOf('DRIVER', 'NAK_SENT')`. */
  countOf(context: string, name: string): number {
    return this.#counts.get(`${context} ${name}`) ?? 0;
  }

  /** Counts the event. */
  onEvent({ context, name }: LogEvent): void {
    this.#counts.set(`${context} ${name}`, this.countOf(context, name) + 1);
  }

  onDropped(count: number): void {
    this.#droppedCount += count;
  }

  /** Begins at 0 again. */
  reset(): void {
    this.#counts.clear();
    this.#droppedCount = 0;
  }
}
