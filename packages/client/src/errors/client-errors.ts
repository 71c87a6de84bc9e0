// SPDX-License-Identifier: Apache-2.0
/**
 * The client's errors: one class per code that carries more than a message. Callers switch on `code`.
 */

import { ErrorCode, errorCodeName } from '@aeron/codecs/internal';
import { AeronError, type AeronErrorOptions, type ErrorCategory } from '@aeron/core';

const CATEGORY_PREFIX = /^(?:FATAL|ERROR|WARN) - /;

/**
 * The driver refused a command.
 *
 * @source aeron-client/RegistrationException
 */
export class RegistrationError extends AeronError {
  override readonly name = 'RegistrationError';
  /** Of the refused command. */
  readonly correlationId: number;
  /** Name of the driver's reason, such as INVALID_CHANNEL; UNKNOWN_CODE_VALUE for a number that this version has no name for. */
  readonly errorCode: string;
  /** The driver's reason as it was sent. */
  readonly errorCodeValue: number;

  /**
   * Made from an ON_ERROR of the driver, whose message loses its category. RESOURCE_TEMPORARILY_UNAVAILABLE is a
   * warning.
   */
  constructor(correlationId: number, errorCodeValue: number, driverMessage: string, options: AeronErrorOptions = {}) {
    const category: ErrorCategory = errorCodeValue === ErrorCode.RESOURCE_TEMPORARILY_UNAVAILABLE ? 'WARN' : 'ERROR';
    const text = driverMessage.replace(CATEGORY_PREFIX, '').trim();
    super('REGISTRATION', `${text}, correlationId=${correlationId} errorCodeValue=${errorCodeValue}`, {
      category,
      ...options,
    });
    this.correlationId = correlationId;
    this.errorCodeValue = errorCodeValue;
    this.errorCode = errorCodeName(errorCodeValue);
  }
}

/**
 * No media driver, a media driver that stopped, or no answer from it in time.
 *
 * @source aeron-client/DriverTimeoutException
 */
export class DriverTimeoutError extends AeronError {
  override readonly name = 'DriverTimeoutError';

  /** For whoever waits for a driver; `message` names what was waited for, and how long. */
  constructor(message: string, options: AeronErrorOptions = {}) {
    super('DRIVER_TIMEOUT', message, options);
  }
}

/**
 * The driver gave this client up: it had not heard from it for the client liveness time-out.
 *
 * @source aeron-client/ClientTimeoutException
 */
export class ClientTimeoutError extends AeronError {
  override readonly name = 'ClientTimeoutError';

  /** For the conductor, on ON_CLIENT_TIMEOUT. */
  constructor(message: string, options: AeronErrorOptions = {}) {
    super('CLIENT_TIMEOUT', message, options);
  }
}

/**
 * The client was not serviced for longer than the driver tolerates: the event loop was blocked or the process suspended.
 *
 * @source aeron-client/ConductorServiceTimeoutException
 */
export class ConductorServiceTimeoutError extends AeronError {
  override readonly name = 'ConductorServiceTimeoutError';

  /** For the conductor; `message` says how late it was. */
  constructor(message: string, options: AeronErrorOptions = {}) {
    super('CONDUCTOR_SERVICE_TIMEOUT', message, options);
  }
}

/**
 * A channel end point of the driver failed.
 *
 * @source aeron-client/ChannelEndpointException
 */
export class ChannelEndpointError extends AeronError {
  override readonly name = 'ChannelEndpointError';
  /** Counter id of the end point's status. */
  readonly statusIndicatorId: number;

  /** Made from an ON_ERROR of the driver with the code CHANNEL_ENDPOINT_ERROR. */
  constructor(statusIndicatorId: number, message: string, options: AeronErrorOptions = {}) {
    super('CHANNEL_ENDPOINT', `${message}, statusIndicatorId=${statusIndicatorId}`, options);
    this.statusIndicatorId = statusIndicatorId;
  }
}
