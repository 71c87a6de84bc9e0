// SPDX-License-Identifier: Apache-2.0
/**
 * The system counters that the receiver writes, reached by id so that it can be done from any thread. What another agent writes
 * as well (invalid packets, short sends, failed offers, resolution changes) is added to atomically, the rest is its own.
 */
import { SystemCounterId, type SystemCounterName } from '@aeron/codecs/internal';
import { type AtomicBuffer, AtomicCounter } from '@aeron/core/internal';

/** @source aeron-driver/SystemCounters */
export class ReceiverCounters {
  readonly bytesReceived: AtomicCounter;
  readonly naksSent: AtomicCounter;
  readonly statusMessagesSent: AtomicCounter;
  readonly heartbeatsReceived: AtomicCounter;
  readonly flowControlUnderRuns: AtomicCounter;
  readonly flowControlOverRuns: AtomicCounter;
  readonly possibleTtlAsymmetry: AtomicCounter;
  readonly lossGapFills: AtomicCounter;
  readonly errorFramesSent: AtomicCounter;
  readonly publicationImagesRevoked: AtomicCounter;
  readonly maxCycleTime: AtomicCounter;
  readonly cycleTimeThresholdExceeded: AtomicCounter;
  readonly invalidPackets: AtomicCounter;
  readonly shortSends: AtomicCounter;
  readonly conductorProxyFails: AtomicCounter;
  readonly resolutionChanges: AtomicCounter;

  constructor(values: AtomicBuffer) {
    const counter = (name: SystemCounterName): AtomicCounter => new AtomicCounter(values, SystemCounterId[name]);
    this.bytesReceived = counter('BYTES_RECEIVED');
    this.naksSent = counter('NAK_MESSAGES_SENT');
    this.statusMessagesSent = counter('STATUS_MESSAGES_SENT');
    this.heartbeatsReceived = counter('HEARTBEATS_RECEIVED');
    this.flowControlUnderRuns = counter('FLOW_CONTROL_UNDER_RUNS');
    this.flowControlOverRuns = counter('FLOW_CONTROL_OVER_RUNS');
    this.possibleTtlAsymmetry = counter('POSSIBLE_TTL_ASYMMETRY');
    this.lossGapFills = counter('LOSS_GAP_FILLS');
    this.errorFramesSent = counter('ERROR_FRAMES_SENT');
    this.publicationImagesRevoked = counter('PUBLICATION_IMAGES_REVOKED');
    this.maxCycleTime = counter('RECEIVER_MAX_CYCLE_TIME');
    this.cycleTimeThresholdExceeded = counter('RECEIVER_CYCLE_TIME_THRESHOLD_EXCEEDED');
    this.invalidPackets = counter('INVALID_PACKETS');
    this.shortSends = counter('SHORT_SENDS');
    this.conductorProxyFails = counter('CONDUCTOR_PROXY_FAILS');
    this.resolutionChanges = counter('RESOLUTION_CHANGES');
  }
}
