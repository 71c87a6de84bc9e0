// SPDX-License-Identifier: Apache-2.0
/**
 * What an image sends to its publication: status messages, NAKs, measurements, the session of a response, rejection. What to say
 * is decided by the conductor's half and read from the image state; when, is decided here. Receiver's thread.
 *
 * @hot
 */
import {
  computePosition,
  computeTermIdFromPosition,
  computeTermOffsetFromPosition,
  ERROR_FRAME_MAX_MESSAGE_LENGTH,
  ErrorCode,
  ErrorFrameFlyweight,
  indexByTerm,
  putActiveTransportCount,
  RTT_MEASUREMENT_ECHO_TIMESTAMP_NS_OFFSET,
  RTT_MEASUREMENT_RECEPTION_DELTA_NS_OFFSET,
  RTT_MEASUREMENT_REPLY_FLAG,
  STATUS_MESSAGE_END_OF_STREAM_FLAG,
  tryFillGap,
} from '@aeron/codecs/internal';
import { IN_CHANGE, NO_CHANGE } from '../shared-state/image-state.ts';
import { GAP_RING_CAPACITY } from '../shared-state/state-table.ts';
import type { ImageContext } from './image-context.ts';
import type { ReceivedDatagram } from './received-datagram.ts';

/** A deadline that has passed at any time. */
const AT_ONCE_NS = -1;

/** @source aeron-driver/PublicationImage (what it sends) */
export class ImageFeedback {
  /** Of the last status message sent. */
  lastSmPosition: number;
  /** What ends beyond it does not fit into the log: half a term more than was last told. */
  overRunThreshold: number;
  readonly #context: ImageContext;
  readonly #startPosition: number;
  #lastSmChange: number;
  #lastLossChange: number;
  #lastRttRequest: number;
  #smDeadlineNs: number;
  #isSmEnabled: boolean;
  #isSendingEos: boolean;
  #rejectionReason: string | undefined;
  #responseSessionId: number | undefined;

  constructor(context: ImageContext) {
    const { activeTermId, initialTermOffset, termLength, initialTermId } = context.spec;
    const position = computePosition(activeTermId, initialTermOffset, termLength, initialTermId);
    this.#context = context;
    this.#startPosition = position;
    this.lastSmPosition = position;
    this.overRunThreshold = position + termLength / 2;
    this.#lastSmChange = NO_CHANGE;
    this.#lastLossChange = NO_CHANGE;
    this.#lastRttRequest = NO_CHANGE;
    this.#smDeadlineNs = AT_ONCE_NS; // the first status message opens the window, so it does not wait
    this.#isSmEnabled = true;
    this.#isSendingEos = false;
    this.#rejectionReason = undefined;
    this.#responseSessionId = undefined;
  }

  get isRejected(): boolean {
    return this.#rejectionReason !== undefined;
  }

  get isSendingEos(): boolean {
    return this.#isSendingEos;
  }

  /** From now on status messages say that the receiver is leaving. */
  startSendingEos(): void {
    this.#isSendingEos = true;
    this.#smDeadlineNs = AT_ONCE_NS;
  }

  /** A newer image of the same session reports in its place. */
  stopStatusMessages(): void {
    this.#isSmEnabled = false;
  }

  /** The session of the response, told with the timer of status messages, first at once; undefined: no longer. */
  setResponseSession(responseSessionId: number | undefined): void {
    this.#responseSessionId = responseSessionId;
    if (responseSessionId !== undefined) {
      this.#smDeadlineNs = AT_ONCE_NS;
    }
  }

  /** From now on error frames go out in place of status messages. */
  reject(reason: string): void {
    this.#rejectionReason = reason.slice(0, ERROR_FRAME_MAX_MESSAGE_LENGTH);
  }

  /** @param hasNews whether the conductor has said anything since the last pass. @returns how much was done. */
  work(nowNs: number, hasNews: boolean): number {
    const isStatusMessageDue = this.#isSmEnabled && this.#smDeadlineNs - nowNs < 0;
    if (hasNews) {
      return this.#sendDue(nowNs, isStatusMessageDue) + this.#processLoss() + this.#measureRtt();
    }
    return isStatusMessageDue ? this.#sendDue(nowNs, true) : 0;
  }

  /** A measurement has come back: tells congestion control, unless its times are not possible. */
  onRttMeasurement({ buffer, offset }: ReceivedDatagram): void {
    const { services, state } = this.#context;
    const echoTimestampNs = buffer.getInt64Unaligned(offset + RTT_MEASUREMENT_ECHO_TIMESTAMP_NS_OFFSET);
    const receptionDeltaNs = buffer.getInt64Unaligned(offset + RTT_MEASUREMENT_RECEPTION_DELTA_NS_OFFSET);
    const sinceSentNs = services.clock.nanoTime() - echoTimestampNs;
    const isPossible = receptionDeltaNs >= 0 && receptionDeltaNs <= sinceSentNs;
    if (isPossible && sinceSentNs <= services.config.imageLivenessTimeoutNs) {
      state.onRtt(sinceSentNs - receptionDeltaNs);
    }
  }

