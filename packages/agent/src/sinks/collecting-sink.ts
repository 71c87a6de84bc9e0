// SPDX-License-Identifier: Apache-2.0
/**
 * Keeps events in memory while it is told to. A test suite has it collect during each test, and writes the events to a file only
 * when the test has failed.
 */
import type { LogEvent } from '../reader/log-event.ts';
import type { EventSink } from './event-sink.ts';

/** Events kept at most; the oldest go first. */
const DEFAULT_MAX_EVENTS = 100_000;

/**
 * Keeps events in memory, for tests that show them when they fail.
 *
 * @source aeron-client/CollectingEventLogReaderAgent
 */
export class CollectingSink implements EventSink {
  readonly #maxEvents: number;
  #events: LogEvent[] = [];
  #title = '';
  #isCollecting = false;
  #forgottenCount = 0;
  #droppedCount = 0;

  /** Keeps `maxEvents` at most; the oldest tenth goes when there are more. */
  constructor(maxEvents = DEFAULT_MAX_EVENTS) {
    this.#maxEvents = maxEvents;
  }

  /** Whether events are kept. */
  get isCollecting(): boolean {
    return this.#isCollecting;
  }

  /** Pauses or goes on; what was kept stays. */
  set isCollecting(isCollecting: boolean) {
    this.#isCollecting = isCollecting;
  }

  /** As given to `startCollecting`; empty before. */
  get title(): string {
    return this.#title;
  }

  /** What was kept, oldest first. */
  get events(): readonly LogEvent[] {
    return this.#events;
  }

  /** Events that are missing: there were too many, or the ring was full. */
  get missingCount(): number {
    return this.#forgottenCount + this.#droppedCount;
  }

  /** Begins anew. @param title of what is collected, for who reads it later. */
  startCollecting(title: string): void {
    this.reset();
    this.#title = title;
    this.#isCollecting = true;
  }

  /** Keeps the event, while collecting. */
  onEvent(event: LogEvent): void {
    if (!this.#isCollecting) {
      return;
    }
    this.#events.push(event);
    if (this.#events.length > this.#maxEvents) {
      const excess = Math.ceil(this.#maxEvents / 10);
      this.#events.splice(0, excess); // many at once: each move costs as much as one
      this.#forgottenCount += excess;
    }
  }

  onDropped(count: number): void {
    if (this.#isCollecting) {
      this.#droppedCount += count;
    }
  }

  /** Forgets all, and stops. */
  reset(): void {
    this.#events = [];
    this.#title = '';
    this.#isCollecting = false;
    this.#forgottenCount = 0;
    this.#droppedCount = 0;
  }
}
