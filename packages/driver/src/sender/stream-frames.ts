// SPDX-License-Identifier: Apache-2.0
/**
 * The frames that the sender makes up for one stream: SETUP, heartbeat and answers to round-trip measurements. Their fixed
 * fields are written once; what changes, before each use. Sender's thread.
 *
 * @hot
 */
import {
  DATA_HEADER_BEGIN_FLAG,
  DATA_HEADER_BLOCK_LENGTH,
  DATA_HEADER_END_FLAG,
  DATA_HEADER_END_OF_STREAM_FLAG,
  DATA_HEADER_REVOKED_FLAG,
  DataHeaderFlyweight,
  FRAME_PROTOCOL_VERSION,
  FrameType,
  RTT_MEASUREMENT_BLOCK_LENGTH,
  RttMeasurementFlyweight,
  SETUP_BLOCK_LENGTH,
  SETUP_GROUP_FLAG,
  SETUP_SEND_RESPONSE_FLAG,
  SetupFlyweight,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import type { SenderPublicationSpec } from '../agents/agent-commands.ts';
import type { StreamOutput } from './stream-output.ts';

/** Flags of heartbeats. */
export const HeartbeatFlags = {
  ALIVE: DATA_HEADER_BEGIN_FLAG | DATA_HEADER_END_FLAG,
  END_OF_STREAM: DATA_HEADER_BEGIN_FLAG | DATA_HEADER_END_FLAG | DATA_HEADER_END_OF_STREAM_FLAG,
  REVOKED: DATA_HEADER_BEGIN_FLAG | DATA_HEADER_END_FLAG | DATA_HEADER_END_OF_STREAM_FLAG | DATA_HEADER_REVOKED_FLAG,
} as const;

const SETUP_START = 0;
const HEARTBEAT_START = 64;
const RTT_START = 128;
const FRAMES_LENGTH = 192;
const NO_CORRELATION = -1;

/** @source aeron-driver/NetworkPublicationThreadLocals */
export class StreamFrames {
  readonly #buffer = AtomicBuffer.allocate(FRAMES_LENGTH);
  readonly #setup = new SetupFlyweight().wrap(this.#buffer, SETUP_START);
  readonly #heartbeat = new DataHeaderFlyweight().wrap(this.#buffer, HEARTBEAT_START);
  readonly #rttReply = new RttMeasurementFlyweight().wrap(this.#buffer, RTT_START);
  readonly #output: StreamOutput;

  /** @param ttl of multicast datagrams; 0 where none is set. */
  constructor(spec: SenderPublicationSpec, output: StreamOutput, ttl: number) {
    const { sessionId, streamId } = spec;
    const version = FRAME_PROTOCOL_VERSION;
    const isResponseWanted = !spec.isResponse && spec.responseCorrelationId !== NO_CORRELATION;
    this.#output = output;
    Object.assign(this.#setup, {
      ...{ frameLength: SETUP_BLOCK_LENGTH, version, type: FrameType.SETUP, sessionId, streamId, ttl },
      flags: (isResponseWanted ? SETUP_SEND_RESPONSE_FLAG : 0) | (spec.isMulticastSemantics ? SETUP_GROUP_FLAG : 0),
      ...{ initialTermId: spec.initialTermId, termLength: spec.termLength, mtuLength: spec.mtuLength },
    });
    Object.assign(this.#heartbeat, { frameLength: 0, version, type: FrameType.DATA, sessionId, streamId });
    Object.assign(this.#rttReply, {
      ...{ frameLength: RTT_MEASUREMENT_BLOCK_LENGTH, version, flags: 0, type: FrameType.RTTM, sessionId, streamId },
    });
  }

  /** @returns whether it was sent whole. */
  sendSetup(activeTermId: number, termOffset: number): boolean {
    this.#setup.activeTermId = activeTermId;
    this.#setup.termOffset = termOffset;
    return this.#output.send(this.#buffer, SETUP_START, SETUP_BLOCK_LENGTH) === SETUP_BLOCK_LENGTH;
  }

  /** @returns bytes sent. */
  sendHeartbeat(termId: number, termOffset: number, flags: number): number {
    this.#heartbeat.termId = termId;
    this.#heartbeat.termOffset = termOffset;
    this.#heartbeat.flags = flags;
    return this.#output.send(this.#buffer, HEARTBEAT_START, DATA_HEADER_BLOCK_LENGTH);
  }

  /**
   * Sends a measurement back as it came, with the time it took here, which is none.
   *
   * @returns whether it was sent whole.
   */
  sendRttReply(request: RttMeasurementFlyweight): boolean {
    this.#rttReply.echoTimestampNs = request.echoTimestampNs;
    this.#rttReply.receiverId = request.receiverId;
    return this.#output.send(this.#buffer, RTT_START, RTT_MEASUREMENT_BLOCK_LENGTH) === RTT_MEASUREMENT_BLOCK_LENGTH;
  }
}
