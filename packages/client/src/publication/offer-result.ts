// SPDX-License-Identifier: Apache-2.0
/**
 * What offer, tryClaim and their like answer when they could not write: negative codes instead of positions. Back-pressure is
 * a value here, never an exception.
 */
import { ADMIN_ACTION, BACK_PRESSURED, CLOSED, MAX_POSITION_EXCEEDED, NOT_CONNECTED } from '@aeron/codecs/internal';

export { ADMIN_ACTION, BACK_PRESSURED, CLOSED, MAX_POSITION_EXCEEDED, NOT_CONNECTED };

interface OfferResultRow {
  readonly code: number;
  readonly name: string;
  readonly isRetryable: boolean;
  /** Why an offer has this result, and what to do about it. */
  readonly advice: string;
}

/** Everything that an offer may return in place of a position. */
export const OFFER_RESULTS: readonly OfferResultRow[] = [
  {
    code: NOT_CONNECTED,
    name: 'NOT_CONNECTED',
    isRetryable: true,
    advice:
      'nobody subscribes to it: is there a subscription with this channel and stream id, a driver on its side, no firewall between?',
  },
  {
    code: BACK_PRESSURED,
    name: 'BACK_PRESSURED',
    isRetryable: true,
    advice: 'a subscriber does not poll, or more slowly than this publishes: backlog-stat shows which',
  },
  {
    code: ADMIN_ACTION,
    name: 'ADMIN_ACTION',
    isRetryable: true,
    advice: 'the log turns to its next term: offer again at once',
  },
  {
    code: CLOSED,
    name: 'CLOSED',
    isRetryable: false,
    advice: 'the publication or its client was closed: add a new one',
  },
  {
    code: MAX_POSITION_EXCEEDED,
    name: 'MAX_POSITION_EXCEEDED',
    isRetryable: false,
    advice: 'the stream is at its end: add a new publication, with larger terms if this came soon',
  },
];

/** Why an offer has this result, and what to do about it. @param result what an offer returned; no position. */
export function offerAdvice(result: number): string {
  return OFFER_RESULTS.find(({ code }) => code === result)?.advice ?? 'no such result';
}

/**
 * Name of an offer's result: `NONE` for a position, `UNKNOWN` for a number that is no code.
 *
 * @source aeron-client/Publication
 */
export function errorString(position: number): string {
  return position >= 0 ? 'NONE' : (OFFER_RESULTS.find(({ code }) => code === position)?.name ?? 'UNKNOWN');
}

/** Whether offering again may succeed: not connected, back-pressured or administrative action. False for a position. */
export function isRetryable(position: number): boolean {
  return position === BACK_PRESSURED || position === ADMIN_ACTION || position === NOT_CONNECTED;
}
