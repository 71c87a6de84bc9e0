// SPDX-License-Identifier: Apache-2.0
/**
 * Flow control of an IPC publication: samples where the publisher is, follows its subscribers, moves the publisher's limit
 * ahead of the slowest one, and zeroes what all have consumed before it is written again. Runs in every pass of the conductor.
 *
 *     cleaned ┐          slowest         fastest        limit = slowest + window
 *     ────────┴──────────────┼──────────────┼────────────┼────▶ position
 *
 * Subscribers write their own positions, so none is trusted beyond what was published: a wrong one stalls the stream or lets
 * nothing through, but never makes the driver write outside a term.
 *
 * @hot
 */

import { cleanPublication, ProducerPosition } from '@aeron/codecs/internal';
import type { AtomicBuffer, AtomicCounter } from '@aeron/core/internal';

/** The log and counters that it works on. */
export interface IpcFlowFields {
  readonly terms: readonly AtomicBuffer[];
  readonly metadata: AtomicBuffer;
  readonly termLength: number;
  readonly initialTermId: number;
  /** How far the publisher may be ahead of the slowest subscriber. */
  readonly windowLength: number;
  readonly publisherPosition: AtomicCounter;
  readonly publisherLimit: AtomicCounter;
}

/** @source aeron-driver/IpcPublication (updatePublisherPositionAndLimit) */
export class IpcFlow {
  /** Out: whether the last `update` found publisher or a subscriber moved. */
  hasMoved = true;
  readonly windowLength: number;
  private readonly terms: readonly AtomicBuffer[];
  private readonly termLength: number;
  private readonly producers: ProducerPosition;
  /** The limit moves only when it gains this much, so that publishers see fewer cache misses. */
  private readonly tripGain: number;
  private readonly publisherPosition: AtomicCounter;
  private readonly publisherLimit: AtomicCounter;
  private subscriberPositions: AtomicCounter[] = [];
  /** Of each, as last seen. */
  private subscribersSeen = new Float64Array(0);
  private limitPosition: number;
  private tripLimit = 0;
  private consumedPosition: number;
  private cleanPosition: number;

  constructor(fields: IpcFlowFields) {
    this.windowLength = fields.windowLength;
    this.terms = fields.terms;
    this.termLength = fields.termLength;
    this.producers = new ProducerPosition(fields.metadata, fields.termLength, fields.initialTermId);
    this.tripGain = fields.windowLength >> 3;
    this.publisherPosition = fields.publisherPosition;
    this.publisherLimit = fields.publisherLimit;
    const start = this.producers.value;
    this.limitPosition = start;
    this.consumedPosition = start;
    this.cleanPosition = start;
    fields.publisherPosition.set(start);
    fields.publisherLimit.set(start);
  }

  get hasSubscribers(): boolean {
    return this.subscriberPositions.length > 0;
  }

  /** The furthest that any subscriber has ever been. */
  get consumerPosition(): number {
    return this.consumedPosition;
  }

  /** Where the publisher is; stored in its counter too. */
  samplePublisherPosition(): number {
    if (this.producers.sample()) {
      this.publisherPosition.set(this.producers.value);
    }
    return this.producers.value;
  }

  /** How far the subscribers are, for a stream whose limit does not move any more. */
  sampleConsumerPosition(published: number): number {
    const positions = this.subscriberPositions;
    let fastest = this.consumedPosition;
    for (let i = 0; i < positions.length; i++) {
      fastest = Math.max(fastest, (positions[i] as AtomicCounter).get());
    }
    this.consumedPosition = Math.min(fastest, published);
    return this.consumedPosition;
  }

  /** @returns 1 when the limit was moved, else 0. */
  update(): number {
    const publishedBefore = this.producers.value;
    const published = this.samplePublisherPosition();
    this.hasMoved = published !== publishedBefore;
    const positions = this.subscriberPositions;
    const seen = this.subscribersSeen;
    const count = positions.length;
    if (count === 0) {
      return this.pullLimitBack();
    }
    let slowest = published;
    let fastest = this.consumedPosition;
    for (let i = 0; i < count; i++) {
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
    // Subscribers may have moved on since the publisher was sampled; the next pass will see that.
    this.consumedPosition = Math.min(fastest, published);

    const newLimit = slowest + this.windowLength;
    if (newLimit < this.tripLimit) {
      return 0;
    }
    this.cleanTo(slowest);
    this.setLimit(newLimit);
    this.tripLimit = newLimit + this.tripGain;
    return 1;
  }

  /** Where a new subscriber starts: no later than any other. */
  joinPosition(): number {
    let position = this.consumedPosition;
    for (let i = 0; i < this.subscriberPositions.length; i++) {
      position = Math.min(position, (this.subscriberPositions[i] as AtomicCounter).get());
    }
    return position;
  }

  /** Whether every subscriber has consumed all up to `position`. */
  isDrainedTo(position: number): boolean {
    for (let i = 0; i < this.subscriberPositions.length; i++) {
      if ((this.subscriberPositions[i] as AtomicCounter).get() < position) {
        return false;
      }
    }
    return true;
  }

  /** Lets the publisher go no further than it is. @returns that position. */
  closeLimit(): number {
    const position = this.samplePublisherPosition();
    this.setLimit(position);
    return position;
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

  /** Without subscribers nothing may be published that nobody will consume. */
  private pullLimitBack(): number {
    const position = this.consumedPosition;
    if (this.limitPosition <= position) {
      return 0;
    }
    this.tripLimit = position;
    this.setLimit(position);
    this.cleanTo(position);
    return 1;
  }

  private setLimit(position: number): void {
    this.limitPosition = position;
    this.publisherLimit.set(position);
  }

  /** Up to `position` or the end of the dirty term, whichever comes first; the rest goes with the next move of the limit. */
  private cleanTo(position: number): void {
    if (position > this.cleanPosition) {
      this.cleanPosition = cleanPublication(this.terms, this.termLength, this.cleanPosition, position);
    }
  }
}
