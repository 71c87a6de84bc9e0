// SPDX-License-Identifier: Apache-2.0
/**
 * A frame in a term: offsets of its header, flags, lengths, and the accesses that give it its order. The frame length is the
 * last thing a writer stores (release) and the first a reader loads (acquire): negative while being written, 0 where nothing is.
 *
 * ```
 *   0        4        5        6        8            12          16         20        24              32
 *   | length | version| flags  | type   | term offset| session id| stream id| term id | reserved value| payload …
 * ```
 *
 * @hot
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { FrameType } from '../protocol/frame-type.ts';
import {
  DATA_HEADER_BEGIN_FLAG,
  DATA_HEADER_END_FLAG,
  DATA_HEADER_FLAGS_OFFSET,
  DATA_HEADER_BLOCK_LENGTH as DATA_HEADER_LENGTH,
  DATA_HEADER_TYPE_OFFSET,
} from '../protocol/generated/data-header.ts';

/** Every frame starts at a multiple of this; the stored length is not rounded up. */
export const FRAME_ALIGNMENT = 32;

/** No message is longer, whatever the term length; bytes. */
export const MAX_MESSAGE_LENGTH = 16 * 1024 * 1024;

/** Both fragment flags: the message is this one frame. */
export const UNFRAGMENTED: number = DATA_HEADER_BEGIN_FLAG | DATA_HEADER_END_FLAG;

/** Frame types that occur in terms. */
export const PADDING_FRAME_TYPE = FrameType.PAD;
export const DATA_FRAME_TYPE = FrameType.DATA;

/** `length` rounded up to where the next frame starts. */
export function alignFrame(length: number): number {
  // Literals: constants take more bytecode, and only so much of it is compiled into one function.
  return (length + 31) & ~31;
}

/** Longest message of a log with this term length, bytes. */
export function computeMaxMessageLength(termLength: number): number {
  return Math.min(termLength >> 3, MAX_MESSAGE_LENGTH);
}

/** Bytes of a term that a message takes up when it is cut into fragments of at most `maxPayloadLength`. */
export function computeFragmentedFrameLength(length: number, maxPayloadLength: number): number {
  const remainder = length % maxPayloadLength;
  const fullCount = (length - remainder) / maxPayloadLength;
  const lastLength = remainder > 0 ? alignFrame(remainder + DATA_HEADER_LENGTH) : 0;
  return fullCount * (maxPayloadLength + DATA_HEADER_LENGTH) + lastLength;
}

/** Header plus payloads of a fragmented message, without the headers in between. */
export function computeAssembledFrameLength(length: number, maxPayloadLength: number): number {
  const remainder = length % maxPayloadLength;
  const fullCount = (length - remainder) / maxPayloadLength;
  return DATA_HEADER_LENGTH + fullCount * maxPayloadLength + remainder;
}

/** Frame length with acquire order: what its writer stored before is visible when this is positive. */
export function frameLengthVolatile(termBuffer: AtomicBuffer, offset: number): number {
  return termBuffer.getInt32Volatile(offset);
}

/** Commits a frame: stores its length with release order. */
export function putFrameLengthRelease(termBuffer: AtomicBuffer, offset: number, frameLength: number): void {
  termBuffer.putInt32Release(offset, frameLength);
}

export function frameFlags(termBuffer: AtomicBuffer, offset: number): number {
  return termBuffer.getUint8(offset + DATA_HEADER_FLAGS_OFFSET);
}

export function putFrameFlags(termBuffer: AtomicBuffer, offset: number, flags: number): void {
  termBuffer.putUint8(offset + DATA_HEADER_FLAGS_OFFSET, flags);
}

export function frameType(termBuffer: AtomicBuffer, offset: number): number {
  return termBuffer.getUint16(offset + DATA_HEADER_TYPE_OFFSET);
}

export function putFrameType(termBuffer: AtomicBuffer, offset: number, type: number): void {
  termBuffer.putUint16(offset + DATA_HEADER_TYPE_OFFSET, type);
}

export function isPaddingFrame(termBuffer: AtomicBuffer, offset: number): boolean {
  return termBuffer.getUint16(offset + DATA_HEADER_TYPE_OFFSET) === PADDING_FRAME_TYPE;
}
