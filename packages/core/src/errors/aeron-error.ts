// SPDX-License-Identifier: Apache-2.0
/**
 * Operational failures. Callers switch on `code`, never on the class: codes survive duplicate installs and version changes.
 */

/** How bad it is, in the reference's words. */
export type ErrorCategory = 'FATAL' | 'ERROR' | 'WARN';

/** One row per stable code: its default category and what it means to the caller. */
export const ERROR_CODES = {
  AERON: { category: 'ERROR', doc: 'An operation was refused or failed; the message says which and why.' },
  CONFIGURATION: {
    category: 'ERROR',
    doc: 'A setting is missing, malformed, out of bounds or in conflict with another.',
  },
  REGISTRATION: { category: 'ERROR', doc: 'The driver refused a command; `errorCode` carries its reason.' },
  DRIVER_TIMEOUT: { category: 'FATAL', doc: 'No media driver, a driver that stopped, or no answer from it in time.' },
  CLIENT_TIMEOUT: {
    category: 'FATAL',
    doc: 'The driver has not heard from this client in time and released what it owned.',
  },
  CONDUCTOR_SERVICE_TIMEOUT: {
    category: 'FATAL',
    doc: 'The client was not serviced for longer than the liveness timeout: the event loop was blocked or the process paused.',
  },
  CHANNEL_ENDPOINT: {
    category: 'ERROR',
    doc: 'A channel end point failed; `statusIndicatorId` names its status counter.',
  },
  CONTROL_PROTOCOL: {
    category: 'ERROR',
    doc: 'A command or answer is not what it must be, or the driver is too old for the command.',
  },
  ACTIVE_DRIVER: { category: 'ERROR', doc: 'Another media driver serves this directory.' },
  CNC_NOT_READY: { category: 'ERROR', doc: 'No driver has finished creating the command-and-control file yet.' },
  CNC_VERSION: { category: 'ERROR', doc: 'The command-and-control file was written by an incompatible version.' },
  CNC_CORRUPT: { category: 'ERROR', doc: 'The command-and-control file is truncated or its lengths do not fit.' },
  LOG_BUFFER_CORRUPT: { category: 'ERROR', doc: 'A log buffer file is truncated or its metadata does not fit.' },
  STORAGE_SPACE: { category: 'ERROR', doc: 'The file system has no room for what was to be created.' },
  FILE_ACCESS: { category: 'ERROR', doc: 'A file or directory is missing or may not be used.' },
  MAPPING: { category: 'ERROR', doc: 'A file could not be mapped into memory.' },
  INVALID_URI: { category: 'ERROR', doc: 'A channel URI is malformed.' },
  INVALID_ARGUMENT: { category: 'ERROR', doc: 'An argument is out of its bounds.' },
  INSUFFICIENT_CAPACITY: { category: 'ERROR', doc: 'A ring or buffer in shared memory is full.' },
  TIMEOUT: { category: 'ERROR', doc: 'What the caller waited for did not happen within its own `timeoutMs`.' },
  MAX_POSITION_EXCEEDED: { category: 'ERROR', doc: 'A stream has reached its last possible position.' },
  CLOSED: { category: 'ERROR', doc: 'The object, or the client that owns it, is closed.' },
  REENTRANT_CALL: { category: 'ERROR', doc: 'A client call was made from inside one of its callbacks.' },
  TERMINATED: { category: 'FATAL', doc: 'An agent asked to be ended.' },
  BROADCAST_LAPPED: { category: 'FATAL', doc: 'Messages from the driver were overwritten before they were read.' },
  BROADCAST_CORRUPT: { category: 'ERROR', doc: 'A record in a broadcast buffer is not possible; it was dropped.' },
  RING_BUFFER_CORRUPT: { category: 'ERROR', doc: 'A record or position in a ring is not possible; it was dropped.' },
} as const satisfies Record<string, { category: ErrorCategory; doc: string }>;

/** What an {@link AeronError} is about. The meaning of a code never changes. */
export type AeronErrorCode = keyof typeof ERROR_CODES;

/** What an error may carry besides its code and message. */
export interface AeronErrorOptions {
  readonly category?: ErrorCategory;
  readonly cause?: unknown;
}

/** A failure in operation. */
export class AeronError extends Error {
  override readonly name: string = 'AeronError';
  readonly code: AeronErrorCode;
  readonly category: ErrorCategory;

  /** `category` is that of the code when the options name none. */
  constructor(code: AeronErrorCode, message: string, options: AeronErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.category = options.category ?? ERROR_CODES[code].category;
  }

  /** Whether its category is FATAL: the client or driver that it came from does not go on. */
  get isFatal(): boolean {
    return this.category === 'FATAL';
  }
}

/** Whether `error` is an AeronError, of any installed copy, with this code. */
export function isAeronError(error: unknown, code?: AeronErrorCode): error is AeronError {
  if (!(error instanceof Error) || !('code' in error) || !('category' in error)) {
    return false;
  }
  return code === undefined ? (error.code as string) in ERROR_CODES : error.code === code;
}

/** A failed setting or combination of settings. */
export class ConfigurationError extends AeronError {
  override readonly name = 'ConfigurationError';

  /** `message` names the setting as the user wrote it, and its value. */
  constructor(message: string, options: AeronErrorOptions = {}) {
    super('CONFIGURATION', message, options);
  }
}

/** How an agent asks to be ended. */
export interface AgentTerminationOptions extends AeronErrorOptions {
  /** True for an end that someone asked for: no error handler is told. */
  readonly isExpected?: boolean;
}

/** Thrown from an agent's `doWork` to end its loop in order. */
export class AgentTerminationError extends AeronError {
  override readonly name = 'AgentTerminationError';
  readonly isExpected: boolean;

  /** `message` says why; it reaches the error handler unless the end is expected. */
  constructor(message: string, options: AgentTerminationOptions = {}) {
    super('TERMINATED', message, options);
    this.isExpected = options.isExpected ?? false;
  }
}
