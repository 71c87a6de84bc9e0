// SPDX-License-Identifier: Apache-2.0
/**
 * Writes one event as the reference from 1.53 on does: an array of time, type id, name, an open-ended map of fields, and whether
 * something did not fit. Numbers take their shortest form. A record has a fixed bound; a field that does not fit is left out with
 * all behind it, unless it may be cut. Any thread, one event at a time; never throws for what the values are.
 *
 * @source aeron-client/CborEncode
 */
import { AtomicBuffer } from '@aeron/core/internal';
import { parseIpAddress } from '../protocol/ip-address.ts';
import type { CompiledEvent, CompiledField } from './compiled-event.ts';
import type { FieldKind } from './event-table.ts';

/** Bytes of the longest record. */
export const MAX_EVENT_RECORD_LENGTH = 4096;

export const CborMajor = { UNSIGNED: 0x00, NEGATIVE: 0x20, BYTES: 0x40, TEXT: 0x60, ARRAY: 0x80, MAP: 0xa0, TAG: 0xc0 };
export const CborSimple = { FALSE: 0xf4, TRUE: 0xf5, NULL: 0xf6, BREAK: 0xff };
export const CborTag = {
  ENUM: 44,
  IPV4: 52,
  IPV6: 54,
  BYTES: 64,
  FRAME: 80_000,
  COMMAND: 80_001,
  SBE: 80_002,
} as const;

const ARRAY_OF_FIVE = 0x85;
const OPEN_MAP = 0xbf;
const FOOTER_LENGTH = 2;
const NO_TAG = -1;
const TWO_32 = 0x1_0000_0000;
const CUT_MARK = '...';

const BYTE_TAGS: Partial<Record<FieldKind, number>> = {
  bytes: CborTag.BYTES,
  frame: CborTag.FRAME,
  command: CborTag.COMMAND,
  sbe: CborTag.SBE,
};

export class CborWriter {
  readonly buffer = AtomicBuffer.allocate(MAX_EVENT_RECORD_LENGTH);
  /** Where the bytes of the last message stand in the buffer, and how many there are. */
  messageOffset = 0;
  messageLength = 0;
  #position = 0;
  #isFull = false;

  begin({ typeId, nameText }: CompiledEvent, timeNs: number): void {
    this.#position = 0;
    this.#isFull = false;
    this.#putByte(ARRAY_OF_FIVE);
    this.#putNumber(timeNs);
    this.#putNumber(typeId);
    this.#putBytes(nameText);
    this.#putByte(OPEN_MAP);
  }

  /** @returns the length of the record. */
  end(): number {
    this.#putByte(CborSimple.BREAK);
    this.#putByte(this.#isFull ? CborSimple.TRUE : CborSimple.FALSE);
    return this.#position;
  }

  field(field: CompiledField, value: unknown): void {
    switch (field.kind) {
      case 'bool':
        this.bool(field, value === true);
        break;
      case 'text':
      case 'enum':
        this.text(field, value === null || value === undefined ? null : String(value));
        break;
      case 'address':
        this.address(field, value as string | null | undefined);
        break;
      case 'bytes':
      case 'frame':
      case 'command':
      case 'sbe': {
        const bytes = value as Uint8Array;
        this.message(field, new AtomicBuffer(bytes), 0, bytes.length);
        break;
      }
      default:
        this.number(field, value as number | bigint);
    }
  }

  number(field: CompiledField, value: number | bigint): void {
    if (this.#hasRoom(field.key.length + lengthOfNumber(value))) {
      this.#putBytes(field.key);
      this.#putNumber(value);
    }
  }

  bool(field: CompiledField, value: boolean): void {
    if (this.#hasRoom(field.key.length + 1)) {
      this.#putBytes(field.key);
      this.#putByte(value ? CborSimple.TRUE : CborSimple.FALSE);
    }
  }

  text(field: CompiledField, value: string | null | undefined): void {
    if (value === null || value === undefined) {
      this.#null(field);
      return;
    }
    const tag = field.kind === 'enum' ? CborTag.ENUM : NO_TAG;
    const length = this.#fit(field, tag, value.length, CUT_MARK.length);
    if (length >= 0) {
      this.#putBytes(field.key);
      this.#putTag(tag);
      this.#putHead(CborMajor.TEXT, length, lengthOfHead(value.length));
      if (length < value.length) {
        this.#putAscii(value.slice(0, length - CUT_MARK.length));
        this.#putAscii(CUT_MARK);
      } else {
        this.#putAscii(value);
      }
    }
  }

  address(field: CompiledField, value: string | null | undefined): void {
    const bytes = value === null || value === undefined ? undefined : parseIpAddress(value);
    if (bytes === undefined) {
      this.#null(field);
      return;
    }
    const tag = bytes.length === 4 ? CborTag.IPV4 : CborTag.IPV6;
    if (this.#fit(field, tag, bytes.length, bytes.length) >= 0) {
      this.#putBytes(field.key);
      this.#putTag(tag);
      this.#putHead(CborMajor.BYTES, bytes.length, 1);
      this.#putBytes(bytes);
    }
  }

