// SPDX-License-Identifier: Apache-2.0
/**
 * Keeps credentials and tokens out of the log: they are overwritten with zeros in the record, before anybody can read it. What
 * has them is known by schema and template of its SBE header. What can't be understood is blanked to its end, and so is the rest
 * of a message that takes several frames, since nothing tells what that belongs to.
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { FrameType } from '../protocol/frame-type.ts';
import {
  DATA_HEADER_BLOCK_LENGTH,
  FRAME_HEADER_FLAGS_OFFSET,
  FRAME_HEADER_TYPE_OFFSET,
} from '../protocol/generated/index.ts';

const SBE_HEADER_LENGTH = 8;
const LENGTH_PREFIX = 4;
const FRAME_ALIGNMENT = 32;
const BEGIN_FLAG = 0x80;
const ALL_BEHIND_THE_BLOCK = -1;

const ARCHIVE_SCHEMA = 101;
const CLUSTER_SCHEMA = 111;

/** Schema and template → which of the variable-length fields holds credentials. */
const CREDENTIALS: ReadonlyMap<number, number> = new Map(
  [
    { schema: ARCHIVE_SCHEMA, template: 58, field: 1 }, // AuthConnectRequest
    { schema: ARCHIVE_SCHEMA, template: 59, field: 0 }, // Challenge
    { schema: ARCHIVE_SCHEMA, template: 60, field: 0 }, // ChallengeResponse
    { schema: ARCHIVE_SCHEMA, template: 66, field: 3 }, // ReplicateRequest2
    { schema: CLUSTER_SCHEMA, template: 3, field: 1 }, // SessionConnectRequest
    { schema: CLUSTER_SCHEMA, template: 7, field: 0 }, // Challenge
    { schema: CLUSTER_SCHEMA, template: 8, field: 0 }, // ChallengeResponse
    { schema: CLUSTER_SCHEMA, template: 77, field: 1 }, // BackupQuery
    { schema: CLUSTER_SCHEMA, template: 79, field: 1 }, // HeartbeatRequest
    { schema: CLUSTER_SCHEMA, template: 81, field: ALL_BEHIND_THE_BLOCK }, // StandbySnapshot, behind a group
  ].map(({ schema, template, field }) => [keyOf(schema, template), field]),
);

function keyOf(schema: number, template: number): number {
  return schema * 0x1_0000 + template;
}

/** Blanks the credentials of an SBE message, of which `length` bytes are there. */
export function blankCredentials(buffer: AtomicBuffer, offset: number, length: number): void {
  if (length < SBE_HEADER_LENGTH) {
    return;
  }
  const field = CREDENTIALS.get(keyOf(buffer.getUint16(offset + 4), buffer.getUint16(offset + 2)));
  if (field === undefined) {
    return;
  }
  const end = offset + length;
  let at = offset + SBE_HEADER_LENGTH + buffer.getUint16(offset);
  for (let index = 0; field !== ALL_BEHIND_THE_BLOCK; index++) {
    if (at + LENGTH_PREFIX > end) {
      return; // it has no such field, or that is not in the record
    }
    const valueAt = at + LENGTH_PREFIX;
    const valueEnd = valueAt + buffer.view.getUint32(at, true);
    if (index === field || valueEnd > end) {
      blank(buffer, valueAt, Math.min(valueEnd, end));
      return;
    }
    at = valueEnd;
  }
  blank(buffer, at, end);
}

/** Blanks the credentials in the frames of a datagram, of which `length` bytes are there. */
export function blankFrameSecrets(buffer: AtomicBuffer, offset: number, length: number): void {
  const end = offset + length;
  let at = offset;
  while (at + DATA_HEADER_BLOCK_LENGTH < end) {
    const type = buffer.getUint16(at + FRAME_HEADER_TYPE_OFFSET);
    const frameLength = buffer.getInt32(at);
    if (type !== FrameType.DATA) {
      return; // padding has no bytes, and control frames come alone
    }
    const payloadAt = at + DATA_HEADER_BLOCK_LENGTH;
    const isWhole = frameLength > DATA_HEADER_BLOCK_LENGTH && frameLength <= end - at;
    const payloadEnd = isWhole ? at + frameLength : end;
    if ((buffer.getUint8(at + FRAME_HEADER_FLAGS_OFFSET) & BEGIN_FLAG) === 0) {
      blank(buffer, payloadAt, payloadEnd);
    } else {
      blankCredentials(buffer, payloadAt, payloadEnd - payloadAt);
    }
    at += isWhole ? (frameLength + FRAME_ALIGNMENT - 1) & ~(FRAME_ALIGNMENT - 1) : end;
  }
}

function blank(buffer: AtomicBuffer, from: number, to: number): void {
  if (to > from) {
    buffer.setMemory(from, to - from, 0);
  }
}
