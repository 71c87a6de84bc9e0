// SPDX-License-Identifier: Apache-2.0
/** The kinds of UDP frame, their layouts, and the limits of the wire protocol. */
import type { MessageLayout } from '../flyweight.ts';
import { DATA_HEADER_LAYOUT } from './generated/data-header.ts';
import { ERROR_FRAME_LAYOUT } from './generated/error-frame.ts';
import { FRAME_HEADER_LAYOUT } from './generated/frame-header.ts';
import { NAK_LAYOUT } from './generated/nak.ts';
import { RESPONSE_SETUP_LAYOUT } from './generated/response-setup.ts';
import { RTT_MEASUREMENT_LAYOUT } from './generated/rtt-measurement.ts';
import { SETUP_LAYOUT } from './generated/setup.ts';
import { STATUS_MESSAGE_LAYOUT } from './generated/status-message.ts';

/**
 * The `type` field of a frame, an unsigned 16-bit number.
 *
 * ATS_SM and ATS_SETUP are as in the Java driver; the C driver has them the other way round, so nothing may rely on them.
 *
 * @source aeron-client/HeaderFlyweight
 */
export const FrameType = {
  PAD: 0x00,
  DATA: 0x01,
  NAK: 0x02,
  SM: 0x03,
  ERR: 0x04,
  SETUP: 0x05,
  RTTM: 0x06,
  RES: 0x07,
  ATS_DATA: 0x08,
  ATS_SM: 0x09,
  ATS_SETUP: 0x0a,
  RSP_SETUP: 0x0b,
  EXT: 0xffff,
} as const;

/** Name of a frame type. */
export type FrameTypeName = keyof typeof FrameType;

/** A kind of frame. */
export interface FrameRow {
  readonly type: number;
  readonly name: FrameTypeName;
  readonly layout: MessageLayout;
}

/** The frames that this version sends and takes. The entries of a RES frame follow its header: see resolution-entry.ts. */
export const FRAMES = [
  { type: FrameType.PAD, name: 'PAD', layout: DATA_HEADER_LAYOUT },
  { type: FrameType.DATA, name: 'DATA', layout: DATA_HEADER_LAYOUT },
  { type: FrameType.NAK, name: 'NAK', layout: NAK_LAYOUT },
  { type: FrameType.SM, name: 'SM', layout: STATUS_MESSAGE_LAYOUT },
  { type: FrameType.ERR, name: 'ERR', layout: ERROR_FRAME_LAYOUT },
  { type: FrameType.SETUP, name: 'SETUP', layout: SETUP_LAYOUT },
  { type: FrameType.RTTM, name: 'RTTM', layout: RTT_MEASUREMENT_LAYOUT },
  { type: FrameType.RES, name: 'RES', layout: FRAME_HEADER_LAYOUT },
  { type: FrameType.RSP_SETUP, name: 'RSP_SETUP', layout: RESPONSE_SETUP_LAYOUT },
] as const satisfies readonly FrameRow[];

const BY_TYPE: ReadonlyMap<number, (typeof FRAMES)[number]> = new Map(FRAMES.map((row) => [row.type, row]));

/** The row of a frame type as received, or undefined for one that is not processed. */
export function frameByType(type: number): (typeof FRAMES)[number] | undefined {
  return BY_TYPE.get(type);
}

/** Version in the header of every frame. */
export const FRAME_PROTOCOL_VERSION = 0;
/** Bytes of the largest datagram; the largest MTU. */
export const MAX_UDP_PAYLOAD_LENGTH = 65504;
/** Bytes of text in an error frame, and of the reason for which an image is rejected. */
export const ERROR_FRAME_MAX_MESSAGE_LENGTH = 1023;
