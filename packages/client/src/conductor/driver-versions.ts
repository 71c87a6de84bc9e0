// SPDX-License-Identifier: Apache-2.0
/** Reads which driver a client has. */
import { type DriverVersions, SYSTEM_COUNTER_TYPE_ID, SystemCounterId } from '@aeron/codecs/internal';
import { CounterState, type CountersReader } from '@aeron/core';

/** What the driver says in its system counters; 0 where it says nothing. */
export function readDriverVersions(counters: CountersReader): DriverVersions {
  return {
    controlProtocol: systemCounter(counters, SystemCounterId.CONTROL_PROTOCOL_VERSION),
    aeron: systemCounter(counters, SystemCounterId.AERON_VERSION),
  };
}

/** An old driver may have a counter of another kind under the id. */
function systemCounter(counters: CountersReader, counterId: number): number {
  const isThere =
    counterId <= counters.maxCounterId &&
    counters.getCounterState(counterId) === CounterState.ALLOCATED &&
    counters.getCounterTypeId(counterId) === SYSTEM_COUNTER_TYPE_ID &&
    counters.getCounterRegistrationId(counterId) === counterId;
  return isThere ? counters.getCounterValue(counterId) : 0;
}
