// SPDX-License-Identifier: Apache-2.0
/** A bare socket in the place of a receiver: shows what a sender emits, and sends whatever frame a test asks for. For tests. */
import {
  computePosition,
  DATA_HEADER_BLOCK_LENGTH,
  DataHeaderFlyweight,
  ERROR_FRAME_MIN_LENGTH,
  ErrorFrameFlyweight,
  FrameType,
  NAK_BLOCK_LENGTH,
  NakFlyweight,
  RESPONSE_SETUP_BLOCK_LENGTH,
  ResponseSetupFlyweight,
  RTT_MEASUREMENT_BLOCK_LENGTH,
  RttMeasurementFlyweight,
  SetupFlyweight,
  STATUS_MESSAGE_BLOCK_LENGTH,
  STATUS_MESSAGE_MIN_LENGTH,
  StatusMessageFlyweight,
} from '@aeron/codecs/internal';
import { AtomicBuffer, type DatagramSocket, type SocketAddress } from '@aeron/core/internal';
import type { SimulatedPlatform } from '@aeron/core/testing';
import { TERM_LENGTH } from './ipc-log.ts';

export const MS = 1_000_000;
export const SECOND = 1000 * MS;
export const SESSION_ID = 0x7a11;
export const STREAM_ID = 1001;
export const INITIAL_TERM_ID = 0x7fffffff; // the second term id wraps
export const RECEIVER_ADDRESS = '10.0.0.2';

export function ipv4(address: string, port: number): SocketAddress {
  return { family: 'IPv4', address, port };
}

/** A datagram that a peer got, with the frame that it starts with. */
export interface ReceivedFrame {
  readonly type: number;
  readonly flags: number;
  readonly length: number;
  readonly frameLength: number;
  readonly termId: number;
  readonly termOffset: number;
  /** Stream position of a data frame. */
  readonly position: number;
  readonly buffer: AtomicBuffer;
  readonly sourcePort: number;
}

export interface ReportOptions {
  readonly position?: number;
  readonly windowLength?: number;
  readonly flags?: number;
  readonly receiverId?: bigint;
  readonly groupTag?: bigint;
  readonly sessionId?: number;
  readonly streamId?: number;
}

/** A bare socket in the place of a receiver. */
export class ReceiverPeer {
  readonly socket: DatagramSocket;
  /** Everything that arrived and was not taken. */
  readonly frames: ReceivedFrame[] = [];
  /** Where its frames go. */
  senderPort: number;
  readonly senderAddress: string;
  readonly #buffer = AtomicBuffer.allocate(2048);

  constructor(platform: SimulatedPlatform, bind: SocketAddress, sender: SocketAddress, group?: SocketAddress) {
    this.senderAddress = sender.address;
    this.senderPort = sender.port;
    this.socket = platform.datagrams.open({
      bind,
      reuseAddress: true,
      ...(group !== undefined && { multicast: { group, interfaceAddress: RECEIVER_ADDRESS } }),
    });
  }

  poll(): void {
    this.socket.poll(
      (bytes, offset, length, _address, port) => {
        const header = new DataHeaderFlyweight().wrap(new AtomicBuffer(bytes.slice(offset, offset + length)), 0);
        const isStreamFrame = length >= DATA_HEADER_BLOCK_LENGTH;
        const [termId, termOffset] = isStreamFrame ? [header.termId, header.termOffset] : [0, 0];
        this.frames.push({
          ...{ type: header.type, flags: header.flags, length, frameLength: header.frameLength, termId, termOffset },
          ...{ position: computePosition(termId, termOffset, TERM_LENGTH, INITIAL_TERM_ID) },
          ...{ buffer: header.buffer, sourcePort: port },
        });
      },
      0,
      1000,
    );
  }

  take(type?: number): ReceivedFrame[] {
    const taken = this.frames.filter((frame) => type === undefined || frame.type === type);
    this.frames.splice(0, this.frames.length, ...this.frames.filter((frame) => !taken.includes(frame)));
    return taken;
  }

  takeData(): ReceivedFrame[] {
    const isData = ({ type, frameLength }: ReceivedFrame) =>
      (type === FrameType.DATA && frameLength > 0) || type === FrameType.PAD;
    const data = this.frames.filter(isData);
    this.frames.splice(0, this.frames.length, ...this.frames.filter((frame) => !isData(frame)));
    return data;
  }

