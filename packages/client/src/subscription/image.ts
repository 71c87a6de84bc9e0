// SPDX-License-Identifier: Apache-2.0
/**
 * One publisher's stream as a subscription sees it: reads frames from the three terms of the log in order and publishes how
 * far it got in the subscriber position counter, with one release store per poll.
 *
 * Used by one thread. Never reads outside its term: a frame length that cannot be stops the image with an error.
 *
 * @hot
 */
import type { LogBuffers } from '@aeron/codecs/internal';
import {
  activeTransportCount,
  alignFrame,
  computeMaxPossiblePosition,
  computeTermOffsetFromPosition,
  DATA_HEADER_BLOCK_LENGTH,
  DATA_HEADER_TERM_ID_OFFSET,
  DATA_HEADER_TYPE_OFFSET,
  endOfStreamPosition,
  FRAME_ALIGNMENT,
  indexByPosition,
  isPublicationRevoked,
  PADDING_FRAME_TYPE,
  positionBitsToShift,
  scanTermBlock,
} from '@aeron/codecs/internal';
import { AeronError, type AtomicBuffer, type ErrorHandler } from '@aeron/core';
import { COUNTER_LENGTH, counterOffset, INT64_MAX_AS_NUMBER, toError } from '@aeron/core/internal';
import type { ImageLifecycle, ImageParameters, SubscriptionPort, WaitOptions } from '../conductor/ports.ts';
import { ControlledAction } from './controlled-action.ts';
import type { BlockHandler, ControlledFragmentHandler, FragmentHandler, RawBlockHandler } from './handlers.ts';
import { Header } from './header.ts';
import { corruptFrame, corruptPosition } from './image-errors.ts';
import { lagAt } from './image-lag.ts';
import type { Subscription } from './subscription.ts';

const ALIGNMENT_MASK = FRAME_ALIGNMENT - 1;
/** The second word of a frame holds version, flags and, in its upper half, the type. */
const TYPE_SHIFT = 16;
const SPY_PREFIX = 'aeron-spy:';
const NOTHING_READABLE = -1;

/** @source aeron-client/Image */
export class Image implements ImageLifecycle {
  readonly subscription: Subscription;
  readonly sessionId: number;
  /** Identifies this image at the driver; also the registration id of its log. */
  readonly correlationId: number;
  /** Who publishes: `ip:port`, or `aeron:ipc`. */
  readonly sourceIdentity: string;
  /** Stream position at which this subscription began to read. */
  readonly joinPosition: number;
  readonly initialTermId: number;
  readonly termBufferLength: number;
  /** log2 of the term length. */
  readonly positionBitsToShift: number;
  readonly mtuLength: number;
  /** Id of the counter that holds the position. */
  readonly subscriberPositionId: number;
  /** @internal For the conductor. */
  readonly logBuffers: LogBuffers;

  readonly #conductor: SubscriptionPort;
  readonly #errorHandler: ErrorHandler;
  readonly #counterValues: AtomicBuffer;
  readonly #counterOffset: number;
  readonly #terms: readonly AtomicBuffer[];
  readonly #header: Header;
  #termBuffer: AtomicBuffer;
  // NaN is near no position: the first poll selects the term, and the field holds a double from the start.
  #termBeginPosition = Number.NaN;
  #isReadable = true;
  #isClosed = false;
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
    this.#errorHandler = parameters.subscriberErrorHandler;
    this.#counterValues = parameters.counterValues;
    this.#counterOffset = counterOffset(parameters.subscriberPositionId);
    this.#counterValues.boundsCheck(this.#counterOffset, COUNTER_LENGTH);
    this.#terms = logBuffers.terms;
    this.#termBuffer = logBuffers.terms[0] as AtomicBuffer;
    this.#header = new Header(this.initialTermId, this.positionBitsToShift, this);
    this.joinPosition = this.#counterValues.getInt64Volatile(this.#counterOffset);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Stream position up to which this subscription has read; the last one when closed. */
  get position(): number {
    return this.#isClosed ? this.#finalPosition : this.#counterValues.getInt64(this.#counterOffset);
  }

  /**
   * `position`, for arithmetic beyond 2^53.
   *
   * @cold
   */
  get positionBigInt(): bigint {
    return BigInt(this.position);
  }

  /** Whether everything has been read that will ever be published in this stream. */
  get isEndOfStream(): boolean {
    return this.position >= this.endOfStreamPosition;
  }

