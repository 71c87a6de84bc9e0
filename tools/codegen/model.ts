// SPDX-License-Identifier: Apache-2.0
/**
 * What a message layout is, whoever described it: the meeting point of the front ends (layout tables now, SBE schemas later)
 * and the one emitter. Plain data with every offset resolved; nothing here knows how it was written down or what is emitted.
 */

/** Fixed-size integers; `i64` is a number in the API (exact to 2^53), `opaque64` a bigint with all its bits. */
export type Primitive = 'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'i64' | 'opaque64';

export const PRIMITIVE_LENGTH: Readonly<Record<Primitive, number>> = {
  i8: 1,
  u8: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  i64: 8,
  opaque64: 8,
};

/** One bit of a flags field. `mask` is within the lowest 32 bits. */
export interface FlagBit {
  readonly name: string;
  readonly mask: number;
}

/** A field at a fixed place. */
export interface FixedField {
  readonly name: string;
  /** `bytes` is a run of raw bytes, `reserved` one that nobody reads. */
  readonly type: Primitive | 'bytes' | 'reserved';
  /** Bytes from the start of the message. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  readonly doc: string;
  readonly flags: readonly FlagBit[];
  /**
   * How one knows that an optional field at the end of the block is there: from the length of the message as received, or
   * from another field that holds the length.
   */
  readonly presence: 'always' | 'receivedLength' | { readonly lengthField: string };
}

/** A length-prefixed field after the fixed block. */
export interface TailField {
  readonly name: string;
  readonly encoding: 'ascii' | 'bytes';
  readonly prefix: 'i16' | 'i32';
  readonly doc: string;
}

export interface MessageLayout {
  /** PascalCase. */
  readonly name: string;
  /** UPPER_SNAKE start of each constant. */
  readonly prefix: string;
  readonly doc: string;
  /** The class or struct of the reference that states the same layout. */
  readonly source: string;
  /** `offsets`: only constants are wanted, because the fields are reached with ordered or atomic accesses. */
  readonly kind: 'message' | 'offsets';
  readonly fields: readonly FixedField[];
  /** Variable-length fields in order; each starts at a multiple of 4 from the start of the message. */
  readonly tail: readonly TailField[];
  /** Bytes of the fixed block, optional fields included. */
  readonly blockLength: number;
  /** Consecutive messages of this kind start at multiples of it; 1 where that is not laid down. */
  readonly alignment: number;
}

/** Bytes of the fixed block without its optional fields. */
export function requiredBlockLength(layout: MessageLayout): number {
  const optional = layout.fields.find((field) => field.presence !== 'always');
  return optional === undefined ? layout.blockLength : optional.offset;
}

/** Bytes of the shortest valid message: no optional fields, each variable-length field empty. */
export function minimumLength(layout: MessageLayout): number {
  return layout.tail.reduce((length, field) => length + PRIMITIVE_LENGTH[field.prefix], requiredBlockLength(layout));
}
