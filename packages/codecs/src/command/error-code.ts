// SPDX-License-Identifier: Apache-2.0
/** The error numbers of the control protocol and of error frames, with their names. */

/**
 * Why the driver refused a command, or a receiver a stream.
 *
 * @source aeron-client/ErrorCode
 */
export const ErrorCode = {
  /** Stands for a number that this version does not know. Never sent. */
  UNKNOWN_CODE_VALUE: -1,
  UNUSED: 0,
  INVALID_CHANNEL: 1,
  UNKNOWN_SUBSCRIPTION: 2,
  UNKNOWN_PUBLICATION: 3,
  CHANNEL_ENDPOINT_ERROR: 4,
  UNKNOWN_COUNTER: 5,
  UNKNOWN_COMMAND_TYPE_ID: 6,
  MALFORMED_COMMAND: 7,
  NOT_SUPPORTED: 8,
  UNKNOWN_HOST: 9,
  RESOURCE_TEMPORARILY_UNAVAILABLE: 10,
  GENERIC_ERROR: 11,
  STORAGE_SPACE: 12,
  IMAGE_REJECTED: 13,
  PUBLICATION_REVOKED: 14,
} as const;

export type ErrorCodeName = keyof typeof ErrorCode;

const NAMES: ReadonlyMap<number, ErrorCodeName> = new Map(
  (Object.entries(ErrorCode) as [ErrorCodeName, number][]).map(([name, value]) => [value, name]),
);

/** The name of a number as received; `UNKNOWN_CODE_VALUE` for one that this version does not know. */
export function errorCodeName(value: number): ErrorCodeName {
  return NAMES.get(value) ?? 'UNKNOWN_CODE_VALUE';
}
