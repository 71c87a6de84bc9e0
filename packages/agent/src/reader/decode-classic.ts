// SPDX-License-Identifier: Apache-2.0
/**
 * Reads records in the form of the reference up to 1.52: lengths and time, then the values as the table of events says. Nothing in
 * them is trusted.
 *
 * @source aeron-agent/CommonEventDissector
 */
import {
  CLASSIC_HEADER_LENGTH,
  CLASSIC_TRANSITION,
  type ClassicPart,
  classicParts,
  type EventCatalogue,
  type FieldKind,
  type LogEventRow,
} from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';
import type { LogEvent, LogField, LogValue } from './log-event.ts';
import { MalformedRecordError } from './malformed-record-error.ts';

const LENGTH_PREFIX = 4;
const NULL_TEXT = 'null';

/** @throws MalformedRecordError for an event that is in no table, and for anything but a whole record of this form. */
export function decodeClassicRecord(
  catalogue: EventCatalogue,
  typeId: number,
  buffer: AtomicBuffer,
  offset: number,
  length: number,
): LogEvent {
  const definition = catalogue.find(typeId);
  if (definition === undefined) {
    throw new MalformedRecordError(`no such event: typeId=${typeId}`);
  }
  const { table, name, row } = definition;
  if (length < CLASSIC_HEADER_LENGTH) {
    throw new MalformedRecordError(`too short for its header: length=${length}`);
  }
  const captureLength = buffer.getInt32(offset);
  const originalLength = buffer.getInt32(offset + 4);
  if (captureLength !== length - CLASSIC_HEADER_LENGTH || originalLength < captureLength) {
    throw new MalformedRecordError(`length=${length} captureLength=${captureLength} originalLength=${originalLength}`);
  }
  const timeNs = Number(buffer.getBigInt64(offset + 8));
  const input = new ClassicInput(buffer, offset + CLASSIC_HEADER_LENGTH, captureLength);
  const found = new Map<string, LogValue>();
  for (const part of classicParts(row)) {
    input.part(part, found);
  }
  input.expectEnd();
  const isTruncated = originalLength > captureLength;
  const fields = inOrder(row, found);
  return { typeId, context: table.context, name, timeNs, fields, isTruncated, captureLength, originalLength };
}

function inOrder({ fields }: LogEventRow, found: ReadonlyMap<string, LogValue>): LogField[] {
  return Object.keys(fields).flatMap((name) => {
    const value = found.get(name);
    return value === undefined ? [] : { name, value };
  });
}

class ClassicInput {
  readonly #buffer: AtomicBuffer;
  readonly #end: number;
  #at: number;

  constructor(buffer: AtomicBuffer, offset: number, length: number) {
    buffer.boundsCheck(offset, length);
    this.#buffer = buffer;
    this.#at = offset;
    this.#end = offset + length;
  }

  part(part: ClassicPart, found: Map<string, LogValue>): void {
    switch (part.form) {
      case 'transition': {
        const [from = '', to = '', ...more] = this.#text().split(CLASSIC_TRANSITION);
        if (more.length > 0) {
          throw new MalformedRecordError('no transition of states');
        }
        found.set(part.from, { kind: 'enum', value: nullable(from) });
        found.set(part.to, { kind: 'enum', value: nullable(to) });
        break;
      }
      case 'socket':
        found.set(part.port, { kind: 'number', value: this.#int(4) });
        found.set(part.address, { kind: 'address', value: this.#address() });
        break;
      default:
        found.set(part.field, this.#value(part.kind));
    }
  }

  expectEnd(): void {
    if (this.#at !== this.#end) {
      throw new MalformedRecordError(`bytes behind the end: length=${this.#end - this.#at}`);
    }
  }

  #value(kind: FieldKind): LogValue {
    switch (kind) {
      case 'bool':
        return { kind, value: this.#int(1) !== 0 };
      case 'i8':
        return { kind: 'number', value: this.#int(1) };
      case 'i32':
        return { kind: 'number', value: this.#int(4) };
      case 'i64':
        return { kind: 'number', value: this.#long() };
      case 'text':
      case 'enum':
        return { kind, value: nullable(this.#text()) };
      case 'address':
        return { kind, value: this.#address() };
      case 'bytes':
        return { kind, value: this.#bytes(this.#length()) };
      default:
        return { kind, value: this.#bytes(this.#end - this.#at) };
    }
  }

  #int(width: 1 | 4): number {
    this.#need(width);
    const at = this.#at;
    this.#at += width;
    return width === 1 ? this.#buffer.getInt8(at) : this.#buffer.getInt32(at);
  }

  #long(): number | bigint {
    this.#need(8);
    const value = this.#buffer.getBigInt64(this.#at);
    this.#at += 8;
    const isExact = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
    return isExact ? Number(value) : value;
  }

  #text(): string {
    const length = this.#length();
    const text = this.#buffer.getAscii(this.#at, length);
    this.#at += length;
    return text;
  }

  #address(): Uint8Array | null {
    const bytes = this.#bytes(this.#length());
    return bytes.length === 0 ? null : bytes;
  }

  #length(): number {
    this.#need(LENGTH_PREFIX);
    const length = this.#buffer.getInt32(this.#at);
    this.#at += LENGTH_PREFIX;
    this.#need(length);
    return length;
  }

  #bytes(length: number): Uint8Array {
    const bytes = Uint8Array.from(this.#buffer.subarray(this.#at, length));
    this.#at += length;
    return bytes;
  }

  #need(length: number): void {
    if (!(length >= 0 && length <= this.#end - this.#at)) {
      throw new MalformedRecordError(`ends too soon: needed=${length} left=${this.#end - this.#at}`);
    }
  }
}

function nullable(text: string): string | null {
  return text === NULL_TEXT ? null : text;
}