  message(field: CompiledField, source: AtomicBuffer, offset: number, length: number): void {
    const tag = BYTE_TAGS[field.kind] ?? NO_TAG;
    const kept = this.#fit(field, tag, length, 0);
    this.messageLength = 0;
    if (kept >= 0) {
      this.#putBytes(field.key);
      this.#putTag(tag);
      this.#putHead(CborMajor.BYTES, kept, lengthOfHead(length));
      this.messageOffset = this.#position;
      this.messageLength = kept;
      this.buffer.putBytes(this.#position, source, offset, kept);
      this.#position += kept;
    }
  }

  #null(field: CompiledField): void {
    if (this.#hasRoom(field.key.length + 1)) {
      this.#putBytes(field.key);
      this.#putByte(CborSimple.NULL);
    }
  }

  #hasRoom(length: number): boolean {
    this.#isFull ||= length > MAX_EVENT_RECORD_LENGTH - FOOTER_LENGTH - this.#position;
    return !this.#isFull;
  }

  /** @returns how many of `length` bytes go in, or -1 when the field stays out. */
  #fit({ key, mayBeCut }: CompiledField, tag: number, length: number, least: number): number {
    const head = key.length + (tag === NO_TAG ? 0 : lengthOfNumber(tag)) + lengthOfHead(length);
    const room = MAX_EVENT_RECORD_LENGTH - FOOTER_LENGTH - this.#position - head;
    if (this.#isFull || (room < length && (!mayBeCut || room < least))) {
      this.#isFull = true;
      return -1;
    }
    if (room < length) {
      this.#isFull = true;
    }
    return Math.min(length, room);
  }

  #putTag(tag: number): void {
    if (tag !== NO_TAG) {
      this.#putHead(CborMajor.TAG, tag, lengthOfHead(tag));
    }
  }

  #putNumber(value: number | bigint): void {
    if (typeof value === 'bigint') {
      const isNegative = value < 0n;
      const magnitude = BigInt.asUintN(64, isNegative ? ~value : value);
      this.#putMagnitude(isNegative ? CborMajor.NEGATIVE : CborMajor.UNSIGNED, Number(magnitude >> 32n), magnitude);
      return;
    }
    const isNegative = value < 0;
    const magnitude = isNegative ? -1 - value : value;
    this.#putMagnitude(isNegative ? CborMajor.NEGATIVE : CborMajor.UNSIGNED, Math.floor(magnitude / TWO_32), magnitude);
  }

  #putMagnitude(major: number, high: number, magnitude: number | bigint): void {
    if (high === 0) {
      const low = Number(magnitude);
      this.#putHead(major, low, lengthOfHead(low));
      return;
    }
    const low = typeof magnitude === 'bigint' ? Number(magnitude & 0xffff_ffffn) : magnitude % TWO_32;
    const { view } = this.buffer;
    view.setUint8(this.#position, major | 27);
    view.setUint32(this.#position + 1, high);
    view.setUint32(this.#position + 5, low);
    this.#position += 9;
  }

  /** @param headLength 1, 2, 3 or 5 bytes for type and value. */
  #putHead(major: number, value: number, headLength: number): void {
    const { view } = this.buffer;
    const at = this.#position;
    switch (headLength) {
      case 1:
        view.setUint8(at, major | value);
        break;
      case 2:
        view.setUint8(at, major | 24);
        view.setUint8(at + 1, value);
        break;
      case 3:
        view.setUint8(at, major | 25);
        view.setUint16(at + 1, value);
        break;
      default:
        view.setUint8(at, major | 26);
        view.setUint32(at + 1, value);
    }
    this.#position = at + headLength;
  }

  #putByte(value: number): void {
    this.buffer.putUint8(this.#position++, value);
  }

  #putBytes(bytes: Uint8Array): void {
    this.buffer.bytes.set(bytes, this.#position);
    this.#position += bytes.length;
  }

  #putAscii(text: string): void {
    this.#position += this.buffer.putAscii(this.#position, text);
  }
}

function lengthOfNumber(value: number | bigint): number {
  if (typeof value === 'bigint') {
    const magnitude = BigInt.asUintN(64, value < 0n ? ~value : value);
    return magnitude >= 0x1_0000_0000n ? 9 : lengthOfHead(Number(magnitude));
  }
  const magnitude = value < 0 ? -1 - value : value;
  return magnitude >= TWO_32 ? 9 : lengthOfHead(magnitude);
}

function lengthOfHead(value: number): number {
  return value < 24 ? 1 : value < 0x100 ? 2 : value < 0x1_0000 ? 3 : 5;
}
