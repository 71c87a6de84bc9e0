// SPDX-License-Identifier: Apache-2.0
/**
 * What receivers send to a send end point: status messages, NAKs, round-trip measurements, error frames and response set-ups.
 * Sender's thread. Anybody can send anything here: each frame is checked, counted, and changes nothing but what a receiver is
 * entitled to; a frame for no stream of ours is dropped.
 *
 * @source aeron-driver/ControlTransportPoller, aeron-driver/SendChannelEndpoint
 */
import {
  ERROR_FRAME_RECEIVER_ID_OFFSET,
  ErrorFrameFlyweight,
  FRAME_HEADER_TYPE_OFFSET,
  FrameType,
  isErrorFrameValid,
  isFrameValid,
  isGroupTagValid,
  isNakValid,
  isStatusMessageValid,
  NakFlyweight,
  ResponseSetupFlyweight,
  RttMeasurementFlyweight,
  STATUS_MESSAGE_GROUP_TAG_OFFSET,
  STATUS_MESSAGE_RECEIVER_ID_OFFSET,
  StatusMessageFlyweight,
  TERM_MAX_LENGTH,
} from '@aeron/codecs/internal';
import type { AtomicBuffer, DatagramHandler } from '@aeron/core/internal';
import type { ConductorCommand } from '../agents/agent-commands.ts';
import type { ConductorOutbox } from '../agents/conductor-outbox.ts';
import type { DriverEvents } from '../events/driver-events.ts';
import type { ReceiverReport } from '../flow-control/flow-control.ts';
import { NO_DESTINATION } from './multi-destination.ts';
import type { SendEndpoint } from './send-endpoint.ts';
import type { SenderCounters } from './sender-counters.ts';
import type { SenderPublication } from './sender-publication.ts';

/** The same RSP_SETUP is passed on at most this often. */
export const RESPONSE_SETUP_INTERVAL_NS = 100_000_000;
const NO_CORRELATION = -1;
const NO_GROUP_TAG = -1n;
const WORD_LENGTH = 4;

