// SPDX-License-Identifier: Apache-2.0
/**
 * What an image says when shared memory holds what cannot be. Whoever reports one reads that image no further.
 */
import { AeronError } from '@aeron/core';

/** The facts that name an image. */
export interface NamedImage {
  readonly sessionId: number;
  readonly subscriberPositionId: number;
  readonly termBufferLength: number;
  readonly filePath: string;
}

/** A frame that claims to be shorter than its header or to reach beyond its term. */
export function corruptFrame(image: NamedImage, termOffset: number, frameLength: number): AeronError {
  return new AeronError(
    'LOG_BUFFER_CORRUPT',
    `frame length out of bounds, the image is not read any further: frameLength=${frameLength} termOffset=${termOffset} ` +
      `termLength=${image.termBufferLength} sessionId=${image.sessionId} file=${image.filePath}`,
  );
}

/** A subscriber position that is negative, beyond the last possible one, or not at the start of a frame. */
export function corruptPosition(image: NamedImage, position: number): AeronError {
  return new AeronError(
    'LOG_BUFFER_CORRUPT',
    `subscriber position is impossible, the image is not read any further: position=${position} ` +
      `counterId=${image.subscriberPositionId} sessionId=${image.sessionId}`,
  );
}
