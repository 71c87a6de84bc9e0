// SPDX-License-Identifier: Apache-2.0
/** Events as JSON, one document on a line, with the time of the wall clock. */
import { eventIdOf } from '@aeron/codecs/internal';
import type { Clock } from '@aeron/core/internal';
import type { LogEvent, LogValue } from '../reader/log-event.ts';
import { commandFields } from './command-text.ts';
import { frameFields } from './frame-text.ts';
import type { LineFormat } from './line-format.ts';
import { modernAddress } from './plain-text.ts';
import { sbeFields } from './sbe-text.ts';

const NS_PER_MS = 1_000_000;

export class JsonLines implements LineFormat {
  readonly #zeroMs: number;
  readonly #isContentShown: boolean;

  /**
   * Ties the monotonic time of events to the wall clock once, at the start.
   *
   * @param clock whose monotonic time is that of the events.
   */
  constructor(clock: Clock, isContentShown: boolean) {
    this.#zeroMs = clock.epochMs() - clock.nanoTime() / NS_PER_MS;
    this.#isContentShown = isContentShown;
  }

  /** As one JSON document. */
  line(event: LogEvent): string {
    const fields = event.fields.map(({ name, value }) => [name, this.#valueOf(event, value)]);
    return this.#document(event.timeNs, {
      component: event.context,
      event: event.name,
      id: eventIdOf(event.typeId),
      ...Object.fromEntries(fields),
      ...(event.isTruncated && { isTruncated: true }),
    });
  }

  started(timeNs: number, dateTime: string): string {
    return this.#document(timeNs, { event: 'log started', dateTime });
  }

  dropped(timeNs: number, count: number, total: number): string {
    return this.#document(timeNs, { event: 'log dropped events', count, total });
  }

  #document(timeNs: number, content: object): string {
    const time = new Date(this.#zeroMs + timeNs / NS_PER_MS).toISOString();
    return JSON.stringify({ time, timeNs, ...content }, (_, value) =>
      typeof value === 'bigint' ? String(value) : value instanceof Uint8Array ? this.#bytes(value) : value,
    );
  }

  #valueOf(event: LogEvent, { kind, value }: LogValue): unknown {
    switch (kind) {
      case 'address':
        return value === null ? null : modernAddress(value);
      case 'frame':
        return { ...frameFields(value), ...(this.#isContentShown && { content: this.#bytes(value) }) };
      case 'command':
        return withoutContent(commandFields(event.name, value) ?? {}, this.#isContentShown);
      case 'sbe':
        return { ...sbeFields(value), length: value.length };
      case 'bytes':
        return this.#bytes(value);
      default:
        return value;
    }
  }

  #bytes(bytes: Uint8Array): unknown {
    return this.#isContentShown ? Buffer.from(bytes).toString('hex') : { length: bytes.length };
  }
}

function withoutContent(fields: Readonly<Record<string, unknown>>, isContentShown: boolean): object {
  const { key, label, ...rest } = fields;
  return isContentShown ? fields : rest;
}
