// SPDX-License-Identifier: Apache-2.0
/**
 * The header of the frame that a handler is being called for. One instance per image is moved from frame to frame, so what it
 * says holds during the call only.
 *
 * @hot
 */
import { AtomicBuffer } from '@aeron/core';

const FLAGS_OFFSET = 5;
const TYPE_OFFSET = 6;
const TERM_OFFSET_OFFSET = 8;
const SESSION_ID_OFFSET = 12;
const STREAM_ID_OFFSET = 16;
const TERM_ID_OFFSET = 20;
const RESERVED_VALUE_OFFSET = 24;
const FRAME_ALIGNMENT = 32;

const NO_BUFFER = AtomicBuffer.allocate(0);
const NULL_LENGTH = -1;

/** @source aeron-client/Header */
export class Header {
  /** What the frame was read through: an `Image` in every poll of this package. */
  context: unknown;
  /** log2 of the term length. */
  positionBitsToShift: number;
  initialTermId: number;
  /** Where the frame begins in `buffer`, in bytes. */
  offset = 0;
  buffer: AtomicBuffer = NO_BUFFER;
  /** Bytes that an assembled message takes up in the term with the headers of its fragments; -1 for a frame as it is. */
  fragmentedFrameLength: number = NULL_LENGTH;

  constructor(initialTermId: number, positionBitsToShift: number, context?: unknown) {
    this.context = context;
    this.positionBitsToShift = positionBitsToShift;
    this.initialTermId = initialTermId;
  }

  /** Stream position of the aligned end of the frame; of its last fragment for an assembled message. */
  get position(): number {
    const termCount = (this.termId - this.initialTermId) | 0;
    return termCount * 2 ** this.positionBitsToShift + this.nextTermOffset;
  }

  /** Bytes of the frame with its header, not aligned. */
  get frameLength(): number {
    return this.buffer.getInt32(this.offset);
  }

  get sessionId(): number {
    return this.buffer.getInt32(this.offset + SESSION_ID_OFFSET);
  }

  get streamId(): number {
    return this.buffer.getInt32(this.offset + STREAM_ID_OFFSET);
  }

  get termId(): number {
    return this.buffer.getInt32(this.offset + TERM_ID_OFFSET);
  }

  /** Where the frame begins in its term, in bytes. */
  get termOffset(): number {
    return this.buffer.getInt32(this.offset + TERM_OFFSET_OFFSET);
  }

  /** Where the following frame begins in the term; the term length at its end. */
  get nextTermOffset(): number {
    const occupied = this.fragmentedFrameLength === NULL_LENGTH ? this.frameLength : this.fragmentedFrameLength;
    return (this.termOffset + occupied + (FRAME_ALIGNMENT - 1)) & -FRAME_ALIGNMENT;
  }

  /** Frame type: 1 for data. */
  get type(): number {
    return this.buffer.getUint16(this.offset + TYPE_OFFSET);
  }

  /** 0x80 begins a message, 0x40 ends it, 0x20 end of stream, 0x10 revoked. */
  get flags(): number {
    return this.buffer.getUint8(this.offset + FLAGS_OFFSET);
  }

  /** The 64 bits that the publisher's reserved value supplier gave. Makes a BigInt: call it only where it is needed. */
  get reservedValue(): bigint {
    return this.buffer.getBigInt64(this.offset + RESERVED_VALUE_OFFSET);
  }
}
