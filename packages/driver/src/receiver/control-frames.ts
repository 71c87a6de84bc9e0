// SPDX-License-Identifier: Apache-2.0
/**
 * The frames that one receive end point sends, made in memory that is used over and over: what never changes is written once,
 * what does is set through the flyweights before each use. Receiver's thread.
 */
import {
  ERROR_FRAME_MAX_MESSAGE_LENGTH,
  ErrorFrameFlyweight,
  FRAME_PROTOCOL_VERSION,
  FrameType,
  NAK_BLOCK_LENGTH,
  NakFlyweight,
  RESPONSE_SETUP_BLOCK_LENGTH,
  ResponseSetupFlyweight,
  RTT_MEASUREMENT_BLOCK_LENGTH,
  RttMeasurementFlyweight,
  STATUS_MESSAGE_BLOCK_LENGTH,
  STATUS_MESSAGE_MIN_LENGTH,
  StatusMessageFlyweight,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';

const STATUS_MESSAGE_START = 0;
const NAK_START = 64;
const RTT_START = 128;
const RESPONSE_SETUP_START = 192;
const ERROR_START = 256;
const FRAMES_LENGTH = ERROR_START + ErrorFrameFlyweight.computeLength(ERROR_FRAME_MAX_MESSAGE_LENGTH);

/** @source aeron-driver/ReceiveChannelEndpointThreadLocals */
export class ControlFrames {
  readonly buffer = AtomicBuffer.allocate(FRAMES_LENGTH);
  readonly statusMessage = new StatusMessageFlyweight().wrap(this.buffer, STATUS_MESSAGE_START);
  readonly nak = new NakFlyweight().wrap(this.buffer, NAK_START);
  readonly rtt = new RttMeasurementFlyweight().wrap(this.buffer, RTT_START);
  readonly responseSetup = new ResponseSetupFlyweight().wrap(this.buffer, RESPONSE_SETUP_START);
  readonly error = new ErrorFrameFlyweight().wrap(this.buffer, ERROR_START);

  /** @param groupTag undefined: status messages are the shorter kind without one. */
  constructor(receiverId: bigint, groupTag: bigint | undefined) {
    const version = FRAME_PROTOCOL_VERSION;
    const frameLength = groupTag === undefined ? STATUS_MESSAGE_MIN_LENGTH : STATUS_MESSAGE_BLOCK_LENGTH;
    Object.assign(this.statusMessage, { frameLength, version, type: FrameType.SM, receiverId });
    Object.assign(this.nak, { frameLength: NAK_BLOCK_LENGTH, version, type: FrameType.NAK });
    Object.assign(this.rtt, { frameLength: RTT_MEASUREMENT_BLOCK_LENGTH, version, type: FrameType.RTTM, receiverId });
    Object.assign(this.responseSetup, {
      ...{ frameLength: RESPONSE_SETUP_BLOCK_LENGTH, version, type: FrameType.RSP_SETUP },
    });
    Object.assign(this.error, { version, type: FrameType.ERR, receiverId });
    if (groupTag !== undefined) {
      this.statusMessage.groupTag = groupTag;
      this.error.groupTag = groupTag;
      this.error.groupTagFlag = true;
    }
  }
}
