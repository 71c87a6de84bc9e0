// SPDX-License-Identifier: Apache-2.0
/**
 * Errors of sends and receives that pass by waiting or are the peer's doing: such a datagram counts as not taken. A network that can't
 * be reached is not among them: it is tried again all the same, but somebody should know.
 */
import { constants } from 'node:os';

export const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'EAGAIN',
  'EWOULDBLOCK',
  'EINTR',
  'ENOBUFS',
  'ENOMEM',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECANCELED',
]);

const NUMBERS: ReadonlySet<number> = new Set(
  Object.entries(constants.errno)
    .filter(([code]) => TRANSIENT_CODES.has(code))
    .map(([, number]) => number),
);

/** By the number that the C library gives. */
export function isTransient(errno: number): boolean {
  return NUMBERS.has(errno);
}
