// SPDX-License-Identifier: Apache-2.0
/**
 * What the two kinds of publication have in common: facts, life cycle, the forms of offer, destinations. The hot work is in the
 * subclasses; this class only brings what the user gave into the two forms that they take, a range or a list of vectors.
 *
 * Used by the thread that connected the client. After close every offer answers CLOSED and touches no memory.
 */
import {
  checkedPartsLength,
  isConnected,
  type LogBuffers,
  PublicationLog,
  positionBitsToShift,
  shutWindow,
  TRY_OTHERWISE,
  watchLimit,
} from '@aeron/codecs/internal';
import { AeronError, AtomicBuffer, counterOffset } from '@aeron/core';
import type { PublicationParameters, PublicationPort, WaitOptions } from '../conductor/ports.ts';
import { waitFor } from '../streams/wait-for.ts';
import type { BufferClaim } from './buffer-claim.ts';
import { DirectBufferVector } from './direct-buffer-vector.ts';
import { vectorsOf } from './message-parts.ts';
import { MessageText } from './message-text.ts';
import type { MessageBytes, MessageParts, MessageRange, ReservedValueSupplier } from './message-types.ts';
import { type OfferOptions, OfferQueue } from './offer-queue.ts';
import { CLOSED, NOT_CONNECTED, offerAdvice } from './offer-result.ts';

const NULL_STATUS = -1;

/** Where an application publishes to a stream. @source aeron-client/Publication */
export abstract class Publication {
  readonly channel: string;
  readonly streamId: number;
  readonly sessionId: number;
  readonly initialTermId: number;
  /** Bytes of one term. */
  readonly termBufferLength: number;
  /** log2 of the term length. */
  readonly positionBitsToShift: number;
  /** Where the stream ends for good: the term length times 2^31. */
  readonly maxPossiblePosition: number;
  /** Bytes of the longest message, which is sent as fragments: an eighth of a term, at most 16 MiB. */
  readonly maxMessageLength: number;
  /** Bytes of the longest message that fits one frame; the limit of tryClaim. */
  readonly maxPayloadLength: number;
  /** Registration id of the publication that created the log; other publications of the same client may share it. */
  readonly originalRegistrationId: number;
  readonly registrationId: number;
  /** Counter id of the channel end point's status. */
  readonly channelStatusId: number;
  /** Counter id of the flow-control limit. */
  readonly positionLimitId: number;
  /** For the conductor. */
  readonly logBuffers: LogBuffers;

  protected readonly conductor: PublicationPort;
  protected readonly log: PublicationLog;
  protected readonly counterValues: AtomicBuffer;
  protected readonly positionLimitOffset: number;
  /** Register for the limit, which would be allocated if it were a result. */
  protected readonly limit: Float64Array = new Float64Array(1);
  protected closed = false;
  protected revokes = false;

