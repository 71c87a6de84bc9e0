// SPDX-License-Identifier: Apache-2.0
/** A client refuses to go on with an image. The position is not looked at: the whole stream is refused. */
import { ErrorCode } from '@aeron/codecs/internal';
import { ControlProtocolError } from '../control-protocol-error.ts';
import type { Command } from './command.ts';
import type { CommandServices } from './command-services.ts';
import { allMedia, type RejectableImage } from './media.ts';

const REASON_MAX_LENGTH = 1023;

export interface RejectImageRequest {
  readonly correlationId: number;
  readonly imageCorrelationId: number;
  readonly position: number;
  readonly reason: string;
}

type Services = Pick<CommandServices, 'media' | 'proxy' | 'onImageRejected'>;

/** @source aeron-driver/DriverConductor (onRejectImage) */
export class RejectImage implements Command {
  readonly #request: RejectImageRequest;
  readonly #services: Services;

  constructor(request: RejectImageRequest, services: Services) {
    this.#request = request;
    this.#services = services;
  }

  step(): boolean {
    const { correlationId, position, reason } = this.#request;
    if (reason.length > REASON_MAX_LENGTH) {
      throw new ControlProtocolError(
        ErrorCode.GENERIC_ERROR,
        `Invalidation reason must be ${REASON_MAX_LENGTH} bytes or less: length=${reason.length}`,
      );
    }
    this.#findImage().reject(position, reason);
    this.#services.onImageRejected();
    this.#services.proxy.onOperationSuccess(correlationId);
    return true;
  }

  #findImage(): RejectableImage {
    const { imageCorrelationId } = this.#request;
    for (const medium of allMedia(this.#services.media)) {
      const image = medium.findImage(imageCorrelationId);
      if (image !== undefined) {
        return image;
      }
    }
    throw new ControlProtocolError(
      ErrorCode.GENERIC_ERROR,
      `Unable to resolve image for correlationId=${imageCorrelationId}`,
    );
  }
}
