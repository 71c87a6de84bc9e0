// SPDX-License-Identifier: Apache-2.0
/** Reads a record of either form; they can't be mistaken for one another. */
import { CLASSIC_HEADER_LENGTH, type EventCatalogue } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';
import { decodeCborRecord } from './decode-cbor.ts';
import { decodeClassicRecord } from './decode-classic.ts';
import type { LogEvent } from './log-event.ts';

/**
 * @param typeId of the message in the ring.
 * @throws MalformedRecordError when the record is of neither form.
 */
export function decodeRecord(
  catalogue: EventCatalogue,
  typeId: number,
  buffer: AtomicBuffer,
  offset: number,
  length: number,
): LogEvent {
  const isClassic = length >= CLASSIC_HEADER_LENGTH && buffer.getInt32(offset) === length - CLASSIC_HEADER_LENGTH;
  const decode = isClassic ? decodeClassicRecord : decodeCborRecord;
  return decode(catalogue, typeId, buffer, offset, length);
}
