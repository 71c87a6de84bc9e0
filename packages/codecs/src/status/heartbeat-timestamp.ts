// SPDX-License-Identifier: Apache-2.0
/** Finds the counter in which a client tells the driver that it is alive. Any thread; reads only. */
import { CounterState, type CountersReader, NULL_COUNTER_ID } from '@aeron/core/internal';
import { readHeartbeatKey } from './counter-keys.ts';
import { DRIVER_COUNTERS } from './driver-counters.ts';

const TYPE_ID = DRIVER_COUNTERS.CLIENT_HEARTBEAT.typeId;

/**
 * The heartbeat counter of a client, or NULL_COUNTER_ID. Matches the key, as the reference does, not the registration id.
 *
 * @source aeron-client/HeartbeatTimestamp
 */
export function findHeartbeatCounterId(counters: CountersReader, clientId: number): number {
  for (let id = counters.nextAllocated(0); id !== NULL_COUNTER_ID; id = counters.nextAllocated(id + 1)) {
    if (counters.getCounterTypeId(id) === TYPE_ID && readHeartbeatKey(counters.getCounterKey(id)) === clientId) {
      return id;
    }
  }
  return NULL_COUNTER_ID;
}

/** Whether a counter found earlier still is the heartbeat of that client: the driver takes it away from a client it gave up. */
export function isHeartbeatActive(counters: CountersReader, counterId: number, clientId: number): boolean {
  return (
    counters.getCounterTypeId(counterId) === TYPE_ID &&
    readHeartbeatKey(counters.getCounterKey(counterId)) === clientId &&
    counters.getCounterState(counterId) === CounterState.ALLOCATED
  );
}
