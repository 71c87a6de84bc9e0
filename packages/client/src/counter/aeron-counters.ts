// SPDX-License-Identifier: Apache-2.0
/**
 * Small helps with counters that were found by their id. Any thread; the reader must belong to an open client.
 *
 * @source aeron-client/AeronCounters
 */
import { COUNTER_REFERENCE_ID_OFFSET, ConfigurationError, type CountersReader, counterOffset } from '@aeron/core';
import { int64Of } from '../conductor/arguments.ts';
import { appendToLabel } from './counter-label.ts';

/** @throws ConfigurationError unless the counter is of this type; AeronError INVALID_ARGUMENT for an id there is no room for. */
export function validateCounterTypeId(counters: CountersReader, counterId: number, expectedTypeId: number): void {
  const typeId = counters.getCounterTypeId(counterId);
  if (typeId !== expectedTypeId) {
    throw new ConfigurationError(
      `counter is of another type: counterId=${counterId} typeId=${typeId} expected=${expectedTypeId}`,
    );
  }
}

/** Appends to the label of an allocated counter; what does not fit into 380 characters is cut. @returns characters added. */
export function appendToCounterLabel(counters: CountersReader, counterId: number, suffix: string): number {
  counters.getCounterState(counterId); // refuses an id that there is no room for
  return appendToLabel(counters.metadataBuffer, counterId, suffix);
}

/** Sets the id that an application may give a counter for its own purposes. */
export function setCounterReferenceId(counters: CountersReader, counterId: number, referenceId: number | bigint): void {
  counters.getCounterState(counterId);
  const offset = counterOffset(counterId) + COUNTER_REFERENCE_ID_OFFSET;
  counters.valuesBuffer.putBigInt64(offset, int64Of(referenceId, 'referenceId'));
}
