// SPDX-License-Identifier: Apache-2.0
/**
 * Writes frames into space of a term that the caller has claimed (registers `termBuffer`, `termId`, `frameOffset` of the log),
 * so no other writer touches it. Order of the stores of a frame:
 *
 * 1. first word: the negative length, "being written"
 * 2. the rest of the header, the payload, the flags, the reserved value
 * 3. first word: the length, with release order; from here on readers see the frame
 *
 * Step 1 needs no order of its own towards readers, for whom zero and negative are the same. It is for the driver, should
 * this process end in step 2: what a killed process stored becomes visible in program order, and the driver looks seconds
 * later. The reserved value is left as the cleaned term has it, zero, unless the user supplies one.
 *
 * @hot
 */
import { type AtomicBuffer, storeInt32Release } from '@aeron/core/internal';
import {
  DATA_HEADER_BEGIN_FLAG,
  DATA_HEADER_END_FLAG,
  DATA_HEADER_FLAGS_OFFSET,
  DATA_HEADER_BLOCK_LENGTH as DATA_HEADER_LENGTH,
  DATA_HEADER_RESERVED_VALUE_OFFSET,
} from '../protocol/generated/data-header.ts';
import { alignFrame, PADDING_FRAME_TYPE, putFrameType } from './frame-descriptor.ts';
import type { MessagePart } from './message-parts.ts';
import { copyPayload, type PayloadSource } from './payload-copy.ts';
import { framedLength, type PublicationLog } from './publication-log.ts';

/**
 * Gives the 64 bits of a frame's reserved value. Called once per frame, after header and payload are written and before the
 * frame becomes visible.
 *
 * @param frameOffset where the frame begins in `termBuffer`.
 * @param frameLength bytes with the header, not aligned.
 * @source aeron-client/ReservedValueSupplier
 */
export type ReservedValueSupplier = (termBuffer: AtomicBuffer, frameOffset: number, frameLength: number) => bigint;

/**
 * Writes a header with negative length at `offset`.
 *
 * @source aeron-client/HeaderWriter
 */
export function writeHeader(
  log: PublicationLog,
  termBuffer: AtomicBuffer,
  termId: number,
  offset: number,
  frameLength: number,
): void {
  const words = termBuffer.int32;
  const index = offset >> 2;
  words[index] = -frameLength;
  words[index + 1] = log.versionFlagsType;
  words[index + 2] = offset;
  words[index + 3] = log.sessionId;
  words[index + 4] = log.streamId;
  words[index + 5] = termId;
}

/** Writes one padding frame of `frameLength` bytes, header included, at `offset` of the log's term. */
export function writePadding(log: PublicationLog, offset: number, frameLength: number): void {
  const { termBuffer } = log;
  writeHeader(log, termBuffer, log.termId, offset, frameLength);
  putFrameType(termBuffer, offset, PADDING_FRAME_TYPE);
  termBuffer.putInt32Release(offset, frameLength);
}

/** Writes `length` bytes of `source` into the claimed space, as one frame or as fragments. */
export function writeMessage(
  log: PublicationLog,
  source: PayloadSource,
  offset: number,
  length: number,
  supplier: ReservedValueSupplier | undefined,
): void {
  if (length > log.maxPayloadLength) {
    writeFragments(log, source, offset, length, supplier);
    return;
  }
  const { termBuffer, frameOffset } = log;
  const frameLength = length + DATA_HEADER_LENGTH;
  writeHeader(log, termBuffer, log.termId, frameOffset, frameLength);
  copyPayload(termBuffer, frameOffset + DATA_HEADER_LENGTH, source, offset, length);
  if (supplier !== undefined) {
    supplyReservedValue(termBuffer, frameOffset, frameOffset + alignFrame(frameLength), supplier);
  }
  storeInt32Release(termBuffer.int32, frameOffset >> 2, frameLength);
}

