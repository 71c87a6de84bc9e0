// SPDX-License-Identifier: Apache-2.0
/**
 * Follows the rebuilding of an image in every pass of the conductor: how far it is complete, where something is missing, how far
 * its subscribers are, and so what the next status message is to say. Zeroes terms before they come round again; one whole
 * term behind the subscribers stays as it is.
 *
 *     cleaned ┐   one term     slowest      fastest       complete         highest
 *     ────────┴──────────────────┼────────────┼─────────────┼─ gap ┄┄┄┄┄┄────┼────▶ position
 *                          status message                rcv-pos           rcv-hwm
 *
 * Subscribers write their own positions, so none is trusted beyond what was received.
 *
 * @hot
 */
import { cleanImage, indexByPosition } from '@aeron/codecs/internal';
import { type AtomicBuffer, type AtomicCounter, INT64_MAX_AS_NUMBER } from '@aeron/core/internal';
import type { CongestionControl } from '../../congestion/congestion-control.ts';
import type { ImageLossDetector } from '../../loss/image-loss-detector.ts';
import type { ImageState } from '../../shared-state/image-state.ts';
import type { SubscribedFlow } from '../stream-subscribers.ts';

const FRAME_ALIGNMENT = 32;

/** The log, counters, shared state and strategies that it works with. */
export interface ImageFlowFields {
  readonly terms: readonly AtomicBuffer[];
  readonly termLength: number;
  readonly initialTermId: number;
  /** Where the image starts. */
  readonly joinPosition: number;
  /** Writer: receiver. */
  readonly hwmPosition: AtomicCounter;
  /** Writer: conductor. */
  readonly rebuildPosition: AtomicCounter;
  readonly state: ImageState;
  readonly congestionControl: CongestionControl;
  readonly lossDetector: ImageLossDetector;
}

/** @source aeron-driver/PublicationImage (trackRebuild) */
export class ImageFlow implements SubscribedFlow {
  /** Out: whether the last `update` found anything new, or waits for what is missing. */
  hasMoved = true;
  private readonly terms: readonly AtomicBuffer[];
  private readonly termLength: number;
  private readonly hwmPosition: AtomicCounter;
  private readonly rebuildCounter: AtomicCounter;
  private readonly state: ImageState;
  private readonly congestionControl: CongestionControl;
  private readonly lossDetector: ImageLossDetector;
  /** Refilled in each pass. */
  private readonly rebuild: { rebuildPosition: number; hwmPosition: number; initialTermId: number };
  /** Refilled in each pass. */
  private readonly progress: {
    consumptionPosition: number;
    lastStatusMessagePosition: number;
    hasFoundLoss: boolean;
  };
  private subscriberPositions: AtomicCounter[] = [];
  /** Of each, as last seen. */
  private subscribersSeen = new Float64Array(0);
  /** `rcv-hwm` as last seen. */
  private highestPosition: number;
  private smPosition: number;
  private smWindowLength: number;
  private cleanPosition: number;
  private fastestPosition: number;
  private rttChangeNumber: number;

  constructor(fields: ImageFlowFields) {
    const { joinPosition, initialTermId } = fields;
    this.terms = fields.terms;
    this.termLength = fields.termLength;
    this.hwmPosition = fields.hwmPosition;
    this.rebuildCounter = fields.rebuildPosition;
    this.state = fields.state;
    this.congestionControl = fields.congestionControl;
    this.lossDetector = fields.lossDetector;
    this.rebuild = { rebuildPosition: joinPosition, hwmPosition: joinPosition, initialTermId };
    this.progress = { consumptionPosition: joinPosition, lastStatusMessagePosition: joinPosition, hasFoundLoss: false };
    this.highestPosition = joinPosition;
    this.smPosition = joinPosition;
    this.smWindowLength = fields.congestionControl.initialWindowLength;
    this.cleanPosition = joinPosition;
    this.fastestPosition = joinPosition;
    this.rttChangeNumber = fields.state.rttChangeNumber;
    fields.hwmPosition.set(joinPosition);
    fields.rebuildPosition.set(joinPosition);
  }

  /** The window that receivers offer now. */
  get windowLength(): number {
    return this.smWindowLength;
  }

  /** The furthest that any subscriber has been. */
  get consumerPosition(): number {
    return this.fastestPosition;
  }

  /** Up to where the image is complete. */
  get rebuildPosition(): number {
    return this.rebuildCounter.getPlain();
  }

  /** Whether nothing that has been received waits for something that has not. */
  get isComplete(): boolean {
    return this.rebuildCounter.getPlain() === this.hwmPosition.get();
  }

