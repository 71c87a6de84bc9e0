// SPDX-License-Identifier: Apache-2.0
/**
 * The sender's half of a network publication. It meets the conductor's half only in the mapped log, in counters and in one slot
 * of shared state. Sender's thread; allocates nothing in a pass.
 *
 *     each pass    SETUP, while nobody has reported or one was asked for
 *                  data, up to the sender limit
 *                  if there was none: heartbeat, idle rule of flow control, receivers that have gone silent
 *                  retransmissions that waited for their delay
 *
 * @hot
 * @source aeron-driver/NetworkPublication
 */
import {
  computePosition,
  computeTermIdFromPosition,
  computeTermOffsetFromPosition,
  DATA_HEADER_BLOCK_LENGTH,
  isPublicationRevoked,
  type LogBuffers,
  type RttMeasurementFlyweight,
} from '@aeron/codecs/internal';
import type { AtomicCounter, Clock } from '@aeron/core/internal';
import type { SenderPublicationSpec } from '../agents/agent-commands.ts';
import type { DriverEvents } from '../events/driver-events.ts';
import type { FlowControl, ReceiverReport } from '../flow-control/flow-control.ts';
import type { PublicationState } from '../shared-state/publication-state.ts';
import { DataSender } from './data-sender.ts';
import { ReceiverLiveness } from './receiver-liveness.ts';
import { Resender } from './resender.ts';
import { type NakRange, type Resend, RetransmitHandler } from './retransmit-handler.ts';
import type { SenderCounters } from './sender-counters.ts';
import { HeartbeatFlags, StreamFrames } from './stream-frames.ts';
import type { StreamOutput } from './stream-output.ts';

/** Between two SETUP frames at least. */
export const SETUP_INTERVAL_NS = 100_000_000;
/** Silence after which a heartbeat is sent. */
export const HEARTBEAT_INTERVAL_NS = 100_000_000;

/** How often a stream that rests is asked for more than data and heartbeats: times of seconds, after which receivers count as gone. */
export const REST_CHECK_INTERVAL_NS = 10_000_000;

/** The counters of one publication. */
export interface SenderPublicationCounters {
  readonly senderPosition: AtomicCounter;
  readonly senderLimit: AtomicCounter;
  readonly backPressureEvents: AtomicCounter;
  readonly naksReceived: AtomicCounter;
}

/** The one record that a publication is made from. */
export interface SenderPublicationOptions {
  readonly spec: SenderPublicationSpec;
  readonly log: LogBuffers;
  readonly state: PublicationState;
  readonly output: StreamOutput;
  readonly flowControl: FlowControl;
  readonly counters: SenderPublicationCounters;
  readonly systemCounters: SenderCounters;
  /** The sender's time of this pass. */
  readonly clock: Clock;
  readonly connectionTimeoutNs: number;
  readonly retransmitDelayNs: number;
  readonly retransmitLingerNs: number;
  readonly maxMessagesPerSend: number;
  readonly events: DriverEvents;
  /** The first receiver is there. @returns whether that was told to who must know; asked again if not. */
  readonly onConnected: (publication: SenderPublication) => boolean;
}

