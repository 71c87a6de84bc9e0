// SPDX-License-Identifier: Apache-2.0
/** Events of the user's own, in any thread of the process. */
import type { EventRows, EventSource, EventTable } from '@aeron/codecs/internal';
import { nodePlatform } from '@aeron/core/internal';
import { openEvents as openEventsOn } from '../event-log.ts';

/**
 * Where the calling thread logs events of its own; everything is off in a process that has not loaded event logging. Ask `isOn`
 * first, and call `refresh` now and then, such as once in a duty cycle, to learn what was switched.
 */
export function openEvents<R extends EventRows>(table: EventTable<R>): EventSource<R> {
  return openEventsOn(table, nodePlatform());
}
