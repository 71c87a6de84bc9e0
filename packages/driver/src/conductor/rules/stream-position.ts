// SPDX-License-Identifier: Apache-2.0
/** Where a stream starts, when the URI says so: three parameters that only make sense together. Pure. */
import { int32Parameter, refuse, type UriParameters } from './uri-values.ts';

/** A place in a stream. */
export interface StreamPosition {
  readonly initialTermId: number;
  readonly termId: number;
  /** Bytes into the term, frame aligned. */
  readonly termOffset: number;
}

const NAMES = ['init-term-id', 'term-id', 'term-offset'] as const;
const FRAME_ALIGNMENT = 32;
const TERM_MAX_LENGTH = 1024 * 1024 * 1024;

/**
 * @param termLength bytes; the offset may not lie beyond it. Undefined where the publisher decides the length.
 * @returns undefined when the URI gives none of the three.
 */
export function streamPosition(uri: UriParameters, termLength: number | undefined): StreamPosition | undefined {
  if (NAMES.every((name) => uri.get(name) === undefined)) {
    return undefined;
  }
  const initialTermId = int32Parameter(uri, 'init-term-id');
  const termId = int32Parameter(uri, 'term-id');
  const termOffset = int32Parameter(uri, 'term-offset');
  if (initialTermId === undefined || termId === undefined || termOffset === undefined) {
    return refuse(uri, `params must be used as a complete set: ${NAMES.join(' ')}`);
  }
  if (termLength !== undefined && termOffset > termLength) {
    refuse(uri, `term-offset=${termOffset} > term-length=${termLength}:`);
  }
  if (termOffset < 0 || termOffset > TERM_MAX_LENGTH) {
    refuse(uri, `term-offset=${termOffset} out of range:`);
  }
  if (termOffset % FRAME_ALIGNMENT !== 0) {
    refuse(uri, `term-offset=${termOffset} must be a multiple of FRAME_ALIGNMENT:`);
  }
  // Term ids wrap, so what counts is that the distance fits, not which one is larger.
  if (((termId - initialTermId) | 0) < 0) {
    refuse(uri, `difference greater than 2^31 - 1: init-term-id=${initialTermId} when term-id=${termId}`);
  }
  return { initialTermId, termId, termOffset };
}
