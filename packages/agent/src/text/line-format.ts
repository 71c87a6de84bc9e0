// SPDX-License-Identifier: Apache-2.0
/** A way to write events, one on a line. */
import type { LogEvent } from '../reader/log-event.ts';

/** Writes events as lines, in one of the styles. */
export interface LineFormat {
  /** One event as one line, without line end. Hex dumps of content may add lines. */
  line(event: LogEvent): string;
  /** The first line of every file: it alone ties the time of the others to the clock on the wall. */
  started(timeNs: number, dateTime: string, loggers: string): string;
  /** Events were lost. */
  dropped(timeNs: number, count: number, total: number): string;
}