  #sendDue(nowNs: number, hasTimedOut: boolean): number {
    const change = this.#context.state.readStatusMessage();
    if (this.#rejectionReason !== undefined) {
      return hasTimedOut ? this.#sendRejection(this.#rejectionReason, nowNs) : 0;
    }
    if (change === this.#lastSmChange && !hasTimedOut) {
      return 0;
    }
    if (hasTimedOut && this.#responseSessionId !== undefined) {
      this.#sendResponseSetup(this.#responseSessionId);
    }
    if (change !== IN_CHANGE) {
      this.#sendStatusMessage(change, nowNs);
    }
    return 1;
  }

  #sendStatusMessage(change: number, nowNs: number): void {
    const { spec, state, endpoint, services, connections } = this.#context;
    const { termLength } = spec;
    const isScheduled = change !== NO_CHANGE;
    const position = isScheduled ? state.smPosition : this.#startPosition;
    const { statusMessage } = endpoint.frames;
    statusMessage.sessionId = spec.sessionId;
    statusMessage.streamId = spec.streamId;
    statusMessage.consumptionTermId = computeTermIdFromPosition(position, termLength, spec.initialTermId);
    statusMessage.consumptionTermOffset = computeTermOffsetFromPosition(position, termLength);
    statusMessage.receiverWindowLength = isScheduled ? state.smWindowLength : spec.initialWindowLength;
    statusMessage.flags = this.#isSendingEos ? STATUS_MESSAGE_END_OF_STREAM_FLAG : 0;
    endpoint.send(statusMessage, connections);
    services.counters.statusMessagesSent.incrementRelease();
    this.lastSmPosition = position;
    this.overRunThreshold = position + termLength / 2;
    this.#lastSmChange = change;
    this.#smDeadlineNs = nowNs + services.config.statusMessageTimeoutNs;
    this.updateActiveTransportCount(nowNs);
  }

  /** Tells clients and the conductor by how many transports the stream comes in. */
  updateActiveTransportCount(nowNs: number): void {
    const { connections, services, log, state } = this.#context;
    const count = connections.countActive(nowNs - services.config.imageLivenessTimeoutNs);
    if (state.activeTransportCount !== count) {
      state.activeTransportCount = count;
      putActiveTransportCount(log.metadata, count);
    }
  }

  /** @cold */
  #sendRejection(reason: string, nowNs: number): number {
    const { spec, endpoint, services, connections } = this.#context;
    const { error } = endpoint.frames;
    error.sessionId = spec.sessionId;
    error.streamId = spec.streamId;
    error.errorCode = ErrorCode.IMAGE_REJECTED;
    error.message = reason;
    error.frameLength = ErrorFrameFlyweight.computeLength(reason.length);
    endpoint.send(error, connections);
    services.counters.errorFramesSent.incrementRelease();
    this.#smDeadlineNs = nowNs + services.config.statusMessageTimeoutNs;
    return 1;
  }

  #sendResponseSetup(responseSessionId: number): void {
    const { spec, endpoint, connections } = this.#context;
    const { responseSetup } = endpoint.frames;
    responseSetup.sessionId = spec.sessionId;
    responseSetup.streamId = spec.streamId;
    responseSetup.responseSessionId = responseSessionId;
    endpoint.send(responseSetup, connections);
  }

  #processLoss(): number {
    return this.#processPendingLoss() + this.#sendNaks();
  }

  /** For gaps that the conductor asks for side by side. */
  #sendNaks(): number {
    const { state } = this.#context;
    let count = 0;
    while (count < GAP_RING_CAPACITY && state.takeGap()) {
      if (!state.isRevoked) {
        this.#sendNak();
      }
      count++;
    }
    return count;
  }

  #processPendingLoss(): number {
    const { state, spec } = this.#context;
    const change = state.readLoss();
    if (change === this.#lastLossChange || state.isRevoked) {
      return 0;
    }
    if (change !== IN_CHANGE) {
      this.#lastLossChange = change;
      if (spec.isReliable) {
        this.#sendNak();
      } else {
        this.#fillGap();
      }
    }
    return 1;
  }

  #sendNak(): void {
    const { spec, state, endpoint, services, connections, naksSent } = this.#context;
    const { nak } = endpoint.frames;
    nak.sessionId = spec.sessionId;
    nak.streamId = spec.streamId;
    nak.termId = state.lossTermId;
    nak.termOffset = state.lossTermOffset;
    nak.length = state.lossLength;
    if (services.events.isOn.NAK_SENT) {
      endpoint.logNak(nak, connections);
    }
    endpoint.send(nak, connections);
    services.counters.naksSent.incrementRelease();
    naksSent.incrementRelease();
  }

  #fillGap(): void {
    const { spec, state, log, services } = this.#context;
    const { lossTermId, lossTermOffset, lossLength } = state;
    const term = log.terms[indexByTerm(spec.initialTermId, lossTermId)];
    if (term !== undefined && tryFillGap(log.metadata, term, lossTermId, lossTermOffset, lossLength)) {
      services.counters.lossGapFills.incrementRelease();
    }
  }

  #measureRtt(): number {
    const { spec, state, endpoint, services, connections } = this.#context;
    const request = state.rttRequestCount;
    if (request === this.#lastRttRequest) {
      return 0;
    }
    this.#lastRttRequest = request;
    const { rtt, buffer } = endpoint.frames;
    rtt.sessionId = spec.sessionId;
    rtt.streamId = spec.streamId;
    rtt.flags = RTT_MEASUREMENT_REPLY_FLAG;
    rtt.receptionDeltaNs = 0;
    buffer.putInt64Unaligned(rtt.offset + RTT_MEASUREMENT_ECHO_TIMESTAMP_NS_OFFSET, services.clock.nanoTime());
    endpoint.send(rtt, connections);
    return 1;
  }
}
