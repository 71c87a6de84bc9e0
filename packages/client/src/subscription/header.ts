// SPDX-License-Identifier: Apache-2.0
/**
 * The header of the frame that a handler is being called for. One instance per image is moved from frame to frame, so what it
 * says holds during the call only.
 *
 * @hot
 */
import {
  alignFrame,
  computePosition,
  DATA_HEADER_FLAGS_OFFSET,
  DATA_HEADER_RESERVED_VALUE_OFFSET,
  DATA_HEADER_SESSION_ID_OFFSET,
  DATA_HEADER_STREAM_ID_OFFSET,
  DATA_HEADER_TERM_ID_OFFSET,
  DATA_HEADER_TERM_OFFSET_OFFSET,
  DATA_HEADER_TYPE_OFFSET,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core';

const NO_BUFFER = AtomicBuffer.allocate(0);
const NULL_LENGTH = -1;

/** The header of a frame, valid during the call that it is given to. @source aeron-client/Header */
export class Header {
  /** What the frame was read through: an `Image` in every poll of this package. */
  context: unknown;
  /** log2 of the term length. */
  positionBitsToShift: number = 0;
  initialTermId: number = 0;
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
    return computePosition(this.termId, this.nextTermOffset, 1 << this.positionBitsToShift, this.initialTermId);
  }

  /** Bytes of the frame with its header, not aligned. */
  get frameLength(): number {
    return this.buffer.getInt32(this.offset);
  }

  /** Of the publication, int32; chosen by its driver unless the channel says which. */
  get sessionId(): number {
    return this.buffer.getInt32(this.offset + DATA_HEADER_SESSION_ID_OFFSET);
  }

  /** Of the stream, int32, as publisher and subscriber named it. */
  get streamId(): number {
    return this.buffer.getInt32(this.offset + DATA_HEADER_STREAM_ID_OFFSET);
  }

  /** Of the term that the frame is in, int32; wraps around, so compare by difference. */
  get termId(): number {
    return this.buffer.getInt32(this.offset + DATA_HEADER_TERM_ID_OFFSET);
  }

  /** Where the frame begins in its term, in bytes. */
  get termOffset(): number {
    return this.buffer.getInt32(this.offset + DATA_HEADER_TERM_OFFSET_OFFSET);
  }

  /** Where the following frame begins in the term; the term length at its end. */
  get nextTermOffset(): number {
    const occupied = this.fragmentedFrameLength === NULL_LENGTH ? this.frameLength : this.fragmentedFrameLength;
    return alignFrame(this.termOffset + occupied);
  }

  /** Frame type: 1 for data. */
  get type(): number {
    return this.buffer.getUint16(this.offset + DATA_HEADER_TYPE_OFFSET);
  }

  /** 0x80 begins a message, 0x40 ends it, 0x20 end of stream, 0x10 revoked. */
  get flags(): number {
    return this.buffer.getUint8(this.offset + DATA_HEADER_FLAGS_OFFSET);
  }

  /** The 64 bits that the publisher's reserved value supplier gave. Makes a BigInt: call it only where it is needed. */
  get reservedValue(): bigint {
    return this.buffer.getBigInt64(this.offset + DATA_HEADER_RESERVED_VALUE_OFFSET);
  }

  /** Text for logs, without the payload. @cold */
  toString(): string {
    if (this.buffer.bytes.length === 0) {
      return 'Header{no frame}'; // none yet, or its memory has gone
    }
    const place = `termId=${this.termId} termOffset=${this.termOffset} position=${this.position}`;
    const { frameLength, flags, sessionId, streamId } = this;
    return `Header{frameLength=${frameLength} flags=0x${flags.toString(16)} sessionId=${sessionId} streamId=${streamId} ${place}}`;
  }

  /** @cold What `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