  readonly #text = new MessageText();
  readonly #textTwo = new MessageText();
  readonly #pair: readonly [DirectBufferVector, DirectBufferVector] = [
    new DirectBufferVector(),
    new DirectBufferVector(),
  ];
  readonly #queue: OfferQueue;

  /** For the conductor: applications call `Aeron.addPublication`. */
  constructor(parameters: PublicationParameters) {
    const log = new PublicationLog(parameters.logBuffers);
    this.channel = parameters.channel;
    this.streamId = parameters.streamId;
    this.sessionId = parameters.sessionId;
    this.initialTermId = log.initialTermId;
    this.termBufferLength = log.termLength;
    this.positionBitsToShift = positionBitsToShift(log.termLength);
    this.maxPossiblePosition = log.maxPossiblePosition;
    this.maxMessageLength = log.maxMessageLength;
    this.maxPayloadLength = log.maxPayloadLength;
    this.originalRegistrationId = parameters.originalRegistrationId;
    this.registrationId = parameters.registrationId;
    this.channelStatusId = parameters.channelStatusId;
    this.positionLimitId = parameters.positionLimitId;
    this.logBuffers = parameters.logBuffers;
    this.conductor = parameters.conductor;
    this.log = log;
    this.counterValues = parameters.counterValues;
    this.positionLimitOffset = counterOffset(parameters.positionLimitId);
    this.counterValues.boundsCheck(this.positionLimitOffset, 8);
    watchLimit(log, this.counterValues, this.positionLimitOffset);
    this.#queue = new OfferQueue(this, parameters.conductor);
  }

  /** Stream position up to which has been published or claimed, bytes; CLOSED after close. */
  abstract get position(): number;

  /** `position`, for arithmetic beyond 2^53. */
  get positionBigInt(): bigint {
    return BigInt(this.position);
  }

  /** Bytes that may still be published before back-pressure; CLOSED after close. */
  abstract get availableWindow(): number;

  /**
   * Claims space for a message to be written in place.
   *
   * @param length bytes, at most `maxPayloadLength`. Checked also when closed.
   * @returns the stream position after the message, or a negative code.
   * @throws AeronError INVALID_ARGUMENT for a length out of bounds.
   */
  abstract tryClaim(length: number, claim: BufferClaim): number;

  /**
   * The form that nearly all messages have, see codecs/logbuffer/short-message.ts.
   *
   * @param offset as the caller gave it, which need not be a number.
   * @returns as `offerRange`; or TRY_OTHERWISE, and then nothing was done.
   */
  protected abstract offerShort(source: AtomicBuffer, offset: unknown, length: number): number;

  /** @returns APPENDED, with the position in the log's registers, or a negative code. */
  protected abstract offerRange(
    source: AtomicBuffer | Uint8Array,
    offset: number,
    length: number,
    supplier: ReservedValueSupplier | undefined,
  ): number;

  /** @returns APPENDED, with the position in the log's registers, or a negative code. */
  protected abstract offerVectors(
    vectors: readonly DirectBufferVector[],
    length: number,
    supplier: ReservedValueSupplier | undefined,
  ): number;

  /** Whether it was closed, by the application or with the client. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** Whether it is the publication that created the log. */
  get isOriginal(): boolean {
    return this.originalRegistrationId === this.registrationId;
  }

  /** Whether at least one subscriber is there. */
  get isConnected(): boolean {
    return !this.closed && isConnected(this.log.metadata);
  }

  /** Stream position up to which flow control lets this publication go; CLOSED after close. */
  get positionLimit(): number {
    return this.closed ? CLOSED : this.counterValues.getInt64Volatile(this.positionLimitOffset);
  }

  /** Status of the channel end point: -1 errored, 0 initializing, 1 active, 2 closing; -1 after close. */
  get channelStatus(): number {
    return this.closed ? NULL_STATUS : this.conductor.channelStatus(this.channelStatusId);
  }

  /** Addresses that the channel's end point is bound to. */
  get localSocketAddresses(): string[] {
    return this.closed ? [] : this.conductor.localSocketAddresses(this.channelStatusId);
  }

  /** For the conductor: whether REMOVE_PUBLICATION asks for a revoke. */
  get isRevokeRequested(): boolean {
    return this.revokes;
  }

  /**
   * Offers a message: bytes, a range of bytes, two ranges, or any number of parts as one message (`offer([header, body])`).
   * Never waits, never throws for back-pressure.
   *
   * @param message a string goes out as UTF-8. Parts that are reused as {@link DirectBufferVector} cost nothing; others are
   * wrapped into such.
   * @returns the stream position after the message, or NOT_CONNECTED, BACK_PRESSURED, ADMIN_ACTION, CLOSED or
   * MAX_POSITION_EXCEEDED; `isRetryable` tells which may pass.
   * @throws AeronError INVALID_ARGUMENT for a range outside its buffer, and for a message above `maxMessageLength`; both only
   * when there is window, as in the reference. Vectors are checked first of all.
   */
  offer(message: MessageBytes, supplier?: ReservedValueSupplier): number;
  offer(message: MessageRange, offset: number, length: number, supplier?: ReservedValueSupplier): number;
  offer(
    first: MessageRange,
    firstOffset: number,
    firstLength: number,
    second: MessageRange,
    secondOffset: number,
    secondLength: number,
    supplier?: ReservedValueSupplier,
  ): number;
  offer(parts: MessageParts, supplier?: ReservedValueSupplier): number;
  /** Bytes or parts, as `offerAsync` takes them. */
  offer(message: MessageBytes | MessageParts, supplier?: ReservedValueSupplier): number;
  offer(
    message: MessageBytes | MessageParts,
    offset?: number | ReservedValueSupplier,
    length?: number,
    second?: MessageRange | ReservedValueSupplier,
    secondOffset?: number,
    secondLength?: number,
    supplier?: ReservedValueSupplier,
  ): number {
    const { log } = this;
    let result =
      typeof length === 'number' && second === undefined && message instanceof AtomicBuffer
        ? this.offerShort(message, offset, length)
        : TRY_OTHERWISE;
    if (result === TRY_OTHERWISE) {
      result = this.#offer(message, offset, length, second, secondOffset, secondLength, supplier) | 0;
    }
    // `positionBehind` by hand. A number above 2^31 is allocated when it crosses a call, but this small method is inlined;
    // and `| 0` above tells the compiler that both results are numbers, so that it need not allocate one to join them.
    return result < 0 ? result : ((log.endTermId - log.initialTermId) | 0) * log.termLength + log.endOffset;
  }

  /**
   * Offers a message and waits while the window is closed or nobody is connected. Calls are served in the order in which they
   * were made. The bytes must stay as they are until the promise settles.
   *
   * @returns the stream position after the message.
   * @throws AeronError CLOSED, MAX_POSITION_EXCEEDED, or TIMEOUT after `timeoutMs`; the signal's reason when it fires.
   */
  offerAsync(message: MessageBytes | MessageParts, options: OfferOptions = {}): Promise<number> {
    return this.#queue.offer(message, options);
  }

  /**
   * Waits until at least one subscriber is there.
   *
   * @throws AeronError CLOSED, TIMEOUT; the signal's reason when it fires.
   */
  async waitForSubscriber(options: WaitOptions = {}): Promise<void> {
    const what = `a subscriber: channel=${this.channel} streamId=${this.streamId}`;
    const advice = offerAdvice(NOT_CONNECTED);
    const probe = (): true | undefined => {
      this.#ensureOpen();
      return this.isConnected ? true : undefined;
    };
    await waitFor(this.conductor, { what, advice }, probe, options);
  }

  /** Closes this publication; its log stays as long as the client has others on it. Idempotent. */
  close(): void {
    if (!this.closed) {
      this.conductor.releasePublication(this);
    }
  }

  /** Adds a destination to a publication whose channel says `control-mode=manual`. @returns the destination's id. */
  async addDestination(channel: string, options?: WaitOptions): Promise<number> {
    this.#ensureOpen();
    return this.conductor.addDestination(this.originalRegistrationId, channel, options);
  }

  /** Removes a destination by its channel or by the id that `addDestination` gave. */
  async removeDestination(destination: string | number | bigint, options?: WaitOptions): Promise<void> {
    this.#ensureOpen();
    await this.conductor.removeDestination(this.originalRegistrationId, destination, options);
  }

  /** As `addDestination`, without waiting. @returns the id of the destination and of the command. */
  asyncAddDestination(channel: string): number {
    this.#ensureOpen();
    return this.conductor.asyncAddDestination(this.originalRegistrationId, channel);
  }

  /** As `removeDestination`, without waiting. @returns the id of the command. */
  asyncRemoveDestination(destination: string | number | bigint): number {
    this.#ensureOpen();
    return this.conductor.asyncRemoveDestination(this.originalRegistrationId, destination);
  }

  /** For the conductor: marks it closed, ends what waits. */
  closeLocally(): void {
    this.closed = true;
    shutWindow(this.log); // the short ways of the subclasses do not ask whether it is closed
    this.#queue.close();
  }

  /** As `close`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Text for logs: ids, place and state. */
  toString(): string {
    return (
      `${this.constructor.name}{registrationId=${this.registrationId} ` +
      `originalRegistrationId=${this.originalRegistrationId} isClosed=${this.closed} isConnected=${this.isConnected} ` +
      `initialTermId=${this.initialTermId} termBufferLength=${this.termBufferLength} sessionId=${this.sessionId} ` +
      `streamId=${this.streamId} channel=${this.channel} position=${this.position}}`
    );
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  #offer(
    message: MessageBytes | MessageParts,
    offset: number | ReservedValueSupplier | undefined,
    length: number | undefined,
    second: MessageRange | ReservedValueSupplier | undefined,
    secondOffset: number | undefined,
    secondLength: number | undefined,
    supplier: ReservedValueSupplier | undefined,
  ): number {
    if (Array.isArray(message)) {
      return this.#offerParts(message, typeof offset === 'function' ? offset : undefined);
    }
    const isBytes = message instanceof Uint8Array || message instanceof AtomicBuffer;
    if (isBytes && typeof offset === 'number' && (second === undefined || typeof second === 'function')) {
      return this.offerRange(message, offset, length ?? lengthOf(message) - offset, second);
    }
    if (isBytes && typeof offset !== 'number') {
      return this.offerRange(message, 0, lengthOf(message), offset);
    }
    if (typeof offset === 'number' && second !== undefined && typeof second !== 'function') {
      const first = message as MessageRange;
      this.#pair[0].reset(this.#bytesOf(first, this.#text), offset, length ?? lengthOf(first) - offset);
      this.#pair[1].reset(this.#bytesOf(second, this.#textTwo), secondOffset ?? 0, secondLength ?? lengthOf(second));
      return this.closed ? CLOSED : this.offerVectors(this.#pair, checkedPartsLength(this.#pair), supplier);
    }
    return this.#offerOther(message as DataView | string, offset, length, second);
  }

  #offerParts(parts: MessageParts, supplier: ReservedValueSupplier | undefined): number {
    const vectors = vectorsOf(parts);
    const totalLength = checkedPartsLength(vectors);
    return this.closed ? CLOSED : this.offerVectors(vectors, totalLength, supplier);
  }

  #offerOther(
    message: DataView | string,
    offset: number | ReservedValueSupplier | undefined,
    length: number | undefined,
    second: MessageRange | ReservedValueSupplier | undefined,
  ): number {
    const supplier = typeof offset === 'function' ? offset : typeof second === 'function' ? second : undefined;
    if (typeof message === 'string') {
      const textLength = this.#text.encode(message); // first, for it may replace the bytes
      return this.offerRange(this.#text.bytes, 0, textLength, supplier);
    }
    if (message instanceof DataView) {
      const start = typeof offset === 'number' ? offset : 0;
      return this.offerRange(this.#text.bytesOf(message), start, length ?? message.byteLength - start, supplier);
    }
    throw new AeronError('INVALID_ARGUMENT', `nothing that can be offered: message=${String(message)}`);
  }

  #bytesOf(source: MessageRange, text: MessageText): AtomicBuffer | Uint8Array {
    return source instanceof DataView ? text.bytesOf(source) : source;
  }

  #ensureOpen(): void {
    if (this.closed) {
      throw new AeronError('CLOSED', `publication is closed: registrationId=${this.registrationId}`);
    }
  }
}

function lengthOf(source: MessageRange): number {
  return source instanceof AtomicBuffer ? source.capacity : source.byteLength;
}
