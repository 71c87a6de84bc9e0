// SPDX-License-Identifier: Apache-2.0
/** What the driver broadcasts to its clients: one row per event, used by both sides and by event logging. */
import type { MessageLayout } from '../flyweight.ts';
import { ON_AVAILABLE_IMAGE_LAYOUT } from './generated/on-available-image.ts';
import { ON_CLIENT_TIMEOUT_LAYOUT } from './generated/on-client-timeout.ts';
import { ON_COUNTER_LAYOUT } from './generated/on-counter.ts';
import { ON_ERROR_LAYOUT } from './generated/on-error.ts';
import { ON_NEXT_AVAILABLE_SESSION_ID_LAYOUT } from './generated/on-next-available-session-id.ts';
import { ON_OPERATION_SUCCESS_LAYOUT } from './generated/on-operation-success.ts';
import { ON_PUBLICATION_ERROR_LAYOUT } from './generated/on-publication-error.ts';
import { ON_PUBLICATION_READY_LAYOUT } from './generated/on-publication-ready.ts';
import { ON_STATIC_COUNTER_LAYOUT } from './generated/on-static-counter.ts';
import { ON_SUBSCRIPTION_READY_LAYOUT } from './generated/on-subscription-ready.ts';
import { ON_UNAVAILABLE_IMAGE_LAYOUT } from './generated/on-unavailable-image.ts';

/** An event that the driver tells its clients. */
export interface EventRow {
  /** Message type id in the broadcast buffer. */
  readonly id: number;
  readonly name: string;
  readonly layout: MessageLayout;
}

/** Every event that the driver tells its clients. @source aeron-client/ControlProtocolEvents */
export const EVENTS = [
  { id: 0x0f01, name: 'ON_ERROR', layout: ON_ERROR_LAYOUT },
  { id: 0x0f02, name: 'ON_AVAILABLE_IMAGE', layout: ON_AVAILABLE_IMAGE_LAYOUT },
  { id: 0x0f03, name: 'ON_PUBLICATION_READY', layout: ON_PUBLICATION_READY_LAYOUT },
  { id: 0x0f04, name: 'ON_OPERATION_SUCCESS', layout: ON_OPERATION_SUCCESS_LAYOUT },
  { id: 0x0f05, name: 'ON_UNAVAILABLE_IMAGE', layout: ON_UNAVAILABLE_IMAGE_LAYOUT },
  { id: 0x0f06, name: 'ON_EXCLUSIVE_PUBLICATION_READY', layout: ON_PUBLICATION_READY_LAYOUT },
  { id: 0x0f07, name: 'ON_SUBSCRIPTION_READY', layout: ON_SUBSCRIPTION_READY_LAYOUT },
  { id: 0x0f08, name: 'ON_COUNTER_READY', layout: ON_COUNTER_LAYOUT },
  { id: 0x0f09, name: 'ON_UNAVAILABLE_COUNTER', layout: ON_COUNTER_LAYOUT },
  { id: 0x0f0a, name: 'ON_CLIENT_TIMEOUT', layout: ON_CLIENT_TIMEOUT_LAYOUT },
  { id: 0x0f0b, name: 'ON_STATIC_COUNTER', layout: ON_STATIC_COUNTER_LAYOUT },
  { id: 0x0f0c, name: 'ON_PUBLICATION_ERROR', layout: ON_PUBLICATION_ERROR_LAYOUT },
  { id: 0x0f0d, name: 'ON_NEXT_AVAILABLE_SESSION_ID', layout: ON_NEXT_AVAILABLE_SESSION_ID_LAYOUT },
] as const satisfies readonly EventRow[];

type Rows = (typeof EVENTS)[number];
/** Name of an event. */
export type EventName = Rows['name'];

/** Message type id by event name. */
export const EventId = Object.fromEntries(EVENTS.map(({ name, id }) => [name, id])) as {
  readonly [Row in Rows as Row['name']]: Row['id'];
};

const BY_ID: ReadonlyMap<number, Rows> = new Map(EVENTS.map((row) => [row.id, row]));

/** The row of a message type id as received, or undefined for one that this version does not know. */
export function eventById(id: number): Rows | undefined {
  return BY_ID.get(id);
}
