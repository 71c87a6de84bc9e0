// SPDX-License-Identifier: Apache-2.0
/** Which log event stands for a message between clients and driver. Conductor only. */
import {
  CommandId,
  type CommandName,
  type DriverEventName,
  EventId,
  type EventName,
  TERMINATE_DRIVER_TOKEN_LENGTH_OFFSET,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import type { DriverEvents } from './driver-events.ts';

/** The younger messages have no event, neither here nor in the reference. */
const COMMAND_EVENTS: Partial<Record<CommandName, DriverEventName>> = {
  ADD_PUBLICATION: 'CMD_IN_ADD_PUBLICATION',
  REMOVE_PUBLICATION: 'CMD_IN_REMOVE_PUBLICATION',
  ADD_EXCLUSIVE_PUBLICATION: 'CMD_IN_ADD_EXCLUSIVE_PUBLICATION',
  ADD_SUBSCRIPTION: 'CMD_IN_ADD_SUBSCRIPTION',
  REMOVE_SUBSCRIPTION: 'CMD_IN_REMOVE_SUBSCRIPTION',
  CLIENT_KEEPALIVE: 'CMD_IN_KEEPALIVE_CLIENT',
  ADD_DESTINATION: 'CMD_IN_ADD_DESTINATION',
  REMOVE_DESTINATION: 'CMD_IN_REMOVE_DESTINATION',
  ADD_COUNTER: 'CMD_IN_ADD_COUNTER',
  REMOVE_COUNTER: 'CMD_IN_REMOVE_COUNTER',
  CLIENT_CLOSE: 'CMD_IN_CLIENT_CLOSE',
  ADD_RCV_DESTINATION: 'CMD_IN_ADD_RCV_DESTINATION',
  REMOVE_RCV_DESTINATION: 'CMD_IN_REMOVE_RCV_DESTINATION',
  TERMINATE_DRIVER: 'CMD_IN_TERMINATE_DRIVER',
  REJECT_IMAGE: 'CMD_IN_REJECT_IMAGE',
  REMOVE_DESTINATION_BY_ID: 'CMD_IN_REMOVE_DESTINATION_BY_ID',
};

const ANSWER_EVENTS: Partial<Record<EventName, DriverEventName>> = {
  ON_ERROR: 'CMD_OUT_ERROR',
  ON_AVAILABLE_IMAGE: 'CMD_OUT_AVAILABLE_IMAGE',
  ON_PUBLICATION_READY: 'CMD_OUT_PUBLICATION_READY',
  ON_OPERATION_SUCCESS: 'CMD_OUT_ON_OPERATION_SUCCESS',
  ON_UNAVAILABLE_IMAGE: 'CMD_OUT_ON_UNAVAILABLE_IMAGE',
  ON_EXCLUSIVE_PUBLICATION_READY: 'CMD_OUT_EXCLUSIVE_PUBLICATION_READY',
  ON_SUBSCRIPTION_READY: 'CMD_OUT_SUBSCRIPTION_READY',
  ON_COUNTER_READY: 'CMD_OUT_COUNTER_READY',
  ON_UNAVAILABLE_COUNTER: 'CMD_OUT_ON_UNAVAILABLE_COUNTER',
  ON_CLIENT_TIMEOUT: 'CMD_OUT_ON_CLIENT_TIMEOUT',
};

/** By the type id of the message, which is another for each. */
const BY_TYPE_ID: ReadonlyMap<number, DriverEventName> = new Map([
  ...pairs(COMMAND_EVENTS, CommandId),
  ...pairs(ANSWER_EVENTS, EventId),
]);

function pairs<N extends string>(
  events: Partial<Record<N, DriverEventName>>,
  typeIds: Readonly<Record<N, number>>,
): [number, DriverEventName][] {
  return Object.entries(events).map(([name, event]) => [typeIds[name as N], event as DriverEventName]);
}

/** Logs a message between a client and the driver, if its event is on. */
export function logClientMessage(
  events: DriverEvents,
  typeId: number,
  buffer: AtomicBuffer,
  offset: number,
  length: number,
): void {
  const event = BY_TYPE_ID.get(typeId);
  if (event === undefined || !events.isOn[event]) {
    return;
  }
  if (event === 'CMD_IN_TERMINATE_DRIVER') {
    const withoutToken = blankToken(buffer, offset, length);
    events.logMessage(event, withoutToken, 0, length);
  } else {
    events.logMessage(event, buffer, offset, length);
  }
}

/** A copy that says how long the token is, and nothing of what it is. */
function blankToken(buffer: AtomicBuffer, offset: number, length: number): AtomicBuffer {
  const copy = AtomicBuffer.allocate(length);
  const kept = Math.min(length, TERMINATE_DRIVER_TOKEN_LENGTH_OFFSET + 4);
  copy.putBytes(0, buffer, offset, kept);
  return copy;
}
