// SPDX-License-Identifier: Apache-2.0
/**
 * Flow control of a network publication between publisher and sender: samples where the publisher is, moves its limit ahead of
 * the slowest consumer (sender and spies), and zeroes terms before they are written again. One whole term behind the consumers
 * stays as it is, so that the sender can send it again. Runs in every pass of the conductor.
 *
 *     cleaned ┐     kept for resends     slowest spy   sender        limit = slowest + window
 *     ────────┴──────────────────────────────┼──────────┼──────────────┼────▶ position
 *
 * Spies write their own positions, so none is trusted beyond what was published.
 *
 * @hot
 */
import { cleanPublication, ProducerPosition } from '@aeron/codecs/internal';
import type { AtomicBuffer, AtomicCounter } from '@aeron/core/internal';
import type { PublicationState } from '../../shared-state/publication-state.ts';
import type { SubscribedFlow } from '../stream-subscribers.ts';

/** The log, counters and shared state that it works on. */
export interface PublicationFlowFields {
  readonly terms: readonly AtomicBuffer[];
  readonly metadata: AtomicBuffer;
  readonly termLength: number;
  readonly initialTermId: number;
  /** How far the publisher may be ahead of the slowest consumer. */
  readonly windowLength: number;
  readonly publisherPosition: AtomicCounter;
  readonly publisherLimit: AtomicCounter;
  /** Writer: sender. */
  readonly senderPosition: AtomicCounter;
  readonly state: PublicationState;
}

/** @source aeron-driver/NetworkPublication (updatePublisherPositionAndLimit) */
export class PublicationFlow implements SubscribedFlow {
  /** Out: whether the last `update` found publisher, sender or a spy moved. */
  hasMoved = true;
  readonly windowLength: number;
  private readonly terms: readonly AtomicBuffer[];
  private readonly termLength: number;
  private readonly producers: ProducerPosition;
  private readonly publisherPosition: AtomicCounter;
  private readonly publisherLimit: AtomicCounter;
  private readonly senderPositionCounter: AtomicCounter;
  private readonly state: PublicationState;
  private spyPositions: AtomicCounter[] = [];
  /** As last seen. */
  private sentPosition: number;
  private limitPosition: number;
  private cleanPosition: number;
  private maxSpyPosition: number;

  constructor(fields: PublicationFlowFields) {
    this.windowLength = fields.windowLength;
    this.terms = fields.terms;
    this.termLength = fields.termLength;
    this.producers = new ProducerPosition(fields.metadata, fields.termLength, fields.initialTermId);
    this.publisherPosition = fields.publisherPosition;
    this.publisherLimit = fields.publisherLimit;
    this.senderPositionCounter = fields.senderPosition;
    this.state = fields.state;
    const start = this.producers.value;
    this.sentPosition = start;
    this.limitPosition = start;
    this.cleanPosition = start;
    this.maxSpyPosition = start;
    fields.publisherPosition.set(start);
    fields.publisherLimit.set(start);
    fields.state.maxSpyPosition = start;
  }

  get hasSpies(): boolean {
    return this.spyPositions.length > 0;
  }

  /** How far the sender has sent. */
  get senderPosition(): number {
    return this.senderPositionCounter.get();
  }

  /** Where the publisher is; stored in its counter too. */
  samplePublisherPosition(): number {
    if (this.producers.sample()) {
      this.publisherPosition.set(this.producers.value);
    }
    return this.producers.value;
  }

  /** @returns 1 when there was something to move, else 0. */
  update(isConnected: boolean): number {
    const publishedBefore = this.producers.value;
    const published = this.samplePublisherPosition();
    const sent = this.senderPositionCounter.getSince(this.sentPosition);
    // Spies are not looked for: with one of them it is as if it moved in every pass.
    this.hasMoved = published !== publishedBefore || sent !== this.sentPosition || this.hasSpies;
    this.sentPosition = sent;
    if (!isConnected) {
      return this.pullLimitBack(sent);
    }
    const slowest = this.trackSpies(sent, published);
    const newLimit = slowest + this.windowLength;
    if (newLimit <= this.limitPosition) {
      return 0;
    }
    this.cleanTo(slowest - this.termLength);
    if (this.isCleanFor(newLimit)) {
      this.setLimit(newLimit);
    }
    return 1;
  }

  /** Whether every spy has consumed all up to `position`. */
  haveSpiesReached(position: number): boolean {
    for (let i = 0; i < this.spyPositions.length; i++) {
      if ((this.spyPositions[i] as AtomicCounter).get() < position) {
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

  /** As the spies' flow control sees it. */
  get consumerPosition(): number {
    return this.senderPosition;
  }

  /** Where a spy that joins now starts. */
  joinPosition(): number {
    return this.senderPosition;
  }

  /**
   * A spy.
   *
   * @cold
   */
  addSubscriber(position: AtomicCounter): void {
    this.spyPositions = this.spyPositions.concat(position);
    this.state.hasSpies = true;
  }

  /** @cold One that is not there is fine. */
  removeSubscriber(position: AtomicCounter): void {
    this.spyPositions = this.spyPositions.filter((other) => other !== position);
    this.state.hasSpies = this.spyPositions.length > 0;
  }

  /** @returns the position of the slowest consumer. */
  private trackSpies(sent: number, published: number): number {
    const positions = this.spyPositions;
    let slowest = sent;
    let fastest = sent;
    for (let i = 0; i < positions.length; i++) {
      const position = (positions[i] as AtomicCounter).get();
      if (position < slowest) {
        slowest = position;
      }
      if (position > fastest) {
        fastest = position;
      }
    }
    // Spies may have moved on since the publisher was sampled; the next pass will see that.
    fastest = Math.min(fastest, published);
    if (fastest > this.maxSpyPosition) {
      this.maxSpyPosition = fastest;
      this.state.maxSpyPosition = fastest;
    }
    return slowest;
  }

  /** Without receivers nothing may be published that nobody will get. */
  private pullLimitBack(sent: number): number {
    if (this.limitPosition <= sent) {
      return 0;
    }
    this.setLimit(sent);
    this.cleanTo(sent - this.termLength);
    return 1;
  }

  /** Whether all that a publisher may touch below the limit is zero: a term is clean from its start to its end. */
  private isCleanFor(limit: number): boolean {
    const dirtyTerm = Math.floor(this.cleanPosition / this.termLength);
    const gap = Math.floor(limit / this.termLength) - dirtyTerm;
    return gap < 2 || (gap === 2 && this.cleanPosition % this.termLength !== 0);
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
