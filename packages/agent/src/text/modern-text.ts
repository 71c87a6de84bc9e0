// SPDX-License-Identifier: Apache-2.0
/**
 * Log lines as the reference from 1.53 on writes them: `[12.345678900] DRIVER: RESEND sessionId=7 … channel="aeron:udp?…"`. Other
 * than there, quotes in texts are escaped.
 *
 * @source aeron-client/PrintLoggerEventCallback
 */
import type { LogEvent, LogValue } from '../reader/log-event.ts';
import { commandText } from './command-text.ts';
import { frameText } from './frame-text.ts';
import { hexDump } from './hex-dump.ts';
import type { LineFormat } from './line-format.ts';
import { bare, modernAddress, quoted, timestamp } from './plain-text.ts';
import { sbeText } from './sbe-text.ts';

export class ModernText implements LineFormat {
  readonly #isContentShown: boolean;

  /**
   * Needs no catalogue: names of fields stand in the events.
   *
   * @param isContentShown whether payloads, keys and labels are dumped.
   */
  constructor(isContentShown: boolean) {
    this.#isContentShown = isContentShown;
  }

  /** As releases from 1.53 on write it. */
  line(event: LogEvent): string {
    const fields = event.fields.map(({ name, value }) => ` ${name}=${this.#valueText(event, value)}`);
    const cut = event.isTruncated ? ' (truncated)' : '';
    return `${timestamp(event.timeNs)} ${event.context}: ${event.name}${fields.join('')}${cut}`;
  }

  started(timeNs: number, dateTime: string): string {
    return `${timestamp(timeNs)} log started ${dateTime}`;
  }

  dropped(timeNs: number, count: number, total: number): string {
    return `${timestamp(timeNs)} log dropped events: count=${count} total=${total}`;
  }

  #valueText(event: LogEvent, value: LogValue): string {
    switch (value.kind) {
      case 'text':
        return quoted(String(value.value));
      case 'enum':
        return bare(String(value.value));
      case 'address':
        return value.value === null ? '"null"' : modernAddress(value.value);
      case 'frame':
        return frameText(value.value, this.#isContentShown);
      case 'command':
        return commandText(event.name, value.value, this.#isContentShown);
      case 'sbe':
        return sbeText(value.value);
      case 'bytes':
        return this.#isContentShown ? `\n${hexDump(value.value)}\n` : `${value.value.length} bytes`;
      default:
        return String(value.value);
    }
  }
}
