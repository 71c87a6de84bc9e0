// SPDX-License-Identifier: Apache-2.0
/**
 * The receiver's half of a publication image: puts packets into the log and keeps track of where the stream ends and whether it
 * still comes. Its other half, in the conductor, is met in the image state, the counters and the log. Receiver's thread; a packet
 * allocates nothing.
 *
 * ```
 *        under-run              window                  over-run
 *   ...............|================================|..............   position
 *             last status                    + half a term
 *             message sent
 * ```
 *
 * @hot
 */
import {
  DATA_HEADER_END_OF_STREAM_FLAG,
  DATA_HEADER_FLAGS_OFFSET,
  DATA_HEADER_REVOKED_FLAG,
  DATA_HEADER_TERM_ID_OFFSET,
  DATA_HEADER_TERM_OFFSET_OFFSET,
  indexByTermCount,
  insertPacket,
  putEndOfStreamPosition,
  putIsPublicationRevoked,
} from '@aeron/codecs/internal';
import { quietLooksAfter } from '../agents/resting-turns.ts';
import { type ImageState, NO_CHANGE } from '../shared-state/image-state.ts';
import type { ImageConnection } from './image-connections.ts';
import type { ImageContext } from './image-context.ts';
import { ImageFeedback } from './image-feedback.ts';
import { HEARTBEAT_PACKET, INVALID_PACKET, packetCover } from './packet-validation.ts';
import type { ReceiveEndpoint } from './receive-endpoint.ts';
import type { ReceiveTimestamp } from './receive-timestamp.ts';
import type { ReceiveTransport } from './receive-transport.ts';
import type { ReceivedDatagram } from './received-datagram.ts';
import type { DispatchedImage } from './session-states.ts';

/** The conductor looks in every pass where data comes in every one or two. */
const LOOKS_BEFORE_CALL = 2;

/** @source aeron-driver/PublicationImage */
export class ReceiverImage implements DispatchedImage<ReceivedDatagram> {
  readonly correlationId: number;
  readonly streamId: number;
  readonly sessionId: number;
  readonly stateIndex: number;
  readonly endpoint: ReceiveEndpoint;
  readonly feedback: ImageFeedback;
  /** Passes in a row in which the conductor said nothing and no data came. */
  quietLooks: number;
  readonly #context: ImageContext;
  readonly #state: ImageState;
  readonly #livenessTimeoutNs: number;
  readonly #timestamp: ReceiveTimestamp | undefined;
  readonly #initialTermId: number;
  readonly #termLength: number;
  readonly #maxWindowLength: number;
  /** As far as what the conductor said has been looked at. */
  #conductorChange: number;
  #lastPacketTimeNs: number;
  #isEndOfStream: boolean;
  #isDeactivated: boolean;