export class SenderPublication {
  readonly spec: SenderPublicationSpec;
  readonly termLength: number;
  readonly output: StreamOutput;
  /** When a receiver last reported or asked for a SETUP; when the publication was made, before. */
  lastStatusMessageNs: number;
  /** The RSP_SETUP that was passed on last, and when. */
  responseSessionId = 0;
  responseSetupNs = Number.NEGATIVE_INFINITY;
  readonly #log: LogBuffers;
  readonly #initialTermId: number;
  readonly #state: PublicationState;
  readonly #flowControl: FlowControl;
  readonly #position: AtomicCounter;
  readonly #limit: AtomicCounter;
  readonly #naksReceived: AtomicCounter;
  readonly #counters: SenderCounters;
  readonly #clock: Clock;
  readonly #connectionTimeoutNs: number;
  readonly #onConnected: (publication: SenderPublication) => boolean;
  readonly #liveness = new ReceiverLiveness();
  readonly #frames: StreamFrames;
  readonly #dataSender: DataSender;
  readonly #retransmits: RetransmitHandler;
  readonly #resend: Resend;
  #lastDataNs: number;
  #lastSetupNs: number;
  /** Until then nothing but data need be looked for, of a stream that was seen to rest and of which nothing was heard since. */
  #restUntilNs = Number.NEGATIVE_INFINITY;
  /** Whether there was nothing to send in the last pass, so that the conductor may be passing over the stream. */
  #isQuiet = true;
  #hasInitialConnection = false;
  #isSetupElicited = false;
  #isConnectionTold = false;
  #hasReceivers = false;
  #hasRequiredReceivers = false;

