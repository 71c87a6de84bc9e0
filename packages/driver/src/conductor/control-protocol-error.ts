// SPDX-License-Identifier: Apache-2.0
/** A refused client command: what the driver answers with a code of the control protocol, as opposed to a fault of its own. */

import { ErrorCode } from '@aeron/codecs/internal';
import { AeronError, type ErrorCategory } from '@aeron/core/internal';

/** @source aeron-client/ControlProtocolException */
export class ControlProtocolError extends AeronError {
  override readonly name = 'ControlProtocolError';
  /** One of `ErrorCode`: what the client is told. */
  readonly errorCode: number;

  constructor(errorCode: number, message: string, options: { readonly cause?: unknown } = {}) {
    const isTransient = errorCode === ErrorCode.RESOURCE_TEMPORARILY_UNAVAILABLE;
    const category: ErrorCategory = isTransient ? 'WARN' : 'ERROR';
    super('CONTROL_PROTOCOL', message, { ...options, category });
    this.errorCode = errorCode;
  }
}

/** Refuses a channel URI. @throws ControlProtocolError INVALID_CHANNEL. */
export function throwInvalidChannel(message: string, cause?: unknown): never {
  throw new ControlProtocolError(ErrorCode.INVALID_CHANNEL, message, { cause });
}
