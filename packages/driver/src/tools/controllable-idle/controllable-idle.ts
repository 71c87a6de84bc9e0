// SPDX-License-Identifier: Apache-2.0
/**
 * set-controllable-idle-strategy: tells a running driver how its agents shall idle, if they follow the idle strategy
 * `controllable`. Writes one counter. @source aeron-samples/SetControllableIdleStrategy
 */
import { readSystemCounterKey, SYSTEM_COUNTER_TYPE_ID, SystemCounterId } from '@aeron/codecs/internal';
import { AeronError, ControllableIdle, CountersReader, counterOffset, NULL_COUNTER_ID } from '@aeron/core/internal';
import { checkDriverLives, openCncFile } from '../driver-files.ts';
import { jsonLine } from '../text/json.ts';
import { type ToolCall, textOf } from '../tool-call.ts';

/** Names that may stand for a status, such as `busy-spin`. */
export const IDLE_STATUS_NAMES: ReadonlyMap<string, number> = new Map(
  Object.entries(ControllableIdle).map(([name, status]) => [name.toLowerCase().replaceAll('_', '-'), status]),
);

/** A status from the command line: a name or an int32. @throws AeronError INVALID_ARGUMENT. */
export function parseIdleStatus(text: string): number {
  const status = IDLE_STATUS_NAMES.get(text) ?? (/^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN);
  if ((status | 0) !== status) {
    const names = [...IDLE_STATUS_NAMES].map(([name, value]) => `${value} ${name}`).join(', ');
    throw new AeronError('INVALID_ARGUMENT', `a number is expected, or one of the names of ${names}: status=${text}`);
  }
  return status;
}

/** @throws AeronError as `openCncFile`; DRIVER_TIMEOUT when no driver runs; AERON when it has no such counter. */
export async function* setControllableIdle(call: ToolCall, status: number): AsyncGenerator<string> {
  const cnc = await openCncFile(call, 'read-write');
  try {
    checkDriverLives(call.ports, cnc);
    const counters = new CountersReader(cnc.countersMetadata, cnc.countersValues);
    const counterId = findStatusCounter(counters);
    if (counterId === NULL_COUNTER_ID) {
      throw new AeronError('AERON', 'Could not find ControllableIdleStrategy status.');
    }
    const previous = counters.getCounterValue(counterId);
    counters.valuesBuffer.putInt64Release(counterOffset(counterId), status);
    if (previous === ControllableIdle.NOT_CONTROLLED) {
      call.remark('The status was 0: it seems that no agent of this driver uses the idle strategy `controllable`.');
    }
    yield call.json
      ? jsonLine({ path: cnc.path, counterId, previous, status })
      : textOf([`Set ControllableIdleStrategy status to ${status}`]);
  } finally {
    cnc.close();
  }
}

function findStatusCounter(counters: CountersReader): number {
  for (let id = counters.nextAllocated(0); id !== NULL_COUNTER_ID; id = counters.nextAllocated(id + 1)) {
    const isSystem = counters.getCounterTypeId(id) === SYSTEM_COUNTER_TYPE_ID;
    if (isSystem && readSystemCounterKey(counters.getCounterKey(id)) === SystemCounterId.CONTROLLABLE_IDLE_STRATEGY) {
      return id;
    }
  }
  return NULL_COUNTER_ID;
}