  /** Stream position at which the stream ends; 2^63 as long as it is open. */
  get endOfStreamPosition(): number {
    return this.#isClosed ? this.#finalEndOfStreamPosition : endOfStreamPosition(this.logBuffers.metadata);
  }

  /** How many transports carry this stream; 0 when closed. */
  get activeTransportCount(): number {
    return this.#isClosed ? 0 : activeTransportCount(this.logBuffers.metadata);
  }

  /** Whether the publisher withdrew the stream without waiting for it to be read. */
  get isPublicationRevoked(): boolean {
    return this.#isClosed ? this.#wasRevoked : isPublicationRevoked(this.logBuffers.metadata);
  }

  /** Bytes that are there to be read, or claimed by their writers already, and were not read yet; 0 when closed. */
  get lag(): number {
    return this.#isClosed ? 0 : lagAt(this.logBuffers, this.position);
  }

  /** Path of the log file that `rawPoll` refers to. */
  get filePath(): string {
    return this.logBuffers.path;
  }

  /**
   * Presents up to `fragmentLimit` new fragments of the current term.
   *
   * @returns how many were presented; 0 when there are none or the image is closed.
   */
  poll(handler: FragmentHandler, fragmentLimit: number): number {
    return this.#readFragments(handler, this.termBufferLength, fragmentLimit);
  }

  /** Like `poll`, but no frame that starts at or beyond `limitPosition` is presented. */
  boundedPoll(handler: FragmentHandler, limitPosition: number | bigint, fragmentLimit: number): number {
    return this.#readFragments(handler, this.#offsetLimit(limitPosition), fragmentLimit);
  }

  /** Like `poll`, with a handler that steers: see {@link ControlledAction}. */
  controlledPoll(handler: ControlledFragmentHandler, fragmentLimit: number): number {
    return this.#readControlled(handler, this.termBufferLength, fragmentLimit);
  }

  /** Like `controlledPoll`, but no frame that starts at or beyond `limitPosition` is presented. */
  boundedControlledPoll(
    handler: ControlledFragmentHandler,
    limitPosition: number | bigint,
    fragmentLimit: number,
  ): number {
    return this.#readControlled(handler, this.#offsetLimit(limitPosition), fragmentLimit);
  }

  /**
   * Presents the new frames of the current term as one block with their headers, up to `blockLengthLimit` bytes. A block ends
   * before padding; padding comes as a block of its own. A first frame longer than the limit yields nothing.
   *
   * @returns bytes consumed.
   */
  blockPoll(handler: BlockHandler, blockLengthLimit: number): number {
    const offset = this.#unreadOffset();
    const length = offset < 0 ? 0 : this.#blockLength(offset, blockLengthLimit);
    if (length > 0) {
      const termBuffer = this.#termBuffer;
      const endPosition = this.#termBeginPosition + offset + length;
      try {
        handler(termBuffer, offset, length, this.sessionId, termBuffer.getInt32(offset + DATA_HEADER_TERM_ID_OFFSET));
      } catch (error) {
        this.#onError(error);
      } finally {
        this.#publish(endPosition);
      }
    }
    return length;
  }

  /** Like `blockPoll`, and says where the block lies in the log file. @returns bytes consumed. */
  rawPoll(handler: RawBlockHandler, blockLengthLimit: number): number {
    const offset = this.#unreadOffset();
    const length = offset < 0 ? 0 : this.#blockLength(offset, blockLengthLimit);
    if (length > 0) {
      const termBuffer = this.#termBuffer;
      const endPosition = this.#termBeginPosition + offset + length;
      const fileOffset = indexByPosition(endPosition - 1, this.termBufferLength) * this.termBufferLength + offset;
      const termId = termBuffer.getInt32(offset + DATA_HEADER_TERM_ID_OFFSET);
      try {
        handler(this.logBuffers.path, fileOffset, termBuffer, offset, length, this.sessionId, termId);
      } catch (error) {
        this.#onError(error);
      } finally {
        this.#publish(endPosition);
      }
    }
    return length;
  }

  /**
   * Asks the driver to cut this image off at its present position and to tell the publisher why.
   *
   * @throws AeronError AERON for a spy, CLOSED when the image is closed.
   * @cold
   */
  async reject(reason: string, options?: WaitOptions): Promise<void> {
    const { channel } = this.subscription;
    if (channel.startsWith(SPY_PREFIX)) {
      throw new AeronError('AERON', `a spy cannot reject an image: channel=${channel} sessionId=${this.sessionId}`);
    }
    if (this.#isClosed) {
      throw new AeronError('CLOSED', `image is closed: correlationId=${this.correlationId}`);
    }
    await this.#conductor.rejectImage(this.correlationId, this.position, reason, options);
  }

