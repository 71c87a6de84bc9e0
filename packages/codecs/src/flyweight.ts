// SPDX-License-Identifier: Apache-2.0
/**
 * What every generated flyweight is, and the few operations on variable-length fields that they share. A flyweight is a window on
 * a message: it owns nothing and is wrapped anew for each message, on any thread. It must never trust a length it reads.
 */
import { AtomicBuffer } from '@aeron/core/internal';

/** What a flyweight looks at before it is wrapped: any access throws a RangeError. */
export const NO_BUFFER: AtomicBuffer = AtomicBuffer.allocate(0);

/** The fields of one message, flat, for event logging and debugging. `problem` alone when the message is malformed. */
export type DissectedFields = Readonly<Record<string, number | bigint | boolean | string | Uint8Array>>;

/** A window on a message of one layout. */
export interface Flyweight {
  readonly buffer: AtomicBuffer;
  /** Where the message starts, bytes. */
  readonly offset: number;
  /** Moves the window to the message that starts at `offset`, bytes; nothing is read or checked. */
  wrap(buffer: AtomicBuffer, offset: number): this;
  /**
   * Whether the message as received has room for all its fields, including the variable-length ones. To be asked before any
   * field of a message from outside is read.
   *
   * @param length of the message as received, bytes.
   * @returns what is wrong, in the reference's words, or undefined.
   */
  validate(length: number): string | undefined;
  /** Length of the message by its contents, bytes. */
  readonly encodedLength: number;
  /** Name and fields of the message as text; the problem instead of them where it is malformed. */
  toString(): string;
}

/** A layout as data: one row of a table of messages. */
export interface MessageLayout<F extends Flyweight = Flyweight> {
  readonly name: string;
  /** Bytes of the shortest valid message. */
  readonly minLength: number;
  /** The class, for `new layout.Flyweight()`. */
  readonly Flyweight: {
    /** A flyweight that is not wrapped yet. */
    new (): F;
  };
  /** The fields of the message of `length` bytes at `offset`; never throws for what the bytes say. */
  readonly dissect: (buffer: AtomicBuffer, offset: number, length: number) => DissectedFields;
}

/** Up to the next multiple of 4: where the next variable-length field starts. */
export function align4(length: number): number {
  return (length + 3) & ~3;
}

/**
 * Finds the end of a variable-length field inside a message.
 *
 * @param start of the message in the buffer.
 * @param at of the field's length prefix, from the start of the message.
 * @param limit length of the message.
 * @returns bytes from the start of the message, or -1 when the field does not fit.
 */
export function varDataEnd(
  buffer: AtomicBuffer,
  start: number,
  at: number,
  prefixLength: 2 | 4,
  limit: number,
): number {
  const dataAt = at + prefixLength;
  if (dataAt > limit) {
    return -1;
  }
  const length = prefixLength === 4 ? buffer.getInt32(start + at) : buffer.getInt16(start + at);
  return length < 0 || dataAt + length > limit ? -1 : dataAt + length;
}

/** Writes the zero bytes up to the next multiple of 4, so that equal messages have equal bytes. */
export function padTo4(buffer: AtomicBuffer, offset: number, length: number): void {
  for (let i = length; (i & 3) !== 0; i++) {
    buffer.putUint8(offset + i, 0);
  }
}

/** Copies `value` into a fixed run of bytes and fills the rest with zeros. */
export function putFixedBytes(buffer: AtomicBuffer, offset: number, length: number, value: Uint8Array): void {
  if (value.length > length) {
    throw new RangeError(`too many bytes: length=${value.length} max=${length}`);
  }
  buffer.putUint8Array(offset, value);
  buffer.setMemory(offset + value.length, length - value.length, 0);
}

/** The problem of a message that ends before its fixed fields do, or before the buffer allows. */
export function tooShort(length: number): string {
  return `too short: length=${length}`;
}

/** The problem of a message that ends before the named field does. */
export function tooShortFor(field: string, length: number): string {
  return `too short for ${field}: length=${length}`;
}

/** `Name{field=value …}`; bytes as hex. */
export function formatFields(name: string, fields: DissectedFields): string {
  const texts = Object.entries(fields).map(([key, value]) => {
    return `${key}=${value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value}`;
  });
  return `${name}{${texts.join(' ')}}`;
}
