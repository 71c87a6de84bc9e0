// SPDX-License-Identifier: Apache-2.0
/**
 * The system counters that the sender writes, reached by id so that it can be done from any thread. What the receiver or the
 * conductor writes as well is added to atomically, the rest with plain adds and release stores.
 *
 * @hot
 */
import { SystemCounterId, type SystemCounterName } from '@aeron/codecs/internal';
import { type AtomicBuffer, AtomicCounter } from '@aeron/core/internal';

/** @source aeron-driver/SystemCounters */
export class SenderCounters {
  readonly bytesSent: AtomicCounter;
  readonly heartbeatsSent: AtomicCounter;
  readonly naksReceived: AtomicCounter;
  readonly statusMessagesReceived: AtomicCounter;
  readonly statusMessagesRejected: AtomicCounter;
  readonly errorFramesReceived: AtomicCounter;
  readonly senderFlowControlLimits: AtomicCounter;
  readonly maxCycleTime: AtomicCounter;
  readonly cycleTimeThresholdExceeded: AtomicCounter;
  readonly conductorProxyFails: AtomicCounter;
  readonly resolutionChanges: AtomicCounter;
  /** Short sends of this agent alone: one of them makes it look for answers. */
  shortSendCount = 0;
  /** Bytes sent again since the start: what is done for NAKs in one pass is bounded by it. */
  retransmittedLength = 0;
  readonly #shortSends: AtomicCounter;
  readonly #invalidPackets: AtomicCounter;
  readonly #retransmitsSent: AtomicCounter;
  readonly #retransmittedBytes: AtomicCounter;
  readonly #retransmitOverflow: AtomicCounter;

  constructor(values: AtomicBuffer) {
    const counter = (name: SystemCounterName): AtomicCounter => new AtomicCounter(values, SystemCounterId[name]);
    this.bytesSent = counter('BYTES_SENT');
    this.heartbeatsSent = counter('HEARTBEATS_SENT');
    this.naksReceived = counter('NAK_MESSAGES_RECEIVED');
    this.statusMessagesReceived = counter('STATUS_MESSAGES_RECEIVED');
    this.statusMessagesRejected = counter('STATUS_MESSAGES_REJECTED');
    this.errorFramesReceived = counter('ERROR_FRAMES_RECEIVED');
    this.senderFlowControlLimits = counter('SENDER_FLOW_CONTROL_LIMITS');
    this.maxCycleTime = counter('SENDER_MAX_CYCLE_TIME');
    this.cycleTimeThresholdExceeded = counter('SENDER_CYCLE_TIME_THRESHOLD_EXCEEDED');
    this.conductorProxyFails = counter('CONDUCTOR_PROXY_FAILS');
    this.resolutionChanges = counter('RESOLUTION_CHANGES');
    this.#shortSends = counter('SHORT_SENDS');
    this.#invalidPackets = counter('INVALID_PACKETS');
    this.#retransmitsSent = counter('RETRANSMITS_SENT');
    this.#retransmittedBytes = counter('RETRANSMITTED_BYTES');
    this.#retransmitOverflow = counter('RETRANSMIT_OVERFLOW');
  }

  onShortSend(): void {
    this.shortSendCount++;
    this.#shortSends.increment();
  }

  onInvalidPacket(): void {
    this.#invalidPackets.increment();
  }

  /** A NAK was served. */
  onRetransmit(length: number): void {
    this.retransmittedLength += length;
    this.#retransmitsSent.incrementRelease();
    this.#retransmittedBytes.getAndAddRelease(length);
  }

  onRetransmitOverflow(): void {
    this.#retransmitOverflow.increment();
  }
}
