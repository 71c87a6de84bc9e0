// SPDX-License-Identifier: Apache-2.0
/**
 * Log lines as the reference up to 1.52 and the C driver write them:
 * `[12.345678900] DRIVER: RESEND [49/49]: sessionId=7 streamId=10 …`.
 */
import {
  classicParts,
  type EventCatalogue,
  type LogEventRow,
  MAX_CLASSIC_CAPTURE_LENGTH,
} from '@aeron/codecs/internal';
import { fieldOf, type LogEvent, type LogValue } from '../reader/log-event.ts';
import { commandText } from './command-text.ts';
import { frameText } from './frame-text.ts';
import { hexDump } from './hex-dump.ts';
import type { LineFormat } from './line-format.ts';
import { bare, bits, classicAddress, packedVersion, quoted, timestamp } from './plain-text.ts';
import { sbeText } from './sbe-text.ts';

const INT32_BITS = 32n;

export class ClassicText implements LineFormat {
  readonly #catalogue: EventCatalogue;
  readonly #isContentShown: boolean;

  /**
   * Words come from the templates in `catalogue`.
   *
   * @param isContentShown whether payloads, keys and labels are dumped.
   */
  constructor(catalogue: EventCatalogue, isContentShown: boolean) {
    this.#catalogue = catalogue;
    this.#isContentShown = isContentShown;
  }

  /** As releases up to 1.52 write it. */
  line(event: LogEvent): string {
    const row = this.#catalogue.find(event.typeId)?.row;
    const [captured, original] = row === undefined ? lengthsAsRead(event) : classicLengths(event, row);
    const text = row === undefined ? namesAndValues(event) : this.#fromTemplate(event, row);
    return `${timestamp(event.timeNs)} ${event.context}: ${event.name} [${captured}/${original}]: ${text}`;
  }

  started(timeNs: number, dateTime: string, loggers: string): string {
    return `${timestamp(timeNs)} log started ${dateTime}, enabled loggers: {${loggers}}`;
  }

  dropped(timeNs: number, count: number, total: number): string {
    return `${timestamp(timeNs)} log dropped events: count=${count} total=${total}`;
  }

  #fromTemplate(event: LogEvent, row: LogEventRow): string {
    const words = row.classic.text.split(' ').map((word) => {
      const value = /^\w+$/.test(word) ? fieldOf(event, word) : undefined;
      return value === undefined ? this.#filled(word, event) : `${word}=${this.#valueText(event, value, '')}`;
    });
    return words.join(' ');
  }

  /** Puts values for what stands in braces. */
  #filled(word: string, event: LogEvent): string {
    return word.replace(/("?)\{(\w+)(?::(\w+))?\}"?/g, (_, quote: string, name: string, form: string | undefined) => {
      const value = fieldOf(event, name);
      if (value === undefined) {
        return '...'; // cut off
      }
      return quote === '' ? this.#valueText(event, value, form ?? '') : quoted(String(value.value ?? ''));
    });
  }

  #valueText(event: LogEvent, value: LogValue, form: string): string {
    switch (value.kind) {
      case 'address':
        return classicAddress(value.value);
      case 'frame':
        return frameText(value.value, this.#isContentShown);
      case 'command':
        return commandText(event.name, value.value, this.#isContentShown);
      case 'sbe':
        return sbeText(value.value);
      case 'bytes':
        return this.#isContentShown ? `\n${hexDump(value.value)}` : `${value.value.length} bytes`;
      case 'number':
        return numberText(value.value, form);
      default:
        return bare(String(value.value));
    }
  }
}

function numberText(value: number | bigint, form: string): string {
  switch (form) {
    case 'bits':
      return bits(Number(value));
    case 'version':
      return packedVersion(Number(value));
    case 'high':
      return String(BigInt(value) >> INT32_BITS);
    case 'low':
      return String(BigInt.asIntN(32, BigInt(value)));
    default:
      return String(value);
  }
}

function namesAndValues({ fields }: LogEvent): string {
  return fields.map(({ name, value }) => `${name}=${bare(String(value.value))}`).join(' ');
}

function lengthsAsRead({ captureLength, originalLength }: LogEvent): readonly [number, number] {
  return [captureLength, originalLength];
}

/** The lengths that a record of those releases would have, whatever form this one had. */
function classicLengths(event: LogEvent, row: LogEventRow): readonly [number, number] {
  let length = 0;
  for (const part of classicParts(row)) {
    if (part.form === 'transition') {
      const states = `${fieldOf(event, part.from)?.value} -> ${fieldOf(event, part.to)?.value}`;
      length += 4 + states.length;
    } else if (part.form === 'socket') {
      length += 8 + (bytesOf(fieldOf(event, part.address))?.length ?? 0);
    } else {
      length += lengthOf(part.kind, fieldOf(event, part.field));
    }
  }
  return [Math.min(length, MAX_CLASSIC_CAPTURE_LENGTH), Math.max(length, event.isTruncated ? event.originalLength : 0)];
}

function lengthOf(kind: string, value: LogValue | undefined): number {
  switch (kind) {
    case 'bool':
    case 'i8':
      return 1;
    case 'i32':
      return 4;
    case 'i64':
      return 8;
    case 'text':
    case 'enum':
      return 4 + String(value?.value ?? null).length;
    case 'address':
    case 'bytes':
      return 4 + (bytesOf(value)?.length ?? 0);
    default:
      return bytesOf(value)?.length ?? 0;
  }
}

function bytesOf(value: LogValue | undefined): Uint8Array | undefined {
  return value?.value instanceof Uint8Array ? value.value : undefined;
}