// The registers are copied first: the user's supplier may append to the same publication meanwhile.
function writeFragments(
  log: PublicationLog,
  source: PayloadSource,
  offset: number,
  length: number,
  supplier: ReservedValueSupplier | undefined,
): void {
  const { termBuffer, termId, maxPayloadLength } = log;
  let frameOffset = log.frameOffset;
  const claimEnd = frameOffset + framedLength(log, length);
  let remaining = length;
  do {
    const payloadLength = Math.min(remaining, maxPayloadLength);
    const frameLength = payloadLength + DATA_HEADER_LENGTH;
    writeHeader(log, termBuffer, termId, frameOffset, frameLength);
    copyPayload(termBuffer, frameOffset + DATA_HEADER_LENGTH, source, offset + length - remaining, payloadLength);
    putFragmentFlags(termBuffer, frameOffset, remaining === length, remaining === payloadLength);
    if (supplier !== undefined) {
      supplyReservedValue(termBuffer, frameOffset, claimEnd, supplier);
    }
    storeInt32Release(termBuffer.int32, frameOffset >> 2, frameLength);
    frameOffset += alignFrame(frameLength);
    remaining -= payloadLength;
  } while (remaining > 0);
}

/** Writes the `length` bytes of all parts, one after the other, into the claimed space, as one frame or as fragments. */
export function writeParts(
  log: PublicationLog,
  parts: readonly MessagePart[],
  length: number,
  supplier: ReservedValueSupplier | undefined,
): void {
  const { termBuffer, termId, maxPayloadLength } = log;
  let frameOffset = log.frameOffset;
  const claimEnd = frameOffset + framedLength(log, length);
  let remaining = length;
  let partIndex = 0;
  let partOffset = 0;
  do {
    const payloadLength = Math.min(remaining, maxPayloadLength);
    const frameLength = payloadLength + DATA_HEADER_LENGTH;
    writeHeader(log, termBuffer, termId, frameOffset, frameLength);
    let target = frameOffset + DATA_HEADER_LENGTH;
    const targetEnd = target + payloadLength;
    while (target < targetEnd) {
      const part = parts[partIndex] as MessagePart;
      const partRemaining = part.length - partOffset;
      const count = Math.min(partRemaining, targetEnd - target);
      copyPayload(termBuffer, target, part.buffer, part.offset + partOffset, count);
      target += count;
      partOffset += count;
      if (count === partRemaining) {
        partIndex++;
        partOffset = 0;
      }
    }
    putFragmentFlags(termBuffer, frameOffset, remaining === length, remaining === payloadLength);
    if (supplier !== undefined) {
      supplyReservedValue(termBuffer, frameOffset, claimEnd, supplier);
    }
    storeInt32Release(termBuffer.int32, frameOffset >> 2, frameLength);
    frameOffset += alignFrame(frameLength);
    remaining -= payloadLength;
  } while (remaining > 0);
}

function putFragmentFlags(termBuffer: AtomicBuffer, frameOffset: number, isFirst: boolean, isLast: boolean): void {
  const flags = (isFirst ? DATA_HEADER_BEGIN_FLAG : 0) | (isLast ? DATA_HEADER_END_FLAG : 0);
  termBuffer.bytes[frameOffset + DATA_HEADER_FLAGS_OFFSET] = flags;
}

/**
 * Asks the user's supplier for the reserved value of the frame being written. Should it throw, the claim from this frame on
 * becomes padding: the error reaches the caller of the offer, and no subscriber waits for a frame that never comes.
 */
function supplyReservedValue(
  termBuffer: AtomicBuffer,
  frameOffset: number,
  claimEnd: number,
  supplier: ReservedValueSupplier,
): void {
  const frameLength = -termBuffer.getInt32(frameOffset);
  let isSupplied = false;
  try {
    const value = supplier(termBuffer, frameOffset, frameLength);
    termBuffer.putBigInt64(frameOffset + DATA_HEADER_RESERVED_VALUE_OFFSET, value);
    isSupplied = true;
  } finally {
    if (!isSupplied) {
      putFrameType(termBuffer, frameOffset, PADDING_FRAME_TYPE);
      termBuffer.putInt32Release(frameOffset, claimEnd - frameOffset);
    }
  }
}
