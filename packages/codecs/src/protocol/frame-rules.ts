// SPDX-License-Identifier: Apache-2.0
/**
 * What a frame that passed `isFrameValid` must still satisfy before it is acted on: a forged or damaged one must not move
 * anything. Sender and receiver threads; must not allocate.
 *
 * @hot
 */
import { FRAME_ALIGNMENT } from '../logbuffer/frame-descriptor.ts';
import { TERM_MAX_LENGTH, TERM_MIN_LENGTH } from '../logbuffer/log-buffer-descriptor.ts';
import { ERROR_FRAME_MAX_MESSAGE_LENGTH, MAX_UDP_PAYLOAD_LENGTH } from './frame-type.ts';
import { DATA_HEADER_BLOCK_LENGTH } from './generated/data-header.ts';
import { ERROR_FRAME_MIN_LENGTH, type ErrorFrameFlyweight } from './generated/error-frame.ts';
import type { NakFlyweight } from './generated/nak.ts';
import type { SetupFlyweight } from './generated/setup.ts';
import {
  STATUS_MESSAGE_BLOCK_LENGTH,
  STATUS_MESSAGE_MIN_LENGTH,
  type StatusMessageFlyweight,
} from './generated/status-message.ts';

const FRAME_ALIGNMENT_MASK = FRAME_ALIGNMENT - 1;

/** Whether the range that a NAK names lies inside a term. @source aeron-client/NakFlyweight */
export function isNakValid(nak: NakFlyweight, termLength: number): boolean {
  const termOffset = nak.termOffset;
  const length = nak.length;
  return isTermOffsetValid(termOffset, termLength) && length >= 0 && termOffset + length <= termLength;
}

/** Whether position and window of a status message are possible. @source aeron-client/StatusMessageFlyweight */
export function isStatusMessageValid(statusMessage: StatusMessageFlyweight, termLength: number): boolean {
  const windowLength = statusMessage.receiverWindowLength;
  return (
    isTermOffsetValid(statusMessage.consumptionTermOffset, termLength) &&
    windowLength >= 0 &&
    windowLength <= termLength >> 1
  );
}

/**
 * Whether what follows the fixed fields of a status message is a group tag or nothing. Only flow control that looks at group
 * tags needs to know: feedback of other kinds is for others.
 */
export function isGroupTagValid(statusMessage: StatusMessageFlyweight): boolean {
  const frameLength = statusMessage.frameLength;
  return frameLength === STATUS_MESSAGE_MIN_LENGTH || frameLength === STATUS_MESSAGE_BLOCK_LENGTH;
}

/** Whether a setup describes a possible stream. @source aeron-client/SetupFlyweight */
export function isSetupValid(setup: SetupFlyweight): boolean {
  const termLength = setup.termLength;
  const mtuLength = setup.mtuLength;
  return (
    termLength >= TERM_MIN_LENGTH &&
    termLength <= TERM_MAX_LENGTH &&
    (termLength & (termLength - 1)) === 0 &&
    isTermOffsetValid(setup.termOffset, termLength) &&
    mtuLength >= DATA_HEADER_BLOCK_LENGTH &&
    mtuLength <= MAX_UDP_PAYLOAD_LENGTH &&
    (mtuLength & FRAME_ALIGNMENT_MASK) === 0
  );
}

/** Whether the text of an error frame is inside the frame and not too long. @source aeron-client/ErrorFlyweight */
export function isErrorFrameValid(error: ErrorFrameFlyweight): boolean {
  const messageLength = error.messageLength;
  return (
    messageLength >= 0 &&
    messageLength <= ERROR_FRAME_MAX_MESSAGE_LENGTH &&
    ERROR_FRAME_MIN_LENGTH + messageLength <= error.frameLength
  );
}

function isTermOffsetValid(termOffset: number, termLength: number): boolean {
  return termOffset >= 0 && termOffset < termLength && (termOffset & FRAME_ALIGNMENT_MASK) === 0;
}
