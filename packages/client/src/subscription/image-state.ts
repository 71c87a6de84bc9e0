// SPDX-License-Identifier: Apache-2.0
/**
 * What an image says of itself: who publishes, how far it was read, whether it has ended. Reading is in image.ts. What is asked
 * of it after it was closed are snapshots, for its log may be unmapped by then.
 */
import type { LogBuffers } from '@aeron/codecs/internal';
import {
  activeTransportCount,
  endOfStreamPosition,
  isPublicationRevoked,
  positionBitsToShift,
} from '@aeron/codecs/internal';
import { AeronError, AtomicBuffer } from '@aeron/core';
import { COUNTER_LENGTH, counterOffset, INT64_MAX_AS_NUMBER } from '@aeron/core/internal';
import type { ImageLifecycle, ImageParameters, SubscriptionPort, WaitOptions } from '../conductor/ports.ts';
import { lagAt } from './image-lag.ts';
import type { Subscription } from './subscription.ts';

const SPY_PREFIX = 'aeron-spy:';
const NO_COUNTERS = AtomicBuffer.allocate(0);

// Fields that polls read begin as what they will be, see AtomicBuffer.
export abstract class ImageState implements ImageLifecycle {
  readonly subscription: Subscription;
  readonly sessionId: number;
  /** Identifies this image at the driver; also the registration id of its log. */
  readonly correlationId: number;
  /** Who publishes: `ip:port`, or `aeron:ipc`. */
  readonly sourceIdentity: string;
  /** Stream position at which this subscription began to read. */
  readonly joinPosition: number;
  readonly initialTermId: number = 0;
  readonly termBufferLength: number = 0;
  /** log2 of the term length. */
  readonly positionBitsToShift: number = 0;
  readonly mtuLength: number;
  /** Id of the counter that holds the position. */
  readonly subscriberPositionId: number;
  /** @internal For the conductor. */
  readonly logBuffers: LogBuffers;

  protected readonly counterValues: AtomicBuffer = NO_COUNTERS;
  /** Where the counter of the position is in `counterValues`. */
  protected readonly counterOffset: number = 0;
  protected closed = false;
  readonly #conductor: SubscriptionPort;
  #finalPosition = 0;
  #finalEndOfStreamPosition = INT64_MAX_AS_NUMBER;
  #wasRevoked = false;

  constructor(parameters: ImageParameters) {
    const { logBuffers } = parameters;
    this.subscription = parameters.subscription;
    this.sessionId = parameters.sessionId;
    this.correlationId = parameters.correlationId;
    this.sourceIdentity = parameters.sourceIdentity;
    this.subscriberPositionId = parameters.subscriberPositionId;
    this.logBuffers = logBuffers;
    this.initialTermId = logBuffers.initialTermId;
    this.termBufferLength = logBuffers.termLength;
    this.positionBitsToShift = positionBitsToShift(logBuffers.termLength);
    this.mtuLength = logBuffers.mtuLength;
    this.#conductor = parameters.conductor;
    this.counterValues = parameters.counterValues;
    this.counterOffset = counterOffset(parameters.subscriberPositionId);
    this.counterValues.boundsCheck(this.counterOffset, COUNTER_LENGTH);
    this.joinPosition = this.counterValues.getInt64Volatile(this.counterOffset);
  }

  /** Whether it has gone, or its subscription or client was closed; polls then read nothing. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Stream position up to which this subscription has read; the last one when closed. */
  get position(): number {
    return this.closed ? this.#finalPosition : this.counterValues.getInt64(this.counterOffset);
  }

  /** `position`, for arithmetic beyond 2^53. */
  get positionBigInt(): bigint {
    return BigInt(this.position);
  }

  /** Whether everything has been read that will ever be published in this stream. */
  get isEndOfStream(): boolean {
    return this.position >= this.endOfStreamPosition;
  }

  /** Stream position at which the stream ends; 2^63 as long as it is open. */
  get endOfStreamPosition(): number {
    return this.closed ? this.#finalEndOfStreamPosition : endOfStreamPosition(this.logBuffers.metadata);
  }

  /** How many transports carry this stream; 0 when closed. */
  get activeTransportCount(): number {
    return this.closed ? 0 : activeTransportCount(this.logBuffers.metadata);
  }

  /** Whether the publisher withdrew the stream without waiting for it to be read. */
  get isPublicationRevoked(): boolean {
    return this.closed ? this.#wasRevoked : isPublicationRevoked(this.logBuffers.metadata);
  }

  /** Bytes that are there to be read, or claimed by their writers already, and were not read yet; 0 when closed. */
  get lag(): number {
    return this.closed ? 0 : lagAt(this.logBuffers, this.position);
  }

  /** Path of the log file that `rawPoll` refers to. */
  get filePath(): string {
    return this.logBuffers.path;
  }

  /**
   * Asks the driver to cut this image off at its present position and to tell the publisher why.
   *
   * @throws AeronError AERON for a spy, CLOSED when the image is closed.
   */
  async reject(reason: string, options?: WaitOptions): Promise<void> {
    const { channel } = this.subscription;
    if (channel.startsWith(SPY_PREFIX)) {
      throw new AeronError('AERON', `a spy cannot reject an image: channel=${channel} sessionId=${this.sessionId}`);
    }
    if (this.closed) {
      throw new AeronError('CLOSED', `image is closed: correlationId=${this.correlationId}`);
    }
    await this.#conductor.rejectImage(this.correlationId, this.position, reason, options);
  }

  /** @internal Takes the snapshots that stay readable, then refuses all use of the log. */
  closeLocally(): void {
    if (this.closed) {
      return;
    }
    const { metadata } = this.logBuffers;
    this.#finalPosition = this.counterValues.getInt64Volatile(this.counterOffset);
    this.#finalEndOfStreamPosition = endOfStreamPosition(metadata);
    this.#wasRevoked = isPublicationRevoked(metadata);
    this.closed = true;
  }

  toString(): string {
    return (
      `Image{correlationId=${this.correlationId} sessionId=${this.sessionId} isClosed=${this.closed} ` +
      `isEndOfStream=${this.isEndOfStream} position=${this.position} joinPosition=${this.joinPosition} ` +
      `initialTermId=${this.initialTermId} termLength=${this.termBufferLength} sourceIdentity=${this.sourceIdentity}}`
    );
  }

  /** @internal What `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
