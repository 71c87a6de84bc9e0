// SPDX-License-Identifier: Apache-2.0
/** An event as read from the ring, whichever form its record had. */

/** What a field of kind `message` is. */
export type MessageKind = 'frame' | 'command' | 'sbe' | 'bytes';

/** A value with what text needs to know of it. */
export type LogValue =
  | { readonly kind: 'number'; readonly value: number | bigint }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'text'; readonly value: string | null }
  | { readonly kind: 'enum'; readonly value: string | null }
  | { readonly kind: 'address'; readonly value: Uint8Array | null }
  | { readonly kind: MessageKind; readonly value: Uint8Array };

/** A field of an event. */
export interface LogField {
  readonly name: string;
  readonly value: LogValue;
}

/** An event that was logged. */
export interface LogEvent {
  readonly typeId: number;
  /** `DRIVER`. */
  readonly context: string;
  readonly name: string;
  /** Monotonic, of the process that logged it. */
  readonly timeNs: number;
  readonly fields: readonly LogField[];
  /** Whether something did not fit into the record. */
  readonly isTruncated: boolean;
  /** Bytes of the event as releases up to 1.52 count them: kept, and there were. */
  readonly captureLength: number;
  readonly originalLength: number;
}

/** The value of a field; undefined when the event has none of that name. */
export function fieldOf(event: LogEvent, name: string): LogValue | undefined {
  return event.fields.find((field) => field.name === name)?.value;
}
