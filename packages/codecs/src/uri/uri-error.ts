// SPDX-License-Identifier: Apache-2.0
/** How malformed channel URIs are refused: always the same code, naming the URI and the part at fault. */
import { AeronError } from '@aeron/core/internal';

/** Longest part of a refused URI that a message repeats. */
const MAX_QUOTED_LENGTH = 256;

/** An INVALID_URI error for `uri`. Long URIs are cut. */
export function invalidUri(uri: string, problem: string, cause?: unknown): AeronError {
  const quoted = uri.length > MAX_QUOTED_LENGTH ? `${uri.slice(0, MAX_QUOTED_LENGTH)}…` : uri;
  return new AeronError('INVALID_URI', `${problem}: uri=${quoted}`, cause === undefined ? {} : { cause });
}
