// SPDX-License-Identifier: Apache-2.0
/**
 * Reads records in the form of the reference from 1.53 on: an array of time, type id, name, an open-ended map of fields, and
 * whether something did not fit. Only that part of CBOR which such records use, and nothing in them is trusted: whatever else is
 * there makes the record malformed.
 *
 * @source aeron-client/CborDecode
 */
import { CborTag, type EventCatalogue, typeCodeOf } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';
import type { LogEvent, LogField, LogValue } from './log-event.ts';
import { MalformedRecordError } from './malformed-record-error.ts';

const MajorType = { UNSIGNED: 0, NEGATIVE: 1, BYTES: 2, TEXT: 3, ARRAY: 4, MAP: 5, TAG: 6, SIMPLE: 7 } as const;
const FALSE = 20;
const TRUE = 21;
const NULL = 22;
const INDEFINITE = 31;
const ENTRIES = 5;
/** More than any event has; a record that claims more is none. */
const MAX_FIELDS = 256;
const NO_TAG = 0;
const NULL_ADDRESS_EXCESS = 2;

/** @throws MalformedRecordError for anything but a whole record of this form. */
export function decodeCborRecord(
  catalogue: EventCatalogue,
  typeId: number,
  buffer: AtomicBuffer,
  offset: number,
  length: number,
): LogEvent {
  const input = new CborInput(buffer, offset, length);
  input.expectHead(MajorType.ARRAY, ENTRIES);
  const timeNs = Number(input.number());
  const ownTypeId = Number(input.number());
  if (ownTypeId !== typeId) {
    throw new MalformedRecordError(`another event than its type says: typeId=${typeId} record=${ownTypeId}`);
  }
  const name = input.text();
  input.expectHead(MajorType.MAP, INDEFINITE);
  const fields: LogField[] = [];
  while (!input.takeBreak()) {
    if (fields.length === MAX_FIELDS) {
      throw new MalformedRecordError(`too many fields: max=${MAX_FIELDS}`);
    }
    const field = input.text();
    fields.push({ name: field, value: input.value(catalogue.find(typeId)?.row.fields[field]) });
  }
  const isTruncated = input.bool();
  input.expectEnd();
  const context = catalogue.contextOf(typeCodeOf(typeId));
  return { typeId, context, name, timeNs, fields, isTruncated, captureLength: length, originalLength: length };
}

class CborInput {
  readonly #buffer: AtomicBuffer;
  readonly #end: number;
  #at: number;
  #major = 0;
  #extra = 0;

  constructor(buffer: AtomicBuffer, offset: number, length: number) {
    buffer.boundsCheck(offset, length);
    this.#buffer = buffer;
    this.#at = offset;
    this.#end = offset + length;
  }

  expectHead(major: number, extra: number): void {
    this.#head();
    if (this.#major !== major || this.#extra !== extra) {
      throw new MalformedRecordError(`major=${this.#major} extra=${this.#extra} expected=${major}/${extra}`);
    }
  }

  /** The reference counts two bytes too many for an address that is null: they are zero. */
  expectEnd(): void {
    const rest = this.#buffer.subarray(this.#at, this.#end - this.#at);
    if (rest.length > NULL_ADDRESS_EXCESS || rest.some((byte) => byte !== 0)) {
      throw new MalformedRecordError(`bytes behind the end: length=${rest.length}`);
    }
  }

  takeBreak(): boolean {
    this.#need(1);
    if (this.#buffer.getUint8(this.#at) !== 0xff) {
      return false;
    }
    this.#at++;
    return true;
  }

  number(): number | bigint {
    this.#head();
    return this.#number();
  }

  text(): string {
    this.#head();
    return this.#text();
  }

  bool(): boolean {
    this.#head();
    if (this.#major !== MajorType.SIMPLE || (this.#extra !== TRUE && this.#extra !== FALSE)) {
      throw new MalformedRecordError(`no boolean: major=${this.#major} extra=${this.#extra}`);
    }
    return this.#extra === TRUE;
  }

