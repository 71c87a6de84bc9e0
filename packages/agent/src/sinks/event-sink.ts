// SPDX-License-Identifier: Apache-2.0
/** Where events go that were read. Called by the reader, in its thread; what throws is reported and stops nothing. */
import type { LogEvent } from '../reader/log-event.ts';

/** Takes the events that were read, in the thread of the reader. */
export interface EventSink {
  /** One event, in the order in which they were logged. What it holds may be kept. */
  onEvent(event: LogEvent): void;
  /** Events were lost since the last call: the ring was full. @param total since the process started. */
  onDropped?(count: number, total: number): void;
  /** After each batch. */
  flush?(): void;
  /** After the last event. */
  close?(): void;
}