  constructor(options: SenderPublicationOptions) {
    const { spec, log, output, counters, systemCounters, clock, events } = options;
    this.spec = spec;
    this.termLength = log.termLength;
    this.output = output;
    this.#log = log;
    this.#initialTermId = log.initialTermId;
    this.#state = options.state;
    this.#flowControl = options.flowControl;
    this.#position = counters.senderPosition;
    this.#limit = counters.senderLimit;
    this.#naksReceived = counters.naksReceived;
    this.#counters = systemCounters;
    this.#clock = clock;
    this.#connectionTimeoutNs = options.connectionTimeoutNs;
    this.#onConnected = options.onConnected;
    this.#frames = new StreamFrames(spec, output, output.endpoint.multicastTtl);
    const dataOptions = {
      ...{ log, mtuLength: spec.mtuLength, output },
      ...{ position: counters.senderPosition, limit: counters.senderLimit },
      ...{ counters: systemCounters, backPressureEvents: counters.backPressureEvents },
    };
    const resender = new Resender(dataOptions);
    this.#dataSender = new DataSender({ ...dataOptions, maxSendsPerPass: options.maxMessagesPerSend });
    this.#resend = (termId, termOffset, length) => {
      if (events.isOn.RESEND) {
        this.#logResend(events, termId, termOffset, length);
      }
      resender.resend(termId, termOffset, length);
    };
    this.#retransmits = new RetransmitHandler({
      delayNs: options.retransmitDelayNs,
      lingerNs: options.retransmitLingerNs,
      maxResend: spec.maxResend,
      hasGroupSemantics: spec.isMulticastSemantics,
      onOverflow: () => systemCounters.onRetransmitOverflow(),
    });
    const nowNs = clock.nanoTime();
    this.lastStatusMessageNs = nowNs;
    this.#lastDataNs = nowNs - HEARTBEAT_INTERVAL_NS - 1;
    this.#lastSetupNs = nowNs - SETUP_INTERVAL_NS - 1;
    this.#showRequiredReceivers();
  }

  /** One pass. @returns bytes of data and heartbeats sent. */
  send(nowNs: number): number {
    if (nowNs < this.#restUntilNs && this.#dataSender.isWaiting) {
      this.#isQuiet ||= true; // not written where it is so already: there may be a thousand of them
      return 0;
    }
    if (!this.output.endpoint.isOpen) {
      return 0;
    }
    if (!this.#hasInitialConnection || this.#isSetupElicited) {
      this.#checkSetup(nowNs);
    }
    let bytesSent = this.#dataSender.send();
    if (bytesSent > 0) {
      this.#lastDataNs = nowNs;
      this.#callConductor();
    } else {
      this.#isQuiet = true;
      bytesSent = this.#checkHeartbeat(nowNs);
      this.#onIdle(nowNs);
    }
    this.#retransmits.processTimeouts(this.#resend, nowNs);
    this.#restUntilNs = this.#isResting
      ? Math.min(nowNs + REST_CHECK_INTERVAL_NS, this.#lastDataNs + HEARTBEAT_INTERVAL_NS)
      : Number.NEGATIVE_INFINITY;
    return bytesSent;
  }

  /** Whether a status message can be true: at most half a term from where the sender is. */
  isPositionPlausible(position: number): boolean {
    const distance = position - this.#position.getPlain();
    const halfTerm = this.termLength >> 1;
    return distance >= -halfTerm && distance <= halfTerm;
  }

  positionOf(termId: number, termOffset: number): number {
    return computePosition(termId, termOffset, this.termLength, this.#initialTermId);
  }

  /** A receiver asked for a SETUP. That moves no limit and connects nobody. */
  onSetupRequested(report: ReceiverReport, sourceAddress: string, sourcePort: number): void {
    if (this.#state.isEndOfStream) {
      return;
    }
    this.lastStatusMessageNs = this.#clock.nanoTime();
    this.#isSetupElicited = true;
    this.#restUntilNs = Number.NEGATIVE_INFINITY;
    this.#flowControl.onSetupTriggered(report);
    this.output.onSetupRequested(sourceAddress, sourcePort);
  }

  /** A receiver reported its position, found plausible. */
  onStatusMessage(report: ReceiverReport): void {
    const nowNs = this.#clock.nanoTime();
    const { receiverIdLow: idLow, receiverIdHigh: idHigh } = report;
    if (report.isEndOfStream) {
      this.#liveness.remove(idLow, idHigh);
      if (!this.spec.isMulticastSemantics) {
        this.#state.hasUnicastEos = true;
      }
    } else {
      this.#liveness.onStatusMessage(idLow, idHigh, nowNs);
    }
    this.#hasInitialConnection = true;
    this.#restUntilNs = Number.NEGATIVE_INFINITY;
    this.lastStatusMessageNs = nowNs;
    this.#setLimit(this.#flowControl.onStatusMessage(report, this.#limit.getPlain(), nowNs));
    this.#showRequiredReceivers();
    this.#showReceivers();
    if (this.#hasReceivers && !this.#isConnectionTold) {
      this.#isConnectionTold = this.#onConnected(this);
    }
  }

  onNak(range: NakRange): void {
    this.#naksReceived.incrementRelease();
    this.#restUntilNs = Number.NEGATIVE_INFINITY;
    this.#retransmits.onNak(range, this.termLength, this.#flowControl, this.#resend, this.#clock.nanoTime());
  }

  /** A receiver wants its round trip measured. */
  onRttRequest(request: RttMeasurementFlyweight): void {
    if (!this.#frames.sendRttReply(request)) {
      this.#counters.onShortSend();
    }
  }

  /** A receiver will not go on: flow control need not wait for it. */
  onReceiverError(receiverId: bigint, groupTag: bigint | undefined): void {
    this.#restUntilNs = Number.NEGATIVE_INFINITY;
    this.#flowControl.onError(receiverId, groupTag);
  }

  isReceiverLive(idLow: number, idHigh: number): boolean {
    return this.#liveness.contains(idLow, idHigh);
  }

  /** Its silence is no question of time any more; seen by the conductor after the next idle pass. */
  removeReceiver(idLow: number, idHigh: number): void {
    this.#restUntilNs = Number.NEGATIVE_INFINITY;
    this.#liveness.remove(idLow, idHigh);
  }

  /**
   * Lets go of the log and of the shared state, in this order.
   *
   * @cold
   */
  release(): void {
    this.#log.close();
    this.#state.hasSenderReleased = true;
  }

  /** Whether nothing but new data, a frame from a receiver or a time of 100 ms can make it do anything. */
  get #isResting(): boolean {
    return (
      this.#hasInitialConnection &&
      !this.#isSetupElicited &&
      !this.#retransmits.isActive &&
      !this.spec.spiesSimulateConnection
    );
  }

  #callConductor(): void {
    if (this.#isQuiet) {
      this.#isQuiet = false;
      this.#state.callConductor();
    }
  }

  #checkSetup(nowNs: number): void {
    if (nowNs - this.#lastSetupNs <= SETUP_INTERVAL_NS) {
      return;
    }
    this.#lastSetupNs = nowNs;
    if (this.#isSetupElicited) {
      this.#setLimit(this.#flowControl.onSetupSent(this.#limit.getPlain(), nowNs));
    }
    const position = this.#position.getPlain();
    if (!this.#frames.sendSetup(this.#termIdAt(position), this.#termOffsetAt(position))) {
      this.#counters.onShortSend();
    }
    // As long as nobody is there who can have seen it, it goes on.
    if (this.#hasReceivers) {
      this.#isSetupElicited = false;
    }
  }

  #checkHeartbeat(nowNs: number): number {
    if (!this.#hasInitialConnection || nowNs - this.#lastDataNs <= HEARTBEAT_INTERVAL_NS) {
      return 0;
    }
    const flags = this.#heartbeatFlags();
    const position = this.#position.getPlain();
    const bytesSent = this.#frames.sendHeartbeat(this.#termIdAt(position), this.#termOffsetAt(position), flags);
    if (bytesSent !== DATA_HEADER_BLOCK_LENGTH) {
      this.#counters.onShortSend();
    }
    this.#lastDataNs = nowNs;
    this.#counters.heartbeatsSent.incrementRelease();
    return bytesSent;
  }

  #heartbeatFlags(): number {
    if (this.#state.isRevoked || isPublicationRevoked(this.#log.metadata)) {
      return HeartbeatFlags.REVOKED;
    }
    return this.spec.signalEos && this.#state.isEndOfStream ? HeartbeatFlags.END_OF_STREAM : HeartbeatFlags.ALIVE;
  }

  #onIdle(nowNs: number): void {
    if (this.spec.spiesSimulateConnection && !this.#hasReceivers && this.#state.hasSpies) {
      // Nobody to send to: the furthest spy decides where the stream is.
      const position = this.#position.getPlain();
      const spyPosition = Math.max(this.#state.maxSpyPosition, position);
      if (spyPosition !== position) {
        this.#position.set(spyPosition);
      }
      this.#setLimit(this.#flowControl.onIdle(spyPosition, nowNs));
    } else {
      this.#setLimit(this.#flowControl.onIdle(this.#limit.getPlain(), nowNs));
    }
    this.#showRequiredReceivers();
    this.#liveness.onIdle(nowNs, this.#connectionTimeoutNs);
    this.#showReceivers();
  }

  #setLimit(limit: number): void {
    if (limit !== this.#limit.getPlain()) {
      this.#limit.set(limit);
    }
  }

  #showReceivers(): void {
    const { hasReceivers } = this.#liveness;
    if (hasReceivers !== this.#hasReceivers) {
      this.#hasReceivers = hasReceivers;
      this.#state.hasReceivers = hasReceivers;
    }
  }

  #showRequiredReceivers(): void {
    const { hasRequiredReceivers } = this.#flowControl;
    if (hasRequiredReceivers !== this.#hasRequiredReceivers) {
      this.#hasRequiredReceivers = hasRequiredReceivers;
      this.#state.hasRequiredReceivers = hasRequiredReceivers;
    }
  }

  /** @cold */
  #logResend(events: DriverEvents, termId: number, termOffset: number, resendLength: number): void {
    const { sessionId, streamId } = this.spec;
    const channel = this.output.endpoint.channel.uri;
    events.log('RESEND', { sessionId, streamId, termId, termOffset, resendLength, channel });
  }

  #termIdAt(position: number): number {
    return computeTermIdFromPosition(position, this.termLength, this.#initialTermId);
  }

  #termOffsetAt(position: number): number {
    return computeTermOffsetFromPosition(position, this.termLength);
  }
}