export class ControlFrames {
  readonly #counters: SenderCounters;
  readonly #outbox: ConductorOutbox;
  readonly #events: DriverEvents;
  readonly #statusMessage = new StatusMessageFlyweight();
  readonly #nak = new NakFlyweight();
  readonly #error = new ErrorFrameFlyweight();
  readonly #rtt = new RttMeasurementFlyweight();
  readonly #responseSetup = new ResponseSetupFlyweight();
  readonly #report: ReceiverReport = {
    position: 0,
    windowLength: 0,
    receiverIdLow: 0,
    receiverIdHigh: 0,
    hasGroupTag: false,
    groupTagLow: 0,
    groupTagHigh: 0,
    isEndOfStream: false,
  };

  readonly #handler: DatagramHandler;
  /** Registers: what is being looked at. */
  #endpoint: SendEndpoint | undefined = undefined;
  #sourceAddress = '';
  #sourcePort = 0;
  #nowNs = 0;

  constructor(counters: SenderCounters, outbox: ConductorOutbox, events: DriverEvents) {
    this.#events = events;
    this.#counters = counters;
    this.#outbox = outbox;
    this.#handler = (bytes, offset, length, sourceAddress, sourcePort) => {
      this.#sourceAddress = sourceAddress;
      this.#sourcePort = sourcePort;
      this.#onDatagram(this.#endpoint as SendEndpoint, bytes, offset, length);
    };
  }

  /** Takes what has arrived for an end point. @returns bytes received. */
  poll(endpoint: SendEndpoint, nowNs: number): number {
    this.#endpoint = endpoint;
    this.#nowNs = nowNs;
    return endpoint.poll(this.#handler, this.#counters);
  }

  #onDatagram(endpoint: SendEndpoint, bytes: Uint8Array, offset: number, length: number): void {
    const buffer = endpoint.onDatagram(bytes);
    if (this.#events.isOn.FRAME_IN) {
      this.#events.logFrame('FRAME_IN', this.#sourceAddress, this.#sourcePort, buffer, offset, length);
    }
    if (!isFrameValid(buffer, offset, length)) {
      this.#counters.onInvalidPacket();
      return;
    }
    switch (buffer.getUint16(offset + FRAME_HEADER_TYPE_OFFSET)) {
      case FrameType.SM:
        if (!this.#isLost(endpoint, buffer, offset, length)) {
          this.#onStatusMessage(endpoint, this.#statusMessage.wrap(buffer, offset));
        }
        break;
      case FrameType.NAK:
        if (!this.#isLost(endpoint, buffer, offset, length)) {
          this.#onNak(endpoint, this.#nak.wrap(buffer, offset));
        }
        break;
      case FrameType.RTTM:
        if (!this.#isLost(endpoint, buffer, offset, length)) {
          this.#onRttMeasurement(endpoint, this.#rtt.wrap(buffer, offset));
        }
        break;
      case FrameType.ERR:
        this.#onError(endpoint, this.#error.wrap(buffer, offset));
        break;
      case FrameType.RSP_SETUP:
        this.#onResponseSetup(endpoint, this.#responseSetup.wrap(buffer, offset));
        break;
      default: // what goes to receivers only
    }
  }

  #isLost(endpoint: SendEndpoint, buffer: AtomicBuffer, offset: number, length: number): boolean {
    const { controlLoss } = endpoint;
    return controlLoss?.shouldDropFrame(buffer, offset, length, this.#sourceAddress, this.#sourcePort) ?? false;
  }

  #onStatusMessage(endpoint: SendEndpoint, message: StatusMessageFlyweight): void {
    const publication = endpoint.publicationOf(message.sessionId, message.streamId);
    if (!isStatusMessageValid(message, publication?.termLength ?? TERM_MAX_LENGTH)) {
      this.#counters.onInvalidPacket();
      return;
    }
    this.#counters.statusMessagesReceived.incrementRelease();
    const isSetupRequest = message.sendSetupFlag;
    const position = publication?.positionOf(message.consumptionTermId, message.consumptionTermOffset) ?? 0;
    if (publication !== undefined && !isSetupRequest && !publication.isPositionPlausible(position)) {
      this.#counters.statusMessagesRejected.incrementRelease();
      return;
    }
    const report = this.#reportOf(message, position);
    const { receiverIdLow: idLow, receiverIdHigh: idHigh } = report;
    endpoint.destinations?.onStatusMessage(idLow, idHigh, this.#sourceAddress, this.#sourcePort);
    if (publication === undefined) {
      return;
    }
    if (isSetupRequest) {
      publication.onSetupRequested(report, this.#sourceAddress, this.#sourcePort);
    } else {
      publication.onStatusMessage(report);
    }
  }

  #reportOf(message: StatusMessageFlyweight, position: number): ReceiverReport {
    const report = this.#report;
    const { buffer, offset } = message;
    report.position = position;
    report.windowLength = message.receiverWindowLength;
    report.receiverIdLow = buffer.getInt32(offset + STATUS_MESSAGE_RECEIVER_ID_OFFSET);
    report.receiverIdHigh = buffer.getInt32(offset + STATUS_MESSAGE_RECEIVER_ID_OFFSET + WORD_LENGTH);
    report.hasGroupTag = message.hasGroupTag && isGroupTagValid(message);
    if (report.hasGroupTag) {
      report.groupTagLow = buffer.getInt32(offset + STATUS_MESSAGE_GROUP_TAG_OFFSET);
      report.groupTagHigh = buffer.getInt32(offset + STATUS_MESSAGE_GROUP_TAG_OFFSET + WORD_LENGTH);
    }
    report.isEndOfStream = message.endOfStreamFlag;
    return report;
  }

  #onNak(endpoint: SendEndpoint, nak: NakFlyweight): void {
    if (this.#events.isOn.NAK_RECEIVED) {
      this.#logNak(endpoint, nak);
    }
    const publication = endpoint.publicationOf(nak.sessionId, nak.streamId);
    if (publication === undefined) {
      return;
    }
    if (!isNakValid(nak, publication.termLength)) {
      this.#counters.onInvalidPacket();
      return;
    }
    this.#counters.naksReceived.incrementRelease();
    publication.onNak(nak);
  }

  #logNak({ channel }: SendEndpoint, nak: NakFlyweight): void {
    this.#events.log('NAK_RECEIVED', {
      ...{ address: this.#sourceAddress, port: this.#sourcePort },
      ...{ sessionId: nak.sessionId, streamId: nak.streamId, termId: nak.termId, termOffset: nak.termOffset },
      ...{ nakLength: nak.length, channel: channel.uri },
    });
  }

  #onRttMeasurement(endpoint: SendEndpoint, rtt: RttMeasurementFlyweight): void {
    if (rtt.replyFlag) {
      endpoint.publicationOf(rtt.sessionId, rtt.streamId)?.onRttRequest(rtt);
    }
  }

  #onError(endpoint: SendEndpoint, error: ErrorFrameFlyweight): void {
    if (!isErrorFrameValid(error)) {
      this.#counters.onInvalidPacket();
      return;
    }
    this.#counters.errorFramesReceived.incrementRelease();
    const publication = endpoint.publicationOf(error.sessionId, error.streamId);
    if (publication === undefined) {
      return;
    }
    const { buffer, offset } = error;
    const idLow = buffer.getInt32(offset + ERROR_FRAME_RECEIVER_ID_OFFSET);
    const idHigh = buffer.getInt32(offset + ERROR_FRAME_RECEIVER_ID_OFFSET + WORD_LENGTH);
    publication.onReceiverError(error.receiverId, error.groupTagFlag ? error.groupTag : undefined);
    if (publication.isReceiverLive(idLow, idHigh)) {
      const destinationId =
        endpoint.destinations?.destinationIdOf(idLow, idHigh, this.#sourceAddress, this.#sourcePort) ?? NO_DESTINATION;
      // Refused while the conductor is behind: the receiver stays, repeats its error, and is told of then.
      if (this.#outbox.offer(this.#publicationError(publication, error, destinationId))) {
        publication.removeReceiver(idLow, idHigh);
      }
    }
  }

  #publicationError(
    { spec }: SenderPublication,
    error: ErrorFrameFlyweight,
    destinationId: number,
  ): Extract<ConductorCommand, { kind: 'publication-error' }> {
    return {
      kind: 'publication-error',
      registrationId: spec.registrationId,
      destinationId,
      sessionId: spec.sessionId,
      streamId: spec.streamId,
      receiverId: error.receiverId,
      groupTag: error.groupTagFlag ? error.groupTag : NO_GROUP_TAG,
      sourceAddress: {
        family: this.#sourceAddress.includes(':') ? 'IPv6' : 'IPv4',
        address: this.#sourceAddress,
        port: this.#sourcePort,
      },
      errorCode: error.errorCode,
      message: error.buffer.getUtf8(error.messageOffset, error.messageLength),
    };
  }

  #onResponseSetup(endpoint: SendEndpoint, setup: ResponseSetupFlyweight): void {
    const publication = endpoint.publicationOf(setup.sessionId, setup.streamId);
    const responseCorrelationId = publication?.spec.responseCorrelationId ?? NO_CORRELATION;
    if (publication === undefined || responseCorrelationId === NO_CORRELATION) {
      return;
    }
    const { responseSessionId } = setup;
    const isRepeated =
      publication.responseSessionId === responseSessionId &&
      this.#nowNs - publication.responseSetupNs < RESPONSE_SETUP_INTERVAL_NS;
    if (!isRepeated && this.#outbox.offer({ kind: 'response-setup', responseCorrelationId, responseSessionId })) {
      publication.responseSessionId = responseSessionId;
      publication.responseSetupNs = this.#nowNs;
    }
  }
}
