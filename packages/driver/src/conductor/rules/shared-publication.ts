// SPDX-License-Identifier: Apache-2.0
/** Whether a client may join a publication that exists already: what its URI states must agree with it. Pure. */
import type { PublicationParams } from './publication-params.ts';
import type { UriParameters } from './uri-values.ts';

/** The publication that would be shared. */
export interface SharedPublication {
  readonly channel: string;
  readonly sessionId: number;
  readonly mtuLength: number;
  readonly termLength: number;
  readonly initialTermId: number;
  /** Where it started, not where it is. */
  readonly startingTermId: number;
  readonly startingTermOffset: number;
}

/**
 * @returns the first parameter that is stated and differs, as text, or undefined when all agree.
 * @source aeron-driver/PublicationParams
 */
export function sharedPublicationMismatch(
  uri: UriParameters,
  requested: PublicationParams,
  existing: SharedPublication,
): string | undefined {
  const stated: readonly [name: string, existing: number, requested: number | undefined][] = [
    ['mtu', existing.mtuLength, requested.mtuLength],
    ['term-length', existing.termLength, requested.termLength],
    ['session-id', existing.sessionId, requested.sessionId],
    ['init-term-id', existing.initialTermId, requested.position?.initialTermId],
    ['term-id', existing.startingTermId, requested.position?.termId],
    ['term-offset', existing.startingTermOffset, requested.position?.termOffset],
  ];
  const mismatch = stated.find(([name, has, wants]) => uri.get(name) !== undefined && has !== wants);
  return mismatch === undefined
    ? undefined
    : `existing publication has different '${mismatch[0]}': existing=${mismatch[1]} requested=${mismatch[2]} ` +
        `existingChannel=${existing.channel} channel=${uri.toString()}`;
}
