// SPDX-License-Identifier: Apache-2.0

/** A record that nobody can have written as it is. The reader reports it and goes on with the next. */
export class MalformedRecordError extends Error {
  override readonly name = 'MalformedRecordError';
}