  /**
   * The next unread data frame; what precedes it as padding counts as read. For readers that hold a frame for longer than a
   * call: it stays where it is until `advanceTo` has been called with `header.position`.
   *
   * @internal
   */
  peekFrame(): Header | undefined {
    for (;;) {
      const offset = this.#unreadOffset();
      if (offset < 0) {
        return undefined;
      }
      const termBuffer = this.#termBuffer;
      const frameLength = this.#frameLengthAt(offset);
      if (frameLength <= 0) {
        return undefined;
      }
      if (termBuffer.getUint16(offset + DATA_HEADER_TYPE_OFFSET) !== PADDING_FRAME_TYPE) {
        this.#header.buffer = termBuffer;
        this.#header.offset = offset;
        return this.#header;
      }
      this.#publish(this.#termBeginPosition + offset + alignFrame(frameLength));
    }
  }

  /** Counts as read what lies before `position`; never goes back. @internal */
  advanceTo(position: number): void {
    if (!this.#isClosed && position > this.position) {
      this.#publish(position);
    }
  }

  /** @internal Takes the snapshots that stay readable, then refuses all use of the log. */
  closeLocally(): void {
    if (this.#isClosed) {
      return;
    }
    const { metadata } = this.logBuffers;
    this.#finalPosition = this.#counterValues.getInt64Volatile(this.#counterOffset);
    this.#finalEndOfStreamPosition = endOfStreamPosition(metadata);
    this.#wasRevoked = isPublicationRevoked(metadata);
    this.#isClosed = true;
    this.#isReadable = false;
  }

  /** @cold */
  toString(): string {
    return (
      `Image{correlationId=${this.correlationId} sessionId=${this.sessionId} isClosed=${this.#isClosed} ` +
      `isEndOfStream=${this.isEndOfStream} position=${this.position} joinPosition=${this.joinPosition} ` +
      `initialTermId=${this.initialTermId} termLength=${this.termBufferLength} sourceIdentity=${this.sourceIdentity}}`
    );
  }