  constructor(context: ImageContext, timestamp: ReceiveTimestamp | undefined) {
    const { spec, endpoint, connections, services, state } = context;
    this.correlationId = spec.correlationId;
    this.streamId = spec.streamId;
    this.sessionId = spec.sessionId;
    this.stateIndex = spec.stateIndex;
    this.endpoint = endpoint;
    this.feedback = new ImageFeedback(context);
    this.quietLooks = 0;
    this.#context = context;
    this.#state = state;
    this.#livenessTimeoutNs = services.config.imageLivenessTimeoutNs;
    this.#timestamp = timestamp;
    this.#initialTermId = spec.initialTermId;
    this.#termLength = spec.termLength;
    this.#maxWindowLength = spec.maxWindowLength;
    this.#conductorChange = NO_CHANGE;
    this.#lastPacketTimeNs = endpoint.nowNs;
    this.#isEndOfStream = false;
    this.#isDeactivated = false;
    state.lastPacketTimeNs = this.#lastPacketTimeNs;
    connections.add(spec.transportIndex, spec.controlAddress, this.#lastPacketTimeNs);
  }

  get isEndOfStream(): boolean {
    return this.#isEndOfStream;
  }

  /** Whether it is to be kept: packets come, and the conductor has not given it up. */
  isConnected(nowNs: number): boolean {
    return this.#lastPacketTimeNs + this.#livenessTimeoutNs - nowNs >= 0 && !this.#state.isClosing;
  }

  /** One pass. @returns how much was done. */
  work(nowNs: number): number {
    const change = this.#state.conductorChange(this.#conductorChange);
    const hasNews = change !== this.#conductorChange;
    this.#conductorChange = change;
    this.quietLooks = quietLooksAfter(this.quietLooks, hasNews);
    this.#checkEndOfStream(hasNews);
    return this.feedback.work(nowNs, hasNews);
  }

  insertPacket(datagram: ReceivedDatagram): void {
    const { feedback } = this;
    if (feedback.isRejected) {
      return;
    }
    const { buffer, offset, length } = datagram;
    const { counters } = this.#context.services;
    const termCount = (buffer.getInt32(offset + DATA_HEADER_TERM_ID_OFFSET) - this.#initialTermId) | 0;
    const covered = termCount < 0 ? INVALID_PACKET : packetCover(buffer, offset, length, this.#termLength);
    if (covered === INVALID_PACKET) {
      counters.invalidPackets.increment();
      return;
    }
    const termOffset = buffer.getInt32(offset + DATA_HEADER_TERM_OFFSET_OFFSET);
    const position = termCount * this.#termLength + termOffset;
    if (position + covered > feedback.overRunThreshold) {
      counters.flowControlOverRuns.incrementRelease();
    } else if (covered === HEARTBEAT_PACKET) {
      this.#onHeartbeat(datagram, position);
    } else if (position < feedback.lastSmPosition) {
      counters.flowControlUnderRuns.incrementRelease();
      if (position >= feedback.lastSmPosition - this.#maxWindowLength) {
        this.#trackConnection(datagram, this.endpoint.nowNs); // a late copy: its path is alive
      }
    } else {
      const isMovingAgain = this.quietLooks >= LOOKS_BEFORE_CALL;
      this.#insert(datagram, termCount, termOffset);
      this.#context.hwmPosition.proposeMaxRelease(position + covered);
      if (isMovingAgain) {
        this.#state.callConductor();
      }
    }
  }

  addConnectionIfUnknown(datagram: ReceivedDatagram): void {
    this.#trackConnection(datagram, this.endpoint.nowNs);
  }

  onRttMeasurement(datagram: ReceivedDatagram): void {
    this.feedback.onRttMeasurement(datagram);
  }

  /** The end point has a new destination: one whose sender is known from the start gets answers from the start. */
  addDestination(transport: ReceiveTransport): void {
    const address = transport.isMulticast ? transport.channel.remoteControl : transport.explicitControl;
    if (address !== undefined) {
      this.#context.connections.add(transport.index, address, this.endpoint.nowNs);
    }
  }

  removeDestination(transportIndex: number): void {
    this.#context.connections.remove(transportIndex);
    this.feedback.updateActiveTransportCount(this.endpoint.nowNs);
  }

  /** @param reason sent to the publication, at most 1023 characters. */
  reject(reason: string): void {
    this.#context.state.isRejected = true;
    this.feedback.reject(reason);
  }

  deactivate(): void {
    const { state } = this.#context;
    if (!this.#isDeactivated) {
      this.#isDeactivated = true;
      if (!this.feedback.isSendingEos && (!this.#isEndOfStream || this.#isComplete())) {
        this.feedback.startSendingEos();
      }
      state.isDeactivated = true;
    }
  }

  /** Gives up the log. The image may not be used any more. */
  release(): void {
    this.#context.log.unmap();
    this.#context.state.hasReceiverReleased = true;
  }

  /**
   * At the end of the stream, once all of it is there, the publication is told that nothing more is needed.
   *
   * @param hasNews whether the conductor may have said so.
   */
  #checkEndOfStream(hasNews: boolean): void {
    const { feedback } = this;
    if (feedback.isSendingEos || !(hasNews || this.#isEndOfStream)) {
      return;
    }
    if (this.#state.isSendingEos || (this.#isEndOfStream && this.#isComplete())) {
      feedback.startSendingEos();
    }
  }

  #isComplete(): boolean {
    return this.#context.rebuildPosition.get() === this.#context.hwmPosition.get();
  }

  #insert(datagram: ReceivedDatagram, termCount: number, termOffset: number): void {
    const { buffer, offset, length } = datagram;
    this.quietLooks = 0;
    this.#onPacket(datagram);
    this.#timestamp?.stamp(buffer, offset, length);
    const term = this.#context.log.terms[indexByTermCount(termCount)];
    if (term !== undefined) {
      insertPacket(term, termOffset, buffer, offset, length);
    }
  }

  #onHeartbeat(datagram: ReceivedDatagram, position: number): void {
    const { services, hwmPosition } = this.#context;
    if (position < this.feedback.lastSmPosition - this.#termLength) {
      services.counters.flowControlUnderRuns.incrementRelease();
      return;
    }
    const connection = this.#onPacket(datagram);
    const flags = datagram.buffer.getUint8(datagram.offset + DATA_HEADER_FLAGS_OFFSET);
    if ((flags & DATA_HEADER_END_OF_STREAM_FLAG) !== 0) {
      this.quietLooks = 0;
      connection.eosPosition = position;
      connection.isEos = true;
      this.#onEos((flags & DATA_HEADER_REVOKED_FLAG) !== 0);
    }
    hwmPosition.proposeMaxRelease(position);
    services.counters.heartbeatsReceived.incrementRelease();
  }

  /** The stream is at its end when every transport says so. */
  #onEos(isRevoked: boolean): void {
    const { connections, log, state, services } = this.#context;
    if (this.#isEndOfStream || !connections.areAllEos(this.endpoint.transports)) {
      return;
    }
    const eosPosition = connections.eosPosition();
    if (isRevoked) {
      putIsPublicationRevoked(log.metadata, true);
      state.isRevoked = true;
      services.counters.publicationImagesRevoked.incrementRelease();
      if (services.events.isOn.PUBLICATION_IMAGE_REVOKE) {
        this.#logRevoke(eosPosition);
      }
    }
    putEndOfStreamPosition(log.metadata, eosPosition);
    this.#isEndOfStream = true;
    state.endStream(eosPosition);
  }

  /** @cold */
  #logRevoke(revokedPos: number): void {
    const { services, spec } = this.#context;
    const { sessionId, streamId } = spec;
    const channel = this.endpoint.channel.uri;
    services.events.log('PUBLICATION_IMAGE_REVOKE', { revokedPos, sessionId, streamId, channel });
  }

  #onPacket(datagram: ReceivedDatagram): ImageConnection {
    const nowNs = this.endpoint.nowNs;
    if (nowNs !== this.#lastPacketTimeNs) {
      this.#lastPacketTimeNs = nowNs;
      this.#context.state.lastPacketTimeNs = nowNs;
    }
    return this.#trackConnection(datagram, nowNs);
  }

  #trackConnection(datagram: ReceivedDatagram, nowNs: number): ImageConnection {
    const { connections } = this.#context;
    const { transportIndex } = datagram;
    const connection =
      connections.at(transportIndex) ??
      connections.add(transportIndex, this.endpoint.controlAddressOf(datagram), nowNs);
    connection.lastActivityNs = nowNs;
    connection.lastFrameNs = nowNs;
    return connection;
  }
}
