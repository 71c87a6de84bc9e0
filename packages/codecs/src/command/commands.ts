// SPDX-License-Identifier: Apache-2.0
/** What clients ask of the driver: one row per command, used by both sides and by event logging. */
import type { MessageLayout } from '../flyweight.ts';
import type { EventName } from './events.ts';
import { ADD_COUNTER_LAYOUT } from './generated/add-counter.ts';
import { ADD_PUBLICATION_LAYOUT } from './generated/add-publication.ts';
import { ADD_STATIC_COUNTER_LAYOUT } from './generated/add-static-counter.ts';
import { ADD_SUBSCRIPTION_LAYOUT } from './generated/add-subscription.ts';
import { CORRELATED_COMMAND_LAYOUT } from './generated/correlated-command.ts';
import { DESTINATION_COMMAND_LAYOUT } from './generated/destination-command.ts';
import { GET_NEXT_AVAILABLE_SESSION_ID_LAYOUT } from './generated/get-next-available-session-id.ts';
import { REJECT_IMAGE_LAYOUT } from './generated/reject-image.ts';
import { REMOVE_COUNTER_LAYOUT } from './generated/remove-counter.ts';
import { REMOVE_DESTINATION_BY_ID_LAYOUT } from './generated/remove-destination-by-id.ts';
import { REMOVE_PUBLICATION_LAYOUT } from './generated/remove-publication.ts';
import { REMOVE_SUBSCRIPTION_LAYOUT } from './generated/remove-subscription.ts';
import { TERMINATE_DRIVER_LAYOUT } from './generated/terminate-driver.ts';

/** A command of a client to the driver. */
export interface CommandRow {
  /** Message type id in the to-driver ring. */
  readonly id: number;
  readonly name: string;
  readonly layout: MessageLayout;
  /** The event that answers it when it succeeds; a refusal is an ON_ERROR. `none`: it is never answered. */
  readonly reply: EventName | 'none';
}

const SUCCESS = 'ON_OPERATION_SUCCESS';

/** Every command of a client to the driver. @source aeron-client/ControlProtocolEvents */
export const COMMANDS = [
  { id: 0x01, name: 'ADD_PUBLICATION', layout: ADD_PUBLICATION_LAYOUT, reply: 'ON_PUBLICATION_READY' },
  { id: 0x02, name: 'REMOVE_PUBLICATION', layout: REMOVE_PUBLICATION_LAYOUT, reply: SUCCESS },
  {
    id: 0x03,
    name: 'ADD_EXCLUSIVE_PUBLICATION',
    layout: ADD_PUBLICATION_LAYOUT,
    reply: 'ON_EXCLUSIVE_PUBLICATION_READY',
  },
  { id: 0x04, name: 'ADD_SUBSCRIPTION', layout: ADD_SUBSCRIPTION_LAYOUT, reply: 'ON_SUBSCRIPTION_READY' },
  { id: 0x05, name: 'REMOVE_SUBSCRIPTION', layout: REMOVE_SUBSCRIPTION_LAYOUT, reply: SUCCESS },
  { id: 0x06, name: 'CLIENT_KEEPALIVE', layout: CORRELATED_COMMAND_LAYOUT, reply: 'none' },
  { id: 0x07, name: 'ADD_DESTINATION', layout: DESTINATION_COMMAND_LAYOUT, reply: SUCCESS },
  { id: 0x08, name: 'REMOVE_DESTINATION', layout: DESTINATION_COMMAND_LAYOUT, reply: SUCCESS },
  { id: 0x09, name: 'ADD_COUNTER', layout: ADD_COUNTER_LAYOUT, reply: 'ON_COUNTER_READY' },
  { id: 0x0a, name: 'REMOVE_COUNTER', layout: REMOVE_COUNTER_LAYOUT, reply: SUCCESS },
  { id: 0x0b, name: 'CLIENT_CLOSE', layout: CORRELATED_COMMAND_LAYOUT, reply: 'none' },
  { id: 0x0c, name: 'ADD_RCV_DESTINATION', layout: DESTINATION_COMMAND_LAYOUT, reply: SUCCESS },
  { id: 0x0d, name: 'REMOVE_RCV_DESTINATION', layout: DESTINATION_COMMAND_LAYOUT, reply: SUCCESS },
  { id: 0x0e, name: 'TERMINATE_DRIVER', layout: TERMINATE_DRIVER_LAYOUT, reply: 'none' },
  { id: 0x0f, name: 'ADD_STATIC_COUNTER', layout: ADD_STATIC_COUNTER_LAYOUT, reply: 'ON_STATIC_COUNTER' },
  { id: 0x10, name: 'REJECT_IMAGE', layout: REJECT_IMAGE_LAYOUT, reply: SUCCESS },
  { id: 0x11, name: 'REMOVE_DESTINATION_BY_ID', layout: REMOVE_DESTINATION_BY_ID_LAYOUT, reply: SUCCESS },
  {
    id: 0x12,
    name: 'GET_NEXT_AVAILABLE_SESSION_ID',
    layout: GET_NEXT_AVAILABLE_SESSION_ID_LAYOUT,
    reply: 'ON_NEXT_AVAILABLE_SESSION_ID',
  },
] as const satisfies readonly CommandRow[];

type Rows = (typeof COMMANDS)[number];
/** Name of a command. */
export type CommandName = Rows['name'];

/** Message type id by command name. */
export const CommandId = Object.fromEntries(COMMANDS.map(({ name, id }) => [name, id])) as {
  readonly [Row in Rows as Row['name']]: Row['id'];
};

const BY_ID: ReadonlyMap<number, Rows> = new Map(COMMANDS.map((row) => [row.id, row]));

/** The row of a message type id as received, or undefined for one that this version does not know. */
export function commandById(id: number): Rows | undefined {
  return BY_ID.get(id);
}
