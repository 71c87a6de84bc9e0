// SPDX-License-Identifier: Apache-2.0
/** The error numbers of the control protocol and of error frames, with their names. */

/** One number. */
export interface ErrorCodeRow {
  readonly value: number;
  /** When it is sent, and by whom. */
  readonly doc: string;
}

/**
 * Why the driver refused a command, or a receiver a stream.
 *
 * @source aeron-client/ErrorCode
 */
export const ERROR_CODE_ROWS = {
  UNKNOWN_CODE_VALUE: { value: -1, doc: 'Stands for a number that this version does not know. Never sent.' },
  UNUSED: { value: 0, doc: 'Never sent.' },
  INVALID_CHANNEL: {
    value: 1,
    doc: 'The channel is malformed, contradicts itself or another channel, or asks for what can’t be.',
  },
  UNKNOWN_SUBSCRIPTION: { value: 2, doc: 'No subscription, or none of that kind, has this registration id.' },
  UNKNOWN_PUBLICATION: { value: 3, doc: 'No publication has this registration id.' },
  CHANNEL_ENDPOINT_ERROR: {
    value: 4,
    doc: 'A channel end point failed after it was opened; the id is that of its status counter.',
  },
  UNKNOWN_COUNTER: { value: 5, doc: 'No counter of this client has this registration id.' },
  UNKNOWN_COMMAND_TYPE_ID: { value: 6, doc: 'The driver knows no such command: the client is newer, or broken.' },
  MALFORMED_COMMAND: { value: 7, doc: 'A command is too short, or its lengths do not fit.' },
  NOT_SUPPORTED: { value: 8, doc: 'The driver does not do this. Drivers of this project never send it.' },
  UNKNOWN_HOST: { value: 9, doc: 'A name does not resolve. Drivers of this project say INVALID_CHANNEL.' },
  RESOURCE_TEMPORARILY_UNAVAILABLE: {
    value: 10,
    doc: 'What is asked for is about to be closed: ask again. A warning, in no error log.',
  },
  GENERIC_ERROR: { value: 11, doc: 'Everything else: the message says what, such as EADDRINUSE and the channel.' },
  STORAGE_SPACE: { value: 12, doc: 'The file system of the driver’s directory has no room for a log.' },
  IMAGE_REJECTED: { value: 13, doc: 'A subscriber has rejected the image; the publisher is told the reason.' },
  PUBLICATION_REVOKED: { value: 14, doc: 'A publication was revoked. Neither implementation sends it.' },
} as const satisfies Readonly<Record<string, ErrorCodeRow>>;

type Rows = typeof ERROR_CODE_ROWS;
/** Name of a reason. */
export type ErrorCodeName = keyof Rows;

/** The number of each name. */
export const ErrorCode = Object.fromEntries(
  Object.entries(ERROR_CODE_ROWS).map(([name, { value }]) => [name, value]),
) as { readonly [Name in ErrorCodeName]: Rows[Name]['value'] };

const NAMES: ReadonlyMap<number, ErrorCodeName> = new Map(
  (Object.entries(ErrorCode) as [ErrorCodeName, number][]).map(([name, value]) => [value, name]),
);

/** The name of a number as received; `UNKNOWN_CODE_VALUE` for one that this version does not know. */
export function errorCodeName(value: number): ErrorCodeName {
  return NAMES.get(value) ?? 'UNKNOWN_CODE_VALUE';
}
