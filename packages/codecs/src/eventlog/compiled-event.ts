// SPDX-License-Identifier: Apache-2.0
/** A row of an event table made ready for encoding. Start-up only. */
import { type EventTable, eventTypeId, type FieldKind, type LogEventRow } from './event-table.ts';

export const MAX_SHORT_TEXT_LENGTH = 23;
const TEXT_MAJOR_TYPE = 0x60;
const ONE_BYTE_LENGTH = 24;

export interface CompiledField {
  readonly name: string;
  readonly kind: FieldKind;
  /** The name in CBOR. */
  readonly key: Uint8Array;
  readonly mayBeCut: boolean;
}

/** A part of a record of releases up to 1.52. */
export type ClassicPart = (
  | { readonly form: 'value'; readonly field: string; readonly kind: FieldKind }
  | { readonly form: 'transition'; readonly from: string; readonly to: string }
  | { readonly form: 'socket'; readonly address: string; readonly port: string }
) & {
  /** Bytes that the parts behind it take at least. */
  readonly tailLength: number;
};

export interface CompiledEvent {
  readonly name: string;
  readonly typeId: number;
  /** The name in CBOR. */
  readonly nameText: Uint8Array;
  readonly fields: readonly CompiledField[];
  readonly classic: readonly ClassicPart[];
}

export function compileEvent(table: EventTable, name: string, row: LogEventRow): CompiledEvent {
  return {
    name,
    typeId: eventTypeId(table.typeCode, row.id),
    nameText: cborText(name),
    fields: Object.entries(row.fields).map(([field, kind]) => ({
      name: field,
      kind,
      key: cborText(field),
      mayBeCut: kind === 'frame' || row.cut.includes(field),
    })),
    classic: classicParts(row),
  };
}

const WIDTHS: Readonly<Record<FieldKind, number>> = {
  i8: 1,
  bool: 1,
  i32: 4,
  i64: 8,
  text: 4,
  enum: 4,
  address: 4,
  bytes: 4,
  frame: 0,
  command: 0,
  sbe: 0,
};
const SOCKET_MIN_LENGTH = 8;

/** @throws RangeError for a form that names no field of the row. */
export function classicParts(row: LogEventRow): readonly ClassicPart[] {
  const kindOf = (field: string): FieldKind => {
    const kind = row.fields[field];
    if (kind === undefined) {
      throw new RangeError(`no such field: field=${field} fields=${Object.keys(row.fields).join(',')}`);
    }
    return kind;
  };
  const parts: ClassicPart[] = [];
  let tailLength = 0;
  for (const word of row.classic.body.split(' ').reverse()) {
    const transition = /^(\w+)>(\w+)$/.exec(word);
    const socket = /^(\w+):(\w+)$/.exec(word);
    if (transition !== null) {
      const [, from = '', to = ''] = transition;
      kindOf(from);
      kindOf(to);
      parts.push({ form: 'transition', from, to, tailLength });
      tailLength += WIDTHS.text;
    } else if (socket !== null) {
      const [, address = '', port = ''] = socket;
      kindOf(address);
      kindOf(port);
      parts.push({ form: 'socket', address, port, tailLength });
      tailLength += SOCKET_MIN_LENGTH;
    } else {
      parts.push({ form: 'value', field: word, kind: kindOf(word), tailLength });
      tailLength += WIDTHS[kindOf(word)];
    }
  }
  return parts.reverse();
}

/** @throws RangeError for names beyond 255 characters. */
function cborText(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'ascii');
  if (bytes.length > 0xff) {
    throw new RangeError(`name too long: length=${bytes.length}`);
  }
  const head =
    bytes.length <= MAX_SHORT_TEXT_LENGTH
      ? [TEXT_MAJOR_TYPE | bytes.length]
      : [TEXT_MAJOR_TYPE | ONE_BYTE_LENGTH, bytes.length];
  return Uint8Array.from([...head, ...bytes]);
}
