// SPDX-License-Identifier: Apache-2.0
/**
 * What offer, tryClaim and their like answer when they could not write: negative codes instead of positions. Back-pressure is
 * a value here, never an exception.
 */
import { ADMIN_ACTION, BACK_PRESSURED, CLOSED, MAX_POSITION_EXCEEDED, NOT_CONNECTED } from '@aeron/codecs/internal';

export { ADMIN_ACTION, BACK_PRESSURED, CLOSED, MAX_POSITION_EXCEEDED, NOT_CONNECTED };

const NAMES = ['', 'NOT_CONNECTED', 'BACK_PRESSURED', 'ADMIN_ACTION', 'CLOSED', 'MAX_POSITION_EXCEEDED'];

/**
 * Name of an offer's result: `NONE` for a position, `UNKNOWN` for a number that is no code.
 *
 * @source aeron-client/Publication
 */
export function errorString(position: number): string {
  return position >= 0 ? 'NONE' : (NAMES[-position] ?? 'UNKNOWN');
}

/** Whether offering again may succeed: not connected, back-pressured or administrative action. False for a position. */
export function isRetryable(position: number): boolean {
  return position === BACK_PRESSURED || position === ADMIN_ACTION || position === NOT_CONNECTED;
}
