// SPDX-License-Identifier: Apache-2.0
/**
 * Front end for layout tables: `layout('Nak', frameHeader, { sessionId: i32, … }, { doc, source })`. Rows are laid out in order
 * without implied padding; a stated offset (`i32.at(8)`) is compared with the computed one. Used when code is generated and
 * by tests, never at run time.
 */
import type { FixedField, FlagBit, MessageLayout, Primitive, TailField } from './model.ts';
import { PRIMITIVE_LENGTH } from './model.ts';
import { upperSnake } from './names.ts';

type Presence = FixedField['presence'];

/** The type of a row. Immutable: each refinement is a new one. */
export class FixedKind {
  readonly type: FixedField['type'];
  readonly length: number;
  readonly flags: readonly FlagBit[];
  readonly statedOffset: number | undefined;
  readonly doc: string;
  readonly presence: Presence;

  constructor(type: FixedField['type'], length: number, more: Partial<FixedKind> = {}) {
    this.type = type;
    this.length = length;
    this.flags = more.flags ?? [];
    this.statedOffset = more.statedOffset;
    this.doc = more.doc ?? '';
    this.presence = more.presence ?? 'always';
  }

  /** States the offset, in bytes from the start of the message; generation fails if the rows before say otherwise. */
  at(offset: number): FixedKind {
    return new FixedKind(this.type, this.length, { ...this, statedOffset: offset });
  }

  /** What the field means: unit, range, special values. */
  about(doc: string): FixedKind {
    return new FixedKind(this.type, this.length, { ...this, doc });
  }

  /** The field may be missing at the end; its presence follows from the received length or from a length field. */
  optional(lengthField?: string): FixedKind {
    const presence = lengthField === undefined ? 'receivedLength' : { lengthField };
    return new FixedKind(this.type, this.length, { ...this, presence });
  }
}

/** A variable-length row; such rows come last. */
export class TailKind {
  readonly encoding: TailField['encoding'];
  readonly prefix: TailField['prefix'];
  readonly statedOffset: number | undefined;
  readonly doc: string;

  constructor(encoding: TailField['encoding'], prefix: TailField['prefix'], statedOffset?: number, doc = '') {
    this.encoding = encoding;
    this.prefix = prefix;
    this.statedOffset = statedOffset;
    this.doc = doc;
  }

  /** States where the length prefix is; only the first variable-length row has a fixed place. */
  at(offset: number): TailKind {
    return new TailKind(this.encoding, this.prefix, offset, this.doc);
  }

  about(doc: string): TailKind {
    return new TailKind(this.encoding, this.prefix, this.statedOffset, doc);
  }
}

const primitive = (type: Primitive): FixedKind => new FixedKind(type, PRIMITIVE_LENGTH[type]);

export const i8 = primitive('i8');
export const u8 = primitive('u8');
export const i16 = primitive('i16');
export const u16 = primitive('u16');
export const i32 = primitive('i32');
/** A number in the API, exact to 2^53; at any alignment. */
export const i64 = primitive('i64');
/** All 64 bits, a bigint in the API; at any alignment. */
export const opaque64 = primitive('opaque64');
/** `length` raw bytes. */
export const bytes = (length: number): FixedKind => new FixedKind('bytes', length);
/** `length` bytes that nobody reads or writes. */
export const reserved = (length: number): FixedKind => new FixedKind('reserved', length);
/** A run of equal fields, reached by index through the offset constant. */
export const array = (kind: FixedKind, count: number): FixedKind => new FixedKind('bytes', kind.length * count);
/** ASCII text behind its length. */
export const ascii = (prefix: TailField['prefix'] = 'i32'): TailKind => new TailKind('ascii', prefix);
/** Raw bytes behind their length. */
export const varBytes = (prefix: TailField['prefix'] = 'i32'): TailKind => new TailKind('bytes', prefix);

/** An integer of single bits: each gets a mask constant and a boolean property `<name>Flag`. */
export function flags(kind: FixedKind, bits: Readonly<Record<string, number>>): FixedKind {
  const rows = Object.entries(bits).map(([name, mask]) => ({ name, mask }));
  return new FixedKind(kind.type, kind.length, { ...kind, flags: rows });
}

