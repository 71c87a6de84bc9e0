// SPDX-License-Identifier: Apache-2.0
/**
 * A sender made of a bare socket: sends whatever frame a test asks for, whole or broken, and shows what comes back. For tests.
 */
import {
  DATA_HEADER_BLOCK_LENGTH,
  DataHeaderFlyweight,
  type DissectedFields,
  FrameType,
  frameByType,
  RTT_MEASUREMENT_BLOCK_LENGTH,
  RttMeasurementFlyweight,
  SETUP_BLOCK_LENGTH,
  SetupFlyweight,
} from '@aeron/codecs/internal';
import { AtomicBuffer, type DatagramSocket, type SocketAddress } from '@aeron/core/internal';
import type { SimulatedPlatform } from '@aeron/core/testing';
import { TERM_LENGTH } from './ipc-log.ts';
import { ipv4 } from './receiver-peer.ts';

export const MTU_LENGTH = 1408;
export const SESSION_ID = 0x7a11;
export const STREAM_ID = 1001;
export const INITIAL_TERM_ID = 0x7fffffff; // the second term id wraps
export const RECEIVER_ID = -0x123456789abcdefn;
export const SENDER_ADDRESS = '10.0.0.1';
export const RECEIVER_ADDRESS = '10.0.0.2';
export const RECEIVER_PORT = 20121;
export const SENDER_PORT = 40000;

const SCRATCH_LENGTH = 64 * 1024;

/** A frame that came back to a sender. */
export interface SentFrame {
  readonly type: number;
  readonly fields: DissectedFields;
  readonly length: number;
  readonly sourcePort: number;
}

export interface FrameOptions {
  readonly sessionId?: number;
  readonly streamId?: number;
  readonly flags?: number;
}

export interface SetupOptions extends FrameOptions {
  readonly activeTermId?: number;
  readonly termOffset?: number;
  readonly initialTermId?: number;
  readonly termLength?: number;
  readonly mtuLength?: number;
  readonly ttl?: number;
}

/** A bare socket in the place of a sender. */
export class SenderPeer {
  readonly socket: DatagramSocket;
  /** Everything that came back and was not taken. */
  readonly frames: SentFrame[] = [];
  target: SocketAddress;
  readonly #buffer = AtomicBuffer.allocate(SCRATCH_LENGTH);

  constructor(platform: SimulatedPlatform, port = SENDER_PORT, target = ipv4(RECEIVER_ADDRESS, RECEIVER_PORT)) {
    this.target = target;
    this.socket = platform.datagrams.open({
      bind: ipv4('0.0.0.0', port),
      multicast: { interfaceAddress: SENDER_ADDRESS },
    });
  }

  poll(): void {
    this.socket.poll(
      (bytes, offset, length, _address, sourcePort) => {
        const buffer = new AtomicBuffer(bytes.slice(offset, offset + length));
        const type = buffer.getUint16(6);
        const fields = frameByType(type)?.layout.dissect(buffer, 0, length) ?? {};
        this.frames.push({ type, fields, length, sourcePort });
      },
      0,
      1000,
    );
  }

  take(type?: number): SentFrame[] {
    const taken = this.frames.filter((frame) => type === undefined || frame.type === type);
    this.frames.splice(0, this.frames.length, ...this.frames.filter((frame) => !taken.includes(frame)));
    return taken;
  }

  /** What the frames of this type say that came back. */
  takeFields(type: number): DissectedFields[] {
    return this.take(type).map(({ fields }) => fields);
  }

  send(bytes: Uint8Array): void {
    this.socket.send(bytes, 0, bytes.length, this.target);
  }

  setup(options: SetupOptions = {}): void {
    const frame = new SetupFlyweight().wrap(this.#buffer, 0);
    Object.assign(frame, {
      ...{ frameLength: SETUP_BLOCK_LENGTH, version: 0, flags: 0, type: FrameType.SETUP },
      ...{ termOffset: 0, sessionId: SESSION_ID, streamId: STREAM_ID, initialTermId: INITIAL_TERM_ID },
      ...{ activeTermId: options.initialTermId ?? INITIAL_TERM_ID, termLength: TERM_LENGTH, mtuLength: MTU_LENGTH },
      ...{ ttl: 0, ...options },
    });
    this.send(this.#buffer.bytes.slice(0, SETUP_BLOCK_LENGTH));
  }

  /** One DATA frame. */
  data(position: number, payload: Uint8Array, options: FrameOptions = {}): void {
    this.send(dataFrame(position, payload, options));
  }

  /** Several frames as one datagram. */
  packet(...frames: Uint8Array[]): void {
    this.send(Uint8Array.from(Buffer.concat(frames)));
  }

  heartbeat(position: number, options: FrameOptions = {}): void {
    const bytes = dataFrame(position, new Uint8Array(0), options);
    new AtomicBuffer(bytes).putInt32(0, 0);
    this.send(bytes);
  }

  /** `receiverId` 0: for all. */
  rtt(echoTimestampNs: bigint, options: FrameOptions & { receiverId?: bigint; receptionDeltaNs?: number } = {}): void {
    const frame = new RttMeasurementFlyweight().wrap(this.#buffer, 0);
    Object.assign(frame, {
      ...{ frameLength: RTT_MEASUREMENT_BLOCK_LENGTH, version: 0, flags: 0, type: FrameType.RTTM },
      ...{ sessionId: SESSION_ID, streamId: STREAM_ID, receptionDeltaNs: 0, receiverId: RECEIVER_ID },
      ...{ echoTimestampNs, ...options },
    });
    this.send(this.#buffer.bytes.slice(0, RTT_MEASUREMENT_BLOCK_LENGTH));
  }
}

/** The bytes of a DATA frame, up to the next multiple of 32. */
export function dataFrame(position: number, payload: Uint8Array, options: FrameOptions = {}): Uint8Array {
  const frameLength = DATA_HEADER_BLOCK_LENGTH + payload.length;
  const buffer = AtomicBuffer.allocate(Math.ceil(frameLength / 32) * 32);
  Object.assign(new DataHeaderFlyweight().wrap(buffer, 0), {
    ...{ frameLength, version: 0, flags: 0xc0, type: FrameType.DATA, termOffset: position % TERM_LENGTH },
    ...{ sessionId: SESSION_ID, streamId: STREAM_ID, termId: termIdOf(position), ...options },
  });
  buffer.putUint8Array(DATA_HEADER_BLOCK_LENGTH, payload);
  return buffer.bytes;
}

/** The header of a PAD frame that stands for `length` bytes. */
export function padFrame(position: number, length: number): Uint8Array {
  const bytes = dataFrame(position, new Uint8Array(0));
  const header = new DataHeaderFlyweight().wrap(new AtomicBuffer(bytes), 0);
  header.frameLength = length;
  header.type = FrameType.PAD;
  return bytes;
}

export function termIdOf(position: number): number {
  return (INITIAL_TERM_ID + Math.floor(position / TERM_LENGTH)) | 0;
}

/** Bytes that tell where they belong. */
export function payloadOf(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (seed * 31 + i * 7 + (i >> 8)) & 0xff);
}