  /** @param kind of the field by the table: what a null is. */
  value(kind: string | undefined): LogValue {
    this.#head();
    let tag = NO_TAG;
    if (this.#major === MajorType.TAG) {
      tag = Number(this.#argument());
      this.#head();
    }
    switch (this.#major) {
      case MajorType.UNSIGNED:
      case MajorType.NEGATIVE:
        return { kind: 'number', value: this.#number() };
      case MajorType.TEXT:
        return { kind: tag === CborTag.ENUM ? 'enum' : 'text', value: this.#text() };
      case MajorType.BYTES:
        return bytesOf(tag, this.#bytes());
      case MajorType.SIMPLE:
        return this.#simple(kind);
      default:
        throw new MalformedRecordError(`no value of a field: major=${this.#major}`);
    }
  }

  #simple(kind: string | undefined): LogValue {
    switch (this.#extra) {
      case TRUE:
      case FALSE:
        return { kind: 'bool', value: this.#extra === TRUE };
      case NULL:
        return { kind: kind === 'enum' || kind === 'address' ? kind : 'text', value: null };
      default:
        throw new MalformedRecordError(`no simple value: extra=${this.#extra}`);
    }
  }

  #head(): void {
    this.#need(1);
    const first = this.#buffer.getUint8(this.#at++);
    this.#major = first >> 5;
    this.#extra = first & 0x1f;
  }

  #number(): number | bigint {
    const magnitude = this.#argument();
    switch (this.#major) {
      case MajorType.UNSIGNED:
        return magnitude;
      case MajorType.NEGATIVE:
        return typeof magnitude === 'bigint' || magnitude === Number.MAX_SAFE_INTEGER
          ? -1n - BigInt(magnitude)
          : -1 - magnitude;
      default:
        throw new MalformedRecordError(`no number: major=${this.#major}`);
    }
  }

  #text(): string {
    const length = this.#length(MajorType.TEXT);
    const text = this.#buffer.getAscii(this.#at, length);
    this.#at += length;
    return text;
  }

  #bytes(): Uint8Array {
    const length = this.#length(MajorType.BYTES);
    const bytes = Uint8Array.from(this.#buffer.subarray(this.#at, length));
    this.#at += length;
    return bytes;
  }

  #length(major: number): number {
    if (this.#major !== major) {
      throw new MalformedRecordError(`major=${this.#major} expected=${major}`);
    }
    const length = Number(this.#argument());
    this.#need(length);
    return length;
  }

  #argument(): number | bigint {
    const { view } = this.#buffer;
    const width = this.#extra < 24 ? 0 : 1 << (this.#extra - 24);
    if (this.#extra > 27) {
      throw new MalformedRecordError(`no length or number: extra=${this.#extra}`);
    }
    this.#need(width);
    const at = this.#at;
    this.#at += width;
    switch (width) {
      case 0:
        return this.#extra;
      case 1:
        return view.getUint8(at);
      case 2:
        return view.getUint16(at);
      case 4:
        return view.getUint32(at);
      default: {
        const value = view.getBigUint64(at);
        return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
      }
    }
  }

  #need(length: number): void {
    if (!(length <= this.#end - this.#at)) {
      throw new MalformedRecordError(`ends too soon: needed=${length} left=${this.#end - this.#at}`);
    }
  }
}

function bytesOf(tag: number, value: Uint8Array): LogValue {
  switch (tag) {
    case CborTag.IPV4:
    case CborTag.IPV6:
      return { kind: 'address', value };
    case CborTag.FRAME:
      return { kind: 'frame', value };
    case CborTag.COMMAND:
      return { kind: 'command', value };
    case CborTag.SBE:
      return { kind: 'sbe', value };
    default:
      return { kind: 'bytes', value };
  }
}
