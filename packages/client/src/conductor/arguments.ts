// SPDX-License-Identifier: Apache-2.0
/** Checks of what an application hands in: programs in JavaScript have no compiler to tell them. Cold paths only. */
import { AeronError } from '@aeron/core';
import type { WaitOptions } from './ports.ts';

/** @throws AeronError INVALID_ARGUMENT. */
export function checkChannel(channel: string): void {
  if (typeof channel !== 'string') {
    throw new AeronError('INVALID_ARGUMENT', `a channel is a string: channel=${String(channel)}`);
  }
}

/** @throws AeronError INVALID_ARGUMENT. */
export function checkInt32(value: number, name: string): void {
  if ((value | 0) !== value) {
    throw new AeronError('INVALID_ARGUMENT', `not a signed 32-bit integer: ${name}=${String(value)}`);
  }
}

/** @throws AeronError INVALID_ARGUMENT for a time-out that is no time, which would wait for ever. */
export function checkTimeout({ timeoutMs }: WaitOptions): void {
  if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
    throw new AeronError('INVALID_ARGUMENT', `not a time-out: timeoutMs=${String(timeoutMs)}`);
  }
}

/**
 * A 64-bit value: as a number where that is exact, as a bigint in any case.
 *
 * @throws AeronError INVALID_ARGUMENT for what is no signed 64-bit integer.
 */
export function int64Of(value: number | bigint, name: string): bigint {
  const isExact = typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);
  if (!isExact) {
    const advice = typeof value === 'number' ? ': beyond 2^53 use a bigint' : '';
    throw new AeronError('INVALID_ARGUMENT', `not a signed 64-bit integer: ${name}=${String(value)}${advice}`);
  }
  return BigInt(value);
}

/**
 * An id of this client's or its driver's making, which a number holds.
 *
 * @throws AeronError INVALID_ARGUMENT for what is no such integer.
 */
export function idOf(value: number | bigint, name: string): number {
  const id = typeof value === 'bigint' ? Number(value) : value;
  if (!Number.isSafeInteger(id)) {
    throw new AeronError('INVALID_ARGUMENT', `not an id: ${name}=${String(value)}`);
  }
  return id;
}
