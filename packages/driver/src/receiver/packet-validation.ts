// SPDX-License-Identifier: Apache-2.0
/**
 * Whether the frames of a data packet may go into a term: all of them are looked at before any byte is copied, for what is in a
 * term is trusted by everyone who maps it. Receiver's thread.
 *
 * ```
 *   | DATA | DATA | DATA |        several frames of one term, back to back, filling the datagram
 *   | DATA | PAD .. . . .         the last may be padding, of which only the header travels
 *   | length 0 |                  a heartbeat: a header alone
 * ```
 *
 * @hot
 */
import {
  alignFrame,
  DATA_HEADER_BLOCK_LENGTH,
  DATA_HEADER_FRAME_LENGTH_OFFSET,
  DATA_HEADER_TERM_OFFSET_OFFSET,
  DATA_HEADER_TYPE_OFFSET,
  FRAME_ALIGNMENT,
  FrameType,
} from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';

/** The packet is dropped and counted. */
export const INVALID_PACKET = -1;
/** The packet is a heartbeat. */
export const HEARTBEAT_PACKET = 0;

/**
 * @param length of the datagram at `offset`: a multiple of 32 and not 0, as `isFrameValid` has checked.
 * @returns bytes of the term that the packet covers, which padding makes more than the datagram; or HEARTBEAT_PACKET,
 *   or INVALID_PACKET.
 * @source aeron-driver/PublicationImage
 */
export function packetCover(buffer: AtomicBuffer, offset: number, length: number, termLength: number): number {
  const termOffset = buffer.getInt32(offset + DATA_HEADER_TERM_OFFSET_OFFSET);
  if (termOffset < 0 || termOffset >= termLength || (termOffset & (FRAME_ALIGNMENT - 1)) !== 0) {
    return INVALID_PACKET;
  }
  if (length === DATA_HEADER_BLOCK_LENGTH && buffer.getInt32(offset + DATA_HEADER_FRAME_LENGTH_OFFSET) === 0) {
    return HEARTBEAT_PACKET;
  }
  const room = termLength - termOffset;
  let covered = 0;
  let type: number;
  do {
    const frameOffset = offset + covered;
    const frameLength = buffer.getInt32(frameOffset + DATA_HEADER_FRAME_LENGTH_OFFSET);
    type = buffer.getUint16(frameOffset + DATA_HEADER_TYPE_OFFSET);
    if (
      frameLength < DATA_HEADER_BLOCK_LENGTH ||
      frameLength > room - covered ||
      (type !== FrameType.DATA && type !== FrameType.PAD) ||
      buffer.getInt32(frameOffset + DATA_HEADER_TERM_OFFSET_OFFSET) !== termOffset + covered
    ) {
      return INVALID_PACKET;
    }
    covered += alignFrame(frameLength);
  } while (covered < length);
  return covered === length || type === FrameType.PAD ? covered : INVALID_PACKET;
}