  /** @internal What `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  #readFragments(handler: FragmentHandler, offsetLimit: number, fragmentLimit: number): number {
    const initialOffset = this.#unreadOffset();
    if (initialOffset < 0) {
      return 0;
    }
    const termBuffer = this.#termBuffer;
    const words = termBuffer.int32;
    const capacity = termBuffer.capacity;
    const termBeginPosition = this.#termBeginPosition;
    const header = this.#header;
    header.buffer = termBuffer;
    let offset = initialOffset;
    let fragmentsRead = 0;
    try {
      while (fragmentsRead < fragmentLimit && offset < offsetLimit && this.#isReadable) {
        const frameOffset = offset;
        const frameLength = Atomics.load(words, frameOffset >> 2);
        if (frameLength <= 0) {
          break;
        }
        if (frameLength < DATA_HEADER_BLOCK_LENGTH || frameLength > capacity - frameOffset) {
          this.#throwCorruptFrame(frameOffset, frameLength);
        }
        offset = frameOffset + alignFrame(frameLength);
        if ((words[(frameOffset >> 2) + 1] as number) >>> TYPE_SHIFT !== PADDING_FRAME_TYPE) {
          fragmentsRead++;
          header.offset = frameOffset;
          handler(termBuffer, frameOffset + DATA_HEADER_BLOCK_LENGTH, frameLength - DATA_HEADER_BLOCK_LENGTH, header);
        }
      }
    } catch (error) {
      this.#onError(error);
    } finally {
      // Also when the error handler throws: what was presented is never presented again.
      if (offset > initialOffset) {
        this.#publish(termBeginPosition + offset);
      }
    }
    return fragmentsRead;
  }

  #readControlled(handler: ControlledFragmentHandler, offsetLimit: number, fragmentLimit: number): number {
    let publishedOffset = this.#unreadOffset();
    if (publishedOffset < 0) {
      return 0;
    }
    const termBuffer = this.#termBuffer;
    const words = termBuffer.int32;
    const capacity = termBuffer.capacity;
    const termBeginPosition = this.#termBeginPosition;
    const header = this.#header;
    header.buffer = termBuffer;
    let offset = publishedOffset;
    let fragmentsRead = 0;
    try {
      while (fragmentsRead < fragmentLimit && offset < offsetLimit && this.#isReadable) {
        const frameOffset = offset;
        const frameLength = Atomics.load(words, frameOffset >> 2);
        if (frameLength <= 0) {
          break;
        }
        if (frameLength < DATA_HEADER_BLOCK_LENGTH || frameLength > capacity - frameOffset) {
          this.#throwCorruptFrame(frameOffset, frameLength);
        }
        offset = frameOffset + alignFrame(frameLength);
        if ((words[(frameOffset >> 2) + 1] as number) >>> TYPE_SHIFT === PADDING_FRAME_TYPE) {
          continue;
        }
        fragmentsRead++;
        header.offset = frameOffset;
        const action = handler(
          termBuffer,
          frameOffset + DATA_HEADER_BLOCK_LENGTH,
          frameLength - DATA_HEADER_BLOCK_LENGTH,
          header,
        );
        if (action === ControlledAction.COMMIT) {
          publishedOffset = offset;
          this.#publish(termBeginPosition + offset);
        } else if (action === ControlledAction.BREAK) {
          break;
        } else if (action === ControlledAction.ABORT) {
          fragmentsRead--;
          offset = frameOffset;
          break;
        }
      }
    } catch (error) {
      this.#onError(error);
    } finally {
      if (offset > publishedOffset) {
        this.#publish(termBeginPosition + offset);
      }
    }
    return fragmentsRead;
  }

  /** Where the next frame begins in `#termBuffer`; negative when nothing may be read. */
  #unreadOffset(): number {
    if (!this.#isReadable) {
      return NOTHING_READABLE;
    }
    const position = this.#counterValues.getInt64(this.#counterOffset);
    const offset = position - this.#termBeginPosition;
    if (offset >= 0 && offset < this.termBufferLength && (offset & ALIGNMENT_MASK) === 0) {
      return offset;
    }
    return this.#enterTerm(position);
  }

  #enterTerm(position: number): number {
    const isPossible = position >= 0 && position <= computeMaxPossiblePosition(this.termBufferLength);
    if (!isPossible || (position & ALIGNMENT_MASK) !== 0) {
      return this.#stop(corruptPosition(this, position));
    }
    const offset = computeTermOffsetFromPosition(position, this.termBufferLength);
    this.#termBeginPosition = position - offset;
    this.#termBuffer = this.#terms[indexByPosition(position, this.termBufferLength)] as AtomicBuffer;
    return offset;
  }

  /** Term offset at which a bounded poll stops, or a negative number when it has nothing to do. */
  #offsetLimit(limitPosition: number | bigint): number {
    // Positions are multiples of 32, so that of a bigint is exact as a number far beyond 2^53.
    const limit = typeof limitPosition === 'number' ? limitPosition : Number(limitPosition);
    return this.#unreadOffset() < 0
      ? NOTHING_READABLE
      : Math.min(limit - this.#termBeginPosition, this.termBufferLength);
  }

  #blockLength(offset: number, blockLengthLimit: number): number {
    const limitOffset = Math.min(offset + blockLengthLimit, this.termBufferLength);
    const length = scanTermBlock(this.#termBuffer, offset, limitOffset) - offset;
    if (length === 0) {
      this.#frameLengthAt(offset);
    }
    return length;
  }

  /** Length of the frame at `offset`; 0 or less when there is none, also when it cannot be: then the image has stopped. */
  #frameLengthAt(offset: number): number {
    const frameLength = this.#termBuffer.getInt32Volatile(offset);
    if (frameLength > 0 && (frameLength < DATA_HEADER_BLOCK_LENGTH || frameLength > this.termBufferLength - offset)) {
      return this.#stop(corruptFrame(this, offset, frameLength));
    }
    return frameLength;
  }

  #publish(position: number): void {
    if (!this.#isClosed) {
      this.#counterValues.putInt64Release(this.#counterOffset, position);
    }
  }

  #throwCorruptFrame(termOffset: number, frameLength: number): never {
    this.#isReadable = false;
    throw corruptFrame(this, termOffset, frameLength);
  }

  /** @cold */
  #stop(error: Error): number {
    this.#isReadable = false;
    this.#errorHandler(error);
    return NOTHING_READABLE;
  }

  /** @cold */
  #onError(error: unknown): void {
    this.#errorHandler(toError(error));
  }
}