export type Rows = Readonly<Record<string, FixedKind | TailKind>>;

export interface AboutLayout {
  readonly doc: string;
  readonly source: string;
  readonly prefix?: string;
  readonly alignment?: number;
}

/** Describes a message. With a `base` its rows come first, and a row of the same name refines the one of the base. */
export function layout(name: string, base: MessageLayout, rows: Rows, about: AboutLayout): MessageLayout;
export function layout(name: string, rows: Rows, about: AboutLayout): MessageLayout;
export function layout(name: string, ...rest: [MessageLayout, Rows, AboutLayout] | [Rows, AboutLayout]): MessageLayout {
  const [base, rows, about] = rest.length === 3 ? rest : ([undefined, ...rest] as const);
  return resolve(name, 'message', base?.fields ?? [], rows, about);
}

/** Describes a block of shared memory whose fields need ordered or atomic access: constants only, no class. */
export function offsets(name: string, rows: Rows, about: AboutLayout): MessageLayout {
  return resolve(name, 'offsets', [], rows, about);
}

function resolve(
  name: string,
  kind: MessageLayout['kind'],
  inherited: readonly FixedField[],
  rows: Rows,
  about: AboutLayout,
): MessageLayout {
  const fields: FixedField[] = inherited.map((field) => refine(name, field, rows[field.name]));
  const tail: TailField[] = [];
  let offset = fields.reduce((end, field) => end + field.length, 0);
  for (const [rowName, row] of Object.entries(rows)) {
    if (inherited.some((field) => field.name === rowName)) {
      continue;
    }
    checkName(name, rowName);
    checkOffset(`${name}.${rowName}`, row.statedOffset, tail.length === 0 ? offset : undefined);
    if (row instanceof TailKind) {
      tail.push({ name: rowName, encoding: row.encoding, prefix: row.prefix, doc: row.doc });
      continue;
    }
    check(tail.length === 0, `${name}.${rowName}: fixed fields come before variable-length ones`);
    fields.push(fixedField(rowName, row, offset));
    offset += row.length;
  }
  checkOptional(name, fields, tail);
  return {
    name,
    prefix: about.prefix ?? upperSnake(name),
    doc: about.doc,
    source: about.source,
    kind,
    fields,
    tail,
    blockLength: offset,
    alignment: about.alignment ?? 1,
  };
}

function fixedField(name: string, row: FixedKind, offset: number): FixedField {
  const { type, length, doc, flags, presence } = row;
  return { name, type, offset, length, doc, flags, presence };
}

function refine(layoutName: string, field: FixedField, row: FixedKind | TailKind | undefined): FixedField {
  if (row === undefined) {
    return field;
  }
  const where = `${layoutName}.${field.name}`;
  check(row instanceof FixedKind && row.type === field.type, `${where}: a refined row keeps its type ${field.type}`);
  checkOffset(where, row.statedOffset, field.offset);
  return fixedField(field.name, row, field.offset);
}

const MEMBERS = ['buffer', 'offset', 'wrap', 'validate', 'encodedLength', 'toString', 'problem'];

function checkName(layoutName: string, name: string): void {
  check(/^[a-z][A-Za-z0-9]*$/.test(name), `${layoutName}.${name}: names are camelCase`);
  check(!MEMBERS.includes(name), `${layoutName}.${name}: the name is taken by the flyweight itself`);
}

function checkOffset(where: string, stated: number | undefined, computed: number | undefined): void {
  check(stated === undefined || stated === computed, `${where}: stated offset=${stated} computed offset=${computed}`);
}

function checkOptional(name: string, fields: readonly FixedField[], tail: readonly TailField[]): void {
  const first = fields.findIndex((field) => field.presence !== 'always');
  if (first >= 0) {
    check(first === fields.length - 1, `${name}: only the last field may be optional`);
    check(tail.length === 0, `${name}: an optional field and variable-length fields exclude each other`);
  }
}

function check(condition: boolean, message: string): asserts condition {
  if (!condition) {
    throw new Error(`layout ${message}`);
  }
}
