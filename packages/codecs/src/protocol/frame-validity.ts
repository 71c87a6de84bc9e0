// SPDX-License-Identifier: Apache-2.0
/**
 * The checks that every datagram passes before any other field of it is read. Sender and receiver threads, once per datagram;
 * must not allocate.
 *
 * @hot
 */
import type { AtomicBuffer } from '@aeron/core/internal';
import { FRAME_ALIGNMENT } from '../logbuffer/frame-descriptor.ts';
import { FRAME_PROTOCOL_VERSION, FrameType } from './frame-type.ts';
import { DATA_HEADER_BLOCK_LENGTH } from './generated/data-header.ts';
import { ERROR_FRAME_MIN_LENGTH } from './generated/error-frame.ts';
import {
  FRAME_HEADER_BLOCK_LENGTH,
  FRAME_HEADER_FRAME_LENGTH_OFFSET,
  FRAME_HEADER_TYPE_OFFSET,
  FRAME_HEADER_VERSION_OFFSET,
} from './generated/frame-header.ts';
import { NAK_BLOCK_LENGTH } from './generated/nak.ts';
import { RESOLUTION_ENTRY_IPV4_MIN_LENGTH } from './generated/resolution-entry-ipv4.ts';
import { RESPONSE_SETUP_BLOCK_LENGTH } from './generated/response-setup.ts';
import { RTT_MEASUREMENT_BLOCK_LENGTH } from './generated/rtt-measurement.ts';
import { SETUP_BLOCK_LENGTH } from './generated/setup.ts';
import { STATUS_MESSAGE_MIN_LENGTH } from './generated/status-message.ts';

const FRAME_ALIGNMENT_MASK = FRAME_ALIGNMENT - 1;
const NOT_PROCESSED = 0x7fffffff;

/**
 * Whether the first frame of a datagram may be looked at. What fails is dropped and counted as an invalid packet.
 *
 * @param length of the datagram, bytes.
 * @source aeron-driver/UdpChannelTransport
 */
export function isFrameValid(buffer: AtomicBuffer, offset: number, length: number): boolean {
  if (length <= FRAME_HEADER_BLOCK_LENGTH || offset < 0 || offset + length > buffer.capacity) {
    return false;
  }
  const frameLength = buffer.getInt32(offset + FRAME_HEADER_FRAME_LENGTH_OFFSET);
  if (frameLength < 0 || buffer.getUint8(offset + FRAME_HEADER_VERSION_OFFSET) !== FRAME_PROTOCOL_VERSION) {
    return false;
  }
  const type = buffer.getUint16(offset + FRAME_HEADER_TYPE_OFFSET);
  if (type === FrameType.DATA || type === FrameType.PAD) {
    // A heartbeat has frame length 0 and a padding frame covers more than was sent, so only the datagram tells.
    return length >= DATA_HEADER_BLOCK_LENGTH && (length & FRAME_ALIGNMENT_MASK) === 0;
  }
  return length >= minimumFrameLength(type) && frameLength <= length;
}

/** Bytes that a frame of this type must have at least; out of reach for a type that is not processed. */
function minimumFrameLength(type: number): number {
  switch (type) {
    case FrameType.NAK:
      return NAK_BLOCK_LENGTH;
    case FrameType.SM:
      return STATUS_MESSAGE_MIN_LENGTH;
    case FrameType.ERR:
      return ERROR_FRAME_MIN_LENGTH;
    case FrameType.SETUP:
      return SETUP_BLOCK_LENGTH;
    case FrameType.RTTM:
      return RTT_MEASUREMENT_BLOCK_LENGTH;
    case FrameType.RES:
      return FRAME_HEADER_BLOCK_LENGTH + RESOLUTION_ENTRY_IPV4_MIN_LENGTH;
    case FrameType.RSP_SETUP:
      return RESPONSE_SETUP_BLOCK_LENGTH;
    default:
      return NOT_PROCESSED;
  }
}
