// SPDX-License-Identifier: Apache-2.0
/**
 * What the driver must count for a datagram, written down a second time from the protocol and without the driver's code: length,
 * version and type of the first frame, then the fields that each type limits.
 */
import { FrameType } from '@aeron/codecs/internal';

const VERSION_OFFSET = 4;
const TYPE_OFFSET = 6;
const SESSION_OFFSET = 8;
const FRAME_ALIGNMENT = 32;
const TERM_MIN_LENGTH = 64 * 1024;
const TERM_MAX_LENGTH = 1024 * 1024 * 1024;
const MTU_MAX_LENGTH = 65504;
const ERROR_TEXT_OFFSET = 40;
const ERROR_TEXT_MAX_LENGTH = 1023;

/** Bytes of each type's header. */
const HEADER_LENGTHS = new Map<number, number>([
  [FrameType.PAD, 32],
  [FrameType.DATA, 32],
  [FrameType.NAK, 28],
  [FrameType.SM, 36],
  [FrameType.ERR, 40],
  [FrameType.SETUP, 40],
  [FrameType.RTTM, 40],
  [FrameType.RES, 22], // with one entry for IPv4, without its name
  [FrameType.RSP_SETUP, 20],
]);

/** The one publication that a sender has. */
export interface KnownStream {
  readonly sessionId: number;
  readonly streamId: number;
  readonly termLength: number;
}

export type SenderVerdict =
  | 'INVALID_PACKETS'
  | 'STATUS_MESSAGES_RECEIVED'
  | 'NAK_MESSAGES_RECEIVED'
  | 'ERROR_FRAMES_RECEIVED';

/** @returns the type of a datagram's first frame; undefined when no agent may look at it any further. */
function frameType(view: DataView, offset: number, length: number): number | undefined {
  if (length <= 8 || view.getInt32(offset, true) < 0 || view.getUint8(offset + VERSION_OFFSET) !== 0) {
    return undefined;
  }
  const type = view.getUint16(offset + TYPE_OFFSET, true);
  const headerLength = HEADER_LENGTHS.get(type);
  if (headerLength === undefined || length < headerLength) {
    return undefined;
  }
  if (type === FrameType.DATA || type === FrameType.PAD) {
    return length % FRAME_ALIGNMENT === 0 ? type : undefined;
  }
  return view.getInt32(offset, true) <= length ? type : undefined;
}

/** @returns what a sender counts; undefined: nothing. */
export function senderVerdict(
  view: DataView,
  offset: number,
  length: number,
  known: KnownStream,
): SenderVerdict | undefined {
  const int32 = (at: number): number => view.getInt32(offset + at, true);
  const type = frameType(view, offset, length);
  const isKnown = length >= 16 && int32(SESSION_OFFSET) === known.sessionId && int32(12) === known.streamId;
  switch (type) {
    case undefined:
      return 'INVALID_PACKETS';
    case FrameType.SM: {
      const termLength = isKnown ? known.termLength : TERM_MAX_LENGTH;
      const isSound = isOffset(int32(20), termLength) && int32(24) >= 0 && int32(24) <= termLength / 2;
      return isSound ? 'STATUS_MESSAGES_RECEIVED' : 'INVALID_PACKETS';
    }
    case FrameType.NAK: {
      const isSound =
        isOffset(int32(20), known.termLength) && int32(24) >= 0 && int32(20) + int32(24) <= known.termLength;
      return !isKnown ? undefined : isSound ? 'NAK_MESSAGES_RECEIVED' : 'INVALID_PACKETS';
    }
    case FrameType.ERR: {
      const textLength = int32(36);
      const isSound =
        textLength >= 0 && textLength <= ERROR_TEXT_MAX_LENGTH && ERROR_TEXT_OFFSET + textLength <= int32(0);
      return isSound ? 'ERROR_FRAMES_RECEIVED' : 'INVALID_PACKETS';
    }
    default:
      return undefined;
  }
}

/**
 * @returns whether a receiver counts it as invalid: always, never, or, for data, as the image of its session finds, which alone
 *   knows its terms.
 */
export function receiverVerdict(view: DataView, offset: number, length: number): 'invalid' | 'valid' | 'unsure' {
  const int32 = (at: number): number => view.getInt32(offset + at, true);
  const type = frameType(view, offset, length);
  if (type === undefined) {
    return 'invalid';
  }
  if (type === FrameType.SETUP) {
    return isSetupSound(int32) ? 'valid' : 'invalid';
  }
  return type === FrameType.DATA || type === FrameType.PAD ? 'unsure' : 'valid';
}

function isSetupSound(int32: (at: number) => number): boolean {
  const [termOffset, initialTermId, activeTermId, termLength, mtuLength] = [8, 20, 24, 28, 32].map(int32) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return (
    termLength >= TERM_MIN_LENGTH &&
    termLength <= TERM_MAX_LENGTH &&
    (termLength & (termLength - 1)) === 0 &&
    isOffset(termOffset, termLength) &&
    mtuLength >= FRAME_ALIGNMENT &&
    mtuLength <= MTU_MAX_LENGTH &&
    mtuLength % FRAME_ALIGNMENT === 0 &&
    ((activeTermId - initialTermId) | 0) >= 0
  );
}

function isOffset(termOffset: number, termLength: number): boolean {
  return termOffset >= 0 && termOffset < termLength && termOffset % FRAME_ALIGNMENT === 0;
}
