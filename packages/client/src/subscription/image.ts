// SPDX-License-Identifier: Apache-2.0
/**
 * One publisher's stream as a subscription sees it: reads frames from the three terms of the log in order and publishes how
 * far it got in the subscriber position counter, with one release store per poll.
 *
 * Used by one thread. Never reads outside its term: a frame length that cannot be stops the image with an error.
 *
 * @hot
 */
import {
  alignFrame,
  computeMaxPossiblePosition,
  computeTermOffsetFromPosition,
  DATA_HEADER_BLOCK_LENGTH,
  DATA_HEADER_TERM_ID_OFFSET,
  DATA_HEADER_TYPE_OFFSET,
  FRAME_ALIGNMENT,
  indexByPosition,
  PADDING_FRAME_TYPE,
  scanTermBlock,
} from '@aeron/codecs/internal';
import { AtomicBuffer, type ErrorHandler } from '@aeron/core';
import { loadInt32Acquire, storeInt32Release, toError } from '@aeron/core/internal';
import type { ImageParameters } from '../conductor/ports.ts';
import { ControlledAction } from './controlled-action.ts';
import type { BlockHandler, ControlledFragmentHandler, FragmentHandler, RawBlockHandler } from './handlers.ts';
import { Header } from './header.ts';
import { corruptFrame, corruptPosition } from './image-errors.ts';
import { ImageState } from './image-state.ts';

const ALIGNMENT_MASK = FRAME_ALIGNMENT - 1;
/** The second word of a frame holds version, flags and, in its upper half, the type. */
const TYPE_SHIFT = 16;
const NOTHING_READABLE = -1;
const NO_TERM = AtomicBuffer.allocate(0);
const NO_HEADER = new Header(0, 0);
const TWO_POW_32 = 4294967296;

/** One publisher’s stream as a subscription sees it. @source aeron-client/Image */
export class Image extends ImageState {
  readonly #errorHandler: ErrorHandler;
  readonly #terms: readonly AtomicBuffer[];
  readonly #header: Header = NO_HEADER;
  #termBuffer: AtomicBuffer = NO_TERM;
  /** Stream position at which that term begins; a double from the start. */
  #termBeginPosition = -0.5;
  /** The same as the two words that the position counter holds there. All positions inside a term have one high word. */
  #termBeginLow = 0;
  #termBeginHigh = 0;
  /** Bytes of that term that may be read: all, or none before the first poll, and none any more once `#isReadable` is false. */
  #readableLength = 0;
  #isReadable = true;

