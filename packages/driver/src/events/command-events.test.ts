// SPDX-License-Identifier: Apache-2.0
import {
  CommandId,
  driverEvents,
  EventCatalogue,
  EventId,
  EventMemory,
  EventSource,
  maskOf,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import { logClientMessage } from './command-events.ts';

const COMMAND_EVENTS = Object.entries(driverEvents.rows).filter(([name]) => name.startsWith('CMD_'));

/** Names of the events that messages of these types are logged as. */
function loggedAs(typeIds: readonly number[]): string[] {
  const memory = EventMemory.create(64 * 1024);
  memory.setEnabled(driverEvents.typeCode, maskOf(COMMAND_EVENTS.map(([, { id }]) => id)));
  const events = new EventSource(driverEvents, memory, { nanoTime: () => 1 });
  for (const typeId of typeIds) {
    logClientMessage(events, typeId, AtomicBuffer.allocate(64), 0, 64);
  }
  const catalogue = new EventCatalogue();
  const names: string[] = [];
  memory.ring.read((typeId) => names.push(catalogue.find(typeId)?.name ?? ''), 100);
  return names;
}

describe('the messages between clients and driver', () => {
  it('are all the events of commands that there are, each of its own', () => {
    const names = loggedAs([...Object.values(CommandId), ...Object.values(EventId)]);
    expect(names.sort()).toEqual(COMMAND_EVENTS.map(([name]) => name).sort());
  });
});