  /** @returns 1 when there is a new status message to send, else 0. */
  update(nowNs: number): number {
    const hwm = this.hwmPosition.getSince(this.highestPosition);
    this.hasMoved = hwm !== this.highestPosition;
    this.highestPosition = hwm;
    const slowest = this.trackSubscribers(hwm);
    this.trackRtt(nowNs);
    if (slowest < 0) {
      return 0; // all subscribers rest: nobody says how far the stream may go
    }
    this.hasMoved ||= slowest < hwm; // a subscriber that is behind may go on at any time, and tells nobody
    this.advance(hwm, nowNs);
    const { congestionControl, progress } = this;
    progress.consumptionPosition = slowest;
    progress.lastStatusMessagePosition = this.smPosition;
    progress.hasFoundLoss = this.lossDetector.hasFoundLoss;
    const isForced = congestionControl.onTrackRebuild(progress, nowNs);
    const window = congestionControl.windowLength;
    const isDue = isForced || slowest > this.smPosition + (window >> 2) || window !== this.smWindowLength;
    if (!isDue) {
      return 0;
    }
    this.hasMoved = true;
    this.cleanTo(slowest - this.termLength);
    this.smPosition = slowest;
    this.smWindowLength = window;
    this.state.scheduleStatusMessage(slowest, window);
    return 1;
  }

  /** Whether every subscriber has consumed what is complete. */
  isDrained(): boolean {
    const complete = this.rebuildCounter.getPlain();
    for (let i = 0; i < this.subscriberPositions.length; i++) {
      if ((this.subscriberPositions[i] as AtomicCounter).get() < complete) {
        return false;
      }
    }
    return true;
  }

  /** Where a new subscriber starts: no later than any other. */
  joinPosition(): number {
    let position = this.rebuildCounter.getPlain();
    for (let i = 0; i < this.subscriberPositions.length; i++) {
      position = Math.min(position, (this.subscriberPositions[i] as AtomicCounter).get());
    }
    return Math.max(position - (position % FRAME_ALIGNMENT), this.smPosition);
  }

  /** @cold */
  addSubscriber(position: AtomicCounter): void {
    this.setSubscribers(this.subscriberPositions.concat(position));
  }

  /** @cold One that is not there is fine. */
  removeSubscriber(position: AtomicCounter): void {
    this.setSubscribers(this.subscriberPositions.filter((other) => other !== position));
  }

  /** @cold */
  private setSubscribers(positions: AtomicCounter[]): void {
    this.subscriberPositions = positions;
    this.subscribersSeen = Float64Array.from(positions, (position) => position.get());
  }

  /** @returns the position of the slowest subscriber, never before the last status message; -1 without subscribers. */
  private trackSubscribers(hwm: number): number {
    const positions = this.subscriberPositions;
    const seen = this.subscribersSeen;
    if (positions.length === 0) {
      return -1;
    }
    let slowest = INT64_MAX_AS_NUMBER;
    let fastest = this.fastestPosition;
    for (let i = 0; i < positions.length; i++) {
      const position = (positions[i] as AtomicCounter).getSince(seen[i] as number);
      this.hasMoved ||= position !== seen[i];
      seen[i] = position;
      if (position < slowest) {
        slowest = position;
      }
      if (position > fastest) {
        fastest = position;
      }
    }
    // Whole frames only, and at most what has come in: the rest would be untrue.
    this.fastestPosition = Math.min(fastest, hwm);
    const plausible = Math.min(slowest, hwm);
    return Math.max(plausible - (plausible % FRAME_ALIGNMENT), this.smPosition);
  }

  /** Looks on from where the image was complete, and for what is missing there. */
  private advance(hwm: number, nowNs: number): void {
    const { rebuild, termLength } = this;
    const fastest = this.fastestPosition - (this.fastestPosition % FRAME_ALIGNMENT);
    const position = Math.max(this.rebuildCounter.getPlain(), fastest);
    if (position >= hwm) {
      // All that came in is there, as in most passes of a stream that rests.
      this.lossDetector.onComplete(nowNs);
      this.rebuildCounter.proposeMaxRelease(position);
      return;
    }
    this.hasMoved = true;
    rebuild.rebuildPosition = position;
    rebuild.hwmPosition = hwm;
    const term = this.terms[indexByPosition(position, termLength)] as AtomicBuffer;
    const completeOffset = this.lossDetector.scan(term, rebuild, nowNs);
    this.rebuildCounter.proposeMaxRelease(position - (position % termLength) + completeOffset);
  }

  private trackRtt(nowNs: number): void {
    const { state, congestionControl } = this;
    const change = state.rttChangeNumber;
    if (change !== this.rttChangeNumber) {
      this.rttChangeNumber = change;
      congestionControl.onRttMeasurement(state.rttNs, nowNs);
    }
    if (congestionControl.shouldMeasureRtt(nowNs)) {
      state.requestRtt();
    }
  }

  /** Up to `position` or the end of the dirty term, whichever comes first; the rest goes with the next status message. */
  private cleanTo(position: number): void {
    if (position > this.cleanPosition) {
      this.cleanPosition = cleanImage(this.terms, this.termLength, this.cleanPosition, position);
    }
  }
}