  constructor(parameters: ImageParameters) {
    super(parameters);
    const { terms } = parameters.logBuffers;
    this.#errorHandler = parameters.subscriberErrorHandler;
    this.#terms = terms;
    this.#header = new Header(this.initialTermId, this.positionBitsToShift, this);
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
        this.#header.offset = offset;
        return this.#header;
      }
      this.#publish(this.#termBeginPosition + offset + alignFrame(frameLength));
    }
  }

  /** Counts as read what lies before `position`; never goes back. @internal */
  advanceTo(position: number): void {
    if (!this.closed && position > this.position) {
      this.#publish(position);
    }
  }

  /** @internal */
  override closeLocally(): void {
    super.closeLocally();
    this.#endReading();
  }

  #readFragments(handler: FragmentHandler, offsetLimit: number, fragmentLimit: number): number {
    const initialOffset = this.#unreadOffset() | 0;
    if (initialOffset < 0) {
      return 0;
    }
    // Fields and constants are taken over once, for they are loaded anew after each call of the handler.
    const termBuffer = this.#termBuffer;
    const words = termBuffer.int32;
    const termBeginPosition = this.#termBeginPosition;
    const header = this.#header;
    const headerLength = DATA_HEADER_BLOCK_LENGTH;
    let offset = initialOffset;
    let fragmentsRead = 0;
    try {
      while (fragmentsRead < fragmentLimit && offset < offsetLimit && offset < this.#readableLength) {
        const frameOffset = offset;
        const frameLength = loadInt32Acquire(words, frameOffset >> 2);
        if (!(frameLength > 0)) {
          break; // also when the memory has gone
        }
        if (frameLength < headerLength || frameLength > this.#readableLength - frameOffset) {
          this.#throwCorruptFrame(frameOffset, frameLength);
        }
        offset = frameOffset + alignFrame(frameLength);
        if ((words[(frameOffset >> 2) + 1] as number) >>> TYPE_SHIFT !== PADDING_FRAME_TYPE) {
          fragmentsRead++;
          header.offset = frameOffset;
          handler(termBuffer, frameOffset + headerLength, frameLength - headerLength, header);
        }
      }
    } catch (error) {
      this.#onError(error);
    } finally {
      // Also when the error handler throws: what was presented is never presented again.
      if (offset > initialOffset) {
        this.#publishInTerm(termBeginPosition, offset);
      }
    }
    return fragmentsRead;
  }

  #readControlled(handler: ControlledFragmentHandler, offsetLimit: number, fragmentLimit: number): number {
    let publishedOffset = this.#unreadOffset() | 0;
    if (publishedOffset < 0) {
      return 0;
    }
    const termBuffer = this.#termBuffer;
    const words = termBuffer.int32;
    const termBeginPosition = this.#termBeginPosition;
    const header = this.#header;
    const headerLength = DATA_HEADER_BLOCK_LENGTH;
    let offset = publishedOffset;
    let fragmentsRead = 0;
    try {
      while (fragmentsRead < fragmentLimit && offset < offsetLimit && offset < this.#readableLength) {
        const frameOffset = offset;
        const frameLength = loadInt32Acquire(words, frameOffset >> 2);
        if (!(frameLength > 0)) {
          break;
        }
        if (frameLength < headerLength || frameLength > this.#readableLength - frameOffset) {
          this.#throwCorruptFrame(frameOffset, frameLength);
        }
        offset = frameOffset + alignFrame(frameLength);
        if ((words[(frameOffset >> 2) + 1] as number) >>> TYPE_SHIFT === PADDING_FRAME_TYPE) {
          continue;
        }
        fragmentsRead++;
        header.offset = frameOffset;
        const action = handler(termBuffer, frameOffset + headerLength, frameLength - headerLength, header);
        if (action === ControlledAction.COMMIT) {
          publishedOffset = offset;
          this.#publishInTerm(termBeginPosition, offset);
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
        this.#publishInTerm(termBeginPosition, offset);
      }
    }
    return fragmentsRead;
  }

  /** Where the next frame begins in `#termBuffer`; negative when nothing may be read. */
  #unreadOffset(): number {
    const words = this.counterValues.int32;
    const word = this.counterOffset >> 2;
    const offset = ((words[word] as number) - this.#termBeginLow) | 0;
    if (
      words[word + 1] === this.#termBeginHigh &&
      offset >= 0 &&
      offset < this.#readableLength &&
      (offset & ALIGNMENT_MASK) === 0
    ) {
      return offset;
    }
    return this.#isReadable ? this.#enterTerm(this.counterValues.getInt64(this.counterOffset)) : NOTHING_READABLE;
  }

  #enterTerm(position: number): number {
    const isPossible = position >= 0 && position <= computeMaxPossiblePosition(this.termBufferLength);
    if (!isPossible || (position & ALIGNMENT_MASK) !== 0) {
      return this.#stop(corruptPosition(this, position));
    }
    const offset = computeTermOffsetFromPosition(position, this.termBufferLength);
    const termBeginPosition = position - offset;
    this.#termBeginPosition = termBeginPosition;
    this.#termBeginLow = termBeginPosition | 0;
    this.#termBeginHigh = Math.floor(termBeginPosition / TWO_POW_32) | 0;
    this.#termBuffer = this.#terms[indexByPosition(position, this.termBufferLength)] as AtomicBuffer;
    this.#header.buffer = this.#termBuffer;
    this.#readableLength = this.termBufferLength;
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
    if (!this.closed) {
      this.counterValues.putInt64Release(this.counterOffset, position);
    }
  }

  /** Publishes a position in the term that begins at `termBeginPosition`, or at its end. */
  #publishInTerm(termBeginPosition: number, offset: number): void {
    const words = this.counterValues.int32;
    const word = this.counterOffset >> 2;
    // Inside a term only the low word changes. A handler that polled has perhaps gone on to another.
    if (
      termBeginPosition === this.#termBeginPosition &&
      offset < this.#readableLength &&
      words[word + 1] === this.#termBeginHigh
    ) {
      storeInt32Release(words, word, (this.#termBeginLow + offset) | 0);
    } else {
      this.#publish(termBeginPosition + offset);
    }
  }

  #throwCorruptFrame(termOffset: number, frameLength: number): never {
    this.#endReading();
    throw corruptFrame(this, termOffset, frameLength);
  }

  /** @cold */
  #stop(error: Error): number {
    this.#endReading();
    this.#errorHandler(error);
    return NOTHING_READABLE;
  }

  #endReading(): void {
    this.#isReadable = false;
    this.#readableLength = 0;
  }

  /** @cold */
  #onError(error: unknown): void {
    this.#errorHandler(toError(error));
  }
}
