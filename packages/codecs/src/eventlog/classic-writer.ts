// SPDX-License-Identifier: Apache-2.0
/**
 * Writes one event as the reference up to 1.52 does: lengths and time, then the values one after the other, little-endian.
 * A text that does not fit is cut. Any thread, one event at a time.
 *
 * @source aeron-agent/CommonEventEncoder
 */
import { AtomicBuffer } from '@aeron/core/internal';
import { parseIpAddress } from '../protocol/ip-address.ts';
import type { ClassicPart, CompiledEvent } from './compiled-event.ts';
import type { FieldKind } from './event-table.ts';

/** Capture length, original length, time. */
export const CLASSIC_HEADER_LENGTH = 16;
/** Bytes kept of an event: 4096 less a line separator and the header. */
export const MAX_CLASSIC_CAPTURE_LENGTH = 4079;
export const CLASSIC_TRANSITION = ' -> ';

const CUT_MARK = '...';
const LENGTH_PREFIX = 4;
const NO_BYTES = new Uint8Array(0);

/** A message, where it stands. */
export interface MessageRange {
  readonly buffer: AtomicBuffer;
  readonly offset: number;
  readonly length: number;
}

export class ClassicWriter {
  readonly buffer = AtomicBuffer.allocate(CLASSIC_HEADER_LENGTH + MAX_CLASSIC_CAPTURE_LENGTH);
  /** Where the bytes of the last message stand in the buffer, and how many there are. */
  messageOffset = 0;
  messageLength = 0;
  #position = 0;
  #originalLength = 0;

  /** @param message in place of the value of the field that is a message. @returns the length of the record. */
  write(
    event: CompiledEvent,
    timeNs: number,
    values: Readonly<Record<string, unknown>>,
    message?: MessageRange,
  ): number {
    this.#position = CLASSIC_HEADER_LENGTH;
    this.#originalLength = 0;
    this.messageLength = 0;
    for (const part of event.classic) {
      this.#part(part, values, message);
    }
    this.buffer.putInt32(0, this.#position - CLASSIC_HEADER_LENGTH);
    this.buffer.putInt32(4, this.#originalLength);
    this.buffer.putInt64(8, timeNs);
    return this.#position;
  }

  #part(part: ClassicPart, values: Readonly<Record<string, unknown>>, message: MessageRange | undefined): void {
    switch (part.form) {
      case 'transition':
        this.#text(`${values[part.from]}${CLASSIC_TRANSITION}${values[part.to]}`, part.tailLength);
        break;
      case 'socket':
        this.#number(4, values[part.port] as number);
        this.#address(values[part.address]);
        break;
      default:
        this.#value(part.kind, values[part.field], part.tailLength, message);
    }
  }

  #value(kind: FieldKind, value: unknown, tailLength: number, message: MessageRange | undefined): void {
    switch (kind) {
      case 'bool':
        this.#number(1, value === true ? 1 : 0);
        break;
      case 'i8':
        this.#number(1, value as number);
        break;
      case 'i32':
        this.#number(4, value as number);
        break;
      case 'i64':
        this.#number(8, value as number | bigint);
        break;
      case 'text':
      case 'enum':
        this.#text(value === null || value === undefined ? 'null' : String(value), tailLength);
        break;
      case 'address':
        this.#address(value);
        break;
      default:
        this.#message(kind, message ?? rangeOf(value as Uint8Array), tailLength);
    }
  }

  #number(width: 1 | 4 | 8, value: number | bigint): void {
    const { view } = this.buffer;
    if (width === 1) {
      view.setUint8(this.#position, Number(value));
    } else if (width === 4) {
      view.setInt32(this.#position, Number(value), true);
    } else {
      view.setBigInt64(this.#position, BigInt(value), true);
    }
    this.#grow(width, width);
  }

  #text(value: string, tailLength: number): void {
    const room = this.#room(tailLength) - LENGTH_PREFIX;
    const kept = value.length <= room ? value : value.slice(0, room - CUT_MARK.length) + CUT_MARK;
    this.buffer.putInt32(this.#position, kept.length);
    this.buffer.putAscii(this.#position + LENGTH_PREFIX, kept);
    this.#grow(LENGTH_PREFIX + kept.length, LENGTH_PREFIX + value.length);
  }

  #address(value: unknown): void {
    const bytes = typeof value === 'string' ? (parseIpAddress(value) ?? NO_BYTES) : NO_BYTES;
    this.buffer.putInt32(this.#position, bytes.length);
    this.buffer.putUint8Array(this.#position + LENGTH_PREFIX, bytes);
    this.#grow(LENGTH_PREFIX + bytes.length, LENGTH_PREFIX + bytes.length);
  }

  #message(kind: FieldKind, { buffer, offset, length }: MessageRange, tailLength: number): void {
    if (kind === 'bytes') {
      this.#number(4, Math.min(length, this.#room(tailLength) - LENGTH_PREFIX));
    }
    const kept = Math.min(length, this.#room(tailLength));
    this.buffer.putBytes(this.#position, buffer, offset, kept);
    this.messageOffset = this.#position;
    this.messageLength = kept;
    this.#grow(kept, length);
  }

  #room(tailLength: number): number {
    return CLASSIC_HEADER_LENGTH + MAX_CLASSIC_CAPTURE_LENGTH - this.#position - tailLength;
  }

  #grow(length: number, originalLength: number): void {
    this.#position += length;
    this.#originalLength += originalLength;
  }
}

function rangeOf(bytes: Uint8Array): MessageRange {
  return { buffer: new AtomicBuffer(bytes), offset: 0, length: bytes.length };
}
