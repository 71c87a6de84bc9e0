// SPDX-License-Identifier: Apache-2.0
/**
 * What a table of log events is: one row says everything about one event, and encoders, decoders, both text dialects, types and
 * documentation follow from it. Ids are permanent: an id that was retired is never used again.
 *
 * @source aeron-client/EventCode
 */

/**
 * What a field holds. `i8`, `i32` and `i64` are one kind in CBOR and differ in width in the older records. `frame`, `command` and
 * `sbe` are messages as they were sent: a UDP frame, a message between client and driver, an SBE message.
 */
export type FieldKind =
  | 'i8'
  | 'i32'
  | 'i64'
  | 'bool'
  | 'text'
  | 'enum'
  | 'address'
  | 'bytes'
  | 'frame'
  | 'command'
  | 'sbe';

/** What a hook hands over for a field of a kind. Addresses are numeric text. */
interface FieldValues {
  readonly i8: number;
  readonly i32: number;
  readonly i64: number | bigint;
  readonly bool: boolean;
  readonly text: string | null;
  readonly enum: string | null;
  readonly address: string | null;
  readonly bytes: Uint8Array;
  readonly frame: Uint8Array;
  readonly command: Uint8Array;
  readonly sbe: Uint8Array;
}

/** The fields of an event, in the order of its record. */
export interface EventFields {
  readonly [name: string]: FieldKind;
}

/** How releases of the reference up to 1.52 write an event. */
export interface ClassicForm {
  /**
   * Fields in the order of the record: `name`, `from>to` for a transition of states in one string, `address:port` for a socket
   * address.
   */
  readonly body: string;
  /** The line: a word that is a field becomes `name=value`, `{field}` stands for the value alone, all else for itself. */
  readonly text: string;
}

/** An event that can be logged. */
export interface LogEventRow<F extends EventFields = EventFields> {
  readonly id: number;
  /** In the order of the record. */
  readonly fields: F;
  readonly classic: ClassicForm;
  /** Fields of kind text that are cut where the record is full; others of that size are left out. */
  readonly cut: readonly string[];
  readonly doc: string;
}

/** Events by name. */
export interface EventRows {
  readonly [name: string]: LogEventRow;
}

/** All events of one component. */
export interface EventTable<R extends EventRows = EventRows> {
  /** What the component is called in a log, `DRIVER`. */
  readonly context: string;
  /** The upper half of the type id of its records. */
  readonly typeCode: number;
  /** `aeron.event.log`: the property that switches events on; with `.disable` behind it, off. */
  readonly property: string;
  readonly rows: R;
  /** Groups of events that the setting knows besides `all`. */
  readonly groups: Readonly<Record<string, (name: string, row: LogEventRow) => boolean>>;
  /** Event names that were in use once and are still understood. */
  readonly formerNames: Readonly<Record<string, string>>;
}

/** What a hook hands over for an event. */
export type EventValues<R> =
  R extends LogEventRow<infer F>
    ? { readonly [K in keyof F]: F[K] extends FieldKind ? FieldValues[F[K]] : never }
    : never;

/** Type codes of the reference. STANDBY and SEQUENCER belong to products of which only the codes are public. */
export const EventTypeCode = { DRIVER: 0, ARCHIVE: 1, CLUSTER: 2, STANDBY: 3, SEQUENCER: 4 } as const;

/** Bounds of what may be defined: a record's type id is positive in a ring, and a set of events has so many bits. */
export const MAX_EVENT_TYPE_CODE = 0x7fff;
export const MAX_EVENT_ID = 127;

interface RowOptions {
  readonly body?: string;
  readonly text?: string;
  readonly cut?: readonly string[];
}

/** @param doc when it fires, in a few words. Without a body or text of its own the fields stand in the order of the row. */
export function event<const F extends EventFields>(
  id: number,
  doc: string,
  fields: F,
  { body, text, cut = [] }: RowOptions = {},
): LogEventRow<F> {
  const inOrder = Object.keys(fields).join(' ');
  return { id, doc, fields, cut, classic: { body: body ?? inOrder, text: text ?? body ?? inOrder } };
}

type TableOptions = Partial<Pick<EventTable, 'groups' | 'formerNames'>>;

/** @throws RangeError for a type code or id out of bounds, or an id that is taken. */
export function eventTable<const R extends EventRows>(
  facts: { readonly context: string; readonly typeCode: number; readonly property: string },
  rows: R,
  { groups = {}, formerNames = {} }: TableOptions = {},
): EventTable<R> {
  const { context, typeCode } = facts;
  if (!(Number.isInteger(typeCode) && typeCode >= 0 && typeCode <= MAX_EVENT_TYPE_CODE)) {
    throw new RangeError(`event type code out of bounds: context=${context} typeCode=${typeCode}`);
  }
  const taken = new Map<number, string>();
  for (const [name, { id }] of Object.entries(rows)) {
    if (!(Number.isInteger(id) && id >= 1 && id <= MAX_EVENT_ID)) {
      throw new RangeError(`event id out of bounds: context=${context} event=${name} id=${id} max=${MAX_EVENT_ID}`);
    }
    const other = taken.get(id);
    if (other !== undefined) {
      throw new RangeError(`two events have one id: context=${context} id=${id} events=${other}, ${name}`);
    }
    taken.set(id, name);
  }
  return Object.freeze({ ...facts, rows: Object.freeze(rows), groups, formerNames });
}

/** The type id of an event's records in the ring. */
export function eventTypeId(typeCode: number, id: number): number {
  return (typeCode << 16) | (id & 0xffff);
}

export function typeCodeOf(typeId: number): number {
  return typeId >>> 16;
}

export function eventIdOf(typeId: number): number {
  return typeId & 0xffff;
}