  takeHeartbeats(): ReceivedFrame[] {
    return this.take(FrameType.DATA).filter(({ frameLength }) => frameLength === 0);
  }

  takeSetups(): SetupFlyweight[] {
    return this.take(FrameType.SETUP).map(({ buffer }) => new SetupFlyweight().wrap(buffer, 0));
  }

  sendStatusMessage({ position = 0, windowLength = 32 * 1024, ...rest }: ReportOptions = {}): void {
    const hasTag = rest.groupTag !== undefined;
    const length = hasTag ? STATUS_MESSAGE_BLOCK_LENGTH : STATUS_MESSAGE_MIN_LENGTH;
    const message = new StatusMessageFlyweight().wrap(this.#buffer, 0);
    this.#begin(length, FrameType.SM, rest.flags ?? 0);
    message.sessionId = rest.sessionId ?? SESSION_ID;
    message.streamId = rest.streamId ?? STREAM_ID;
    message.consumptionTermId = (INITIAL_TERM_ID + Math.floor(position / TERM_LENGTH)) | 0;
    message.consumptionTermOffset = ((position % TERM_LENGTH) + TERM_LENGTH) % TERM_LENGTH;
    message.receiverWindowLength = windowLength;
    message.receiverId = rest.receiverId ?? 1n;
    if (rest.groupTag !== undefined) {
      message.groupTag = rest.groupTag;
    }
    this.sendBytes(this.#buffer.bytes.slice(0, length));
  }

  sendNak(position: number, length: number, rest: { termId?: number; termOffset?: number } = {}): void {
    const nak = new NakFlyweight().wrap(this.#buffer, 0);
    this.#begin(NAK_BLOCK_LENGTH, FrameType.NAK, 0);
    nak.sessionId = SESSION_ID;
    nak.streamId = STREAM_ID;
    nak.termId = rest.termId ?? (INITIAL_TERM_ID + Math.floor(position / TERM_LENGTH)) | 0;
    nak.termOffset = rest.termOffset ?? position % TERM_LENGTH;
    nak.length = length;
    this.sendBytes(this.#buffer.bytes.slice(0, NAK_BLOCK_LENGTH));
  }

  sendRttRequest(flags: number, echoTimestampNs: bigint, receiverId: bigint): void {
    const rtt = new RttMeasurementFlyweight().wrap(this.#buffer, 0);
    this.#begin(RTT_MEASUREMENT_BLOCK_LENGTH, FrameType.RTTM, flags);
    Object.assign(rtt, { sessionId: SESSION_ID, streamId: STREAM_ID, echoTimestampNs, receiverId });
    this.sendBytes(this.#buffer.bytes.slice(0, RTT_MEASUREMENT_BLOCK_LENGTH));
  }

  sendError(message: string, rest: { receiverId?: bigint; groupTag?: bigint; messageLength?: number } = {}): void {
    const error = new ErrorFrameFlyweight().wrap(this.#buffer, 0);
    const length = ERROR_FRAME_MIN_LENGTH + message.length;
    this.#begin(length, FrameType.ERR, rest.groupTag === undefined ? 0 : 0x08);
    Object.assign(error, { sessionId: SESSION_ID, streamId: STREAM_ID, receiverId: rest.receiverId ?? 1n });
    Object.assign(error, { groupTag: rest.groupTag ?? 0n, errorCode: 13, message });
    if (rest.messageLength !== undefined) {
      this.#buffer.putInt32(36, rest.messageLength);
    }
    this.sendBytes(this.#buffer.bytes.slice(0, length));
  }

  sendResponseSetup(responseSessionId: number): void {
    const setup = new ResponseSetupFlyweight().wrap(this.#buffer, 0);
    this.#begin(RESPONSE_SETUP_BLOCK_LENGTH, FrameType.RSP_SETUP, 0);
    Object.assign(setup, { sessionId: SESSION_ID, streamId: STREAM_ID, responseSessionId });
    this.sendBytes(this.#buffer.bytes.slice(0, RESPONSE_SETUP_BLOCK_LENGTH));
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket.send(bytes, 0, bytes.length, ipv4(this.senderAddress, this.senderPort));
  }

  #begin(length: number, type: number, flags: number): void {
    this.#buffer.setMemory(0, this.#buffer.capacity, 0);
    this.#buffer.putInt32(0, length);
    this.#buffer.putUint8(5, flags);
    this.#buffer.putUint16(6, type);
  }
}
