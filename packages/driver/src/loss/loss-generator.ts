// SPDX-License-Identifier: Apache-2.0
/**
 * Losses made on purpose, for tests and for debugging of deployments: an end point that has a generator asks it about every
 * datagram that it is about to send, or has received, and pretends that the network lost what the generator names. Sender and
 * receiver threads; a generator belongs to one end point and one direction.
 *
 * @source aeron-driver/LossGenerator
 */
import { DATA_HEADER_BLOCK_LENGTH, DataHeaderFlyweight, FrameType } from '@aeron/codecs/internal';
import { AeronError, type AtomicBuffer } from '@aeron/core/internal';

/** Decides which datagrams are lost on purpose. */
export interface LossGenerator {
  /**
   * @param buffer holds the datagram at `offset`; valid during the call.
   * @param length of the datagram, bytes, at least a frame header; its first frame passed `isFrameValid` if it was received.
   * @param address where it comes from, or goes to; numeric text, empty where a group of destinations gets it.
   * @returns true to lose it.
   */
  shouldDropFrame(buffer: AtomicBuffer, offset: number, length: number, address: string, port: number): boolean;
}

/** The generators of one end point; a direction without one loses nothing. */
export interface EndpointLoss {
  readonly data: LossGenerator | undefined;
  readonly control: LossGenerator | undefined;
}

export const NO_LOSS: EndpointLoss = { data: undefined, control: undefined };

/** The setting of a seed that asks for a random one. */
export const RANDOM_SEED = -1;
/** Streams that one generator follows; those beyond lose nothing. */
export const MAX_FOLLOWED_STREAMS = 4096;

/** Loses each datagram with the same probability. @source aeron-driver/RandomLossGenerator */
export class RandomLossGenerator implements LossGenerator {
  readonly #lossRate: number;
  #state: number;

  /**
   * Loses from the first datagram on. @throws AeronError INVALID_ARGUMENT for a rate out of range.
   *
   * @param lossRate probability from 0 to 1.
   * @param seed repeats a sequence of losses. Who configures `RANDOM_SEED` hands a random one in.
   */
  constructor(lossRate: number, seed: number) {
    if (!(lossRate >= 0 && lossRate <= 1)) {
      throw new AeronError('INVALID_ARGUMENT', `a loss rate is from 0 to 1: lossRate=${lossRate}`);
    }
    this.#lossRate = lossRate;
    this.#state = Math.trunc(seed) | 0;
  }

  shouldDropFrame(): boolean {
    // splitmix32: one word of state, good enough to toss a coin
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4294967296 < this.#lossRate;
  }
}

/**
 * Loses what overlaps one range of one term when it is sent for the first time; retransmissions pass.
 *
 * @source aeron-driver/FixedLossGenerator
 */
export class FixedLossGenerator implements LossGenerator {
  readonly #header = new DataHeaderFlyweight();
  readonly #dropped = new DroppedOffsets();
  readonly #termId: number;
  readonly #startOffset: number;
  readonly #endOffset: number;

  /** Lengths and offsets are bytes of the term. */
  constructor(termId: number, termOffset: number, length: number) {
    this.#termId = termId;
    this.#startOffset = termOffset;
    this.#endOffset = termOffset + length;
  }

  shouldDropFrame(buffer: AtomicBuffer, offset: number, length: number): boolean {
    const header = this.#header.wrap(buffer, offset);
    if (!isDataOfTerm(header, length, this.#termId)) {
      return false;
    }
    const termOffset = header.termOffset;
    const endOffset = termOffset + length;
    if (endOffset <= this.#startOffset || termOffset >= this.#endOffset) {
      return false;
    }
    return this.#dropped.isFirstSent(header.streamId, header.sessionId, termOffset, endOffset);
  }
}

/**
 * Loses `gapLength` bytes of one term at each multiple of `gapRadix` (but not at 0), `totalGaps` times, when they are sent for
 * the first time.
 *
 * @source aeron-driver/MultiGapLossGenerator
 */
export class MultiGapLossGenerator implements LossGenerator {
  readonly #header = new DataHeaderFlyweight();
  readonly #dropped = new DroppedOffsets();
  readonly #termId: number;
  readonly #gapRadix: number;
  readonly #gapLength: number;
  readonly #lastGapLimit: number;

  /**
   * @param gapRadix bytes from one gap to the next; taken up to a power of two.
   * @throws AeronError INVALID_ARGUMENT unless a gap is shorter than that.
   */
  constructor(termId: number, gapRadix: number, gapLength: number, totalGaps: number) {
    const radix = 2 ** Math.ceil(Math.log2(Math.max(1, gapRadix)));
    if (!(gapLength < radix)) {
      throw new AeronError(
        'INVALID_ARGUMENT',
        `a gap must be shorter than the way to the next: gapLength=${gapLength} gapRadix=${radix}`,
      );
    }
    this.#termId = termId;
    this.#gapRadix = radix;
    this.#gapLength = gapLength;
    this.#lastGapLimit = totalGaps * radix + gapLength;
  }

  shouldDropFrame(buffer: AtomicBuffer, offset: number, length: number): boolean {
    const header = this.#header.wrap(buffer, offset);
    if (!isDataOfTerm(header, length, this.#termId)) {
      return false;
    }
    const termOffset = header.termOffset;
    const endOffset = termOffset + length;
    if (termOffset > this.#lastGapLimit || !this.#meetsGap(termOffset, endOffset)) {
      return false;
    }
    return this.#dropped.isFirstSent(header.streamId, header.sessionId, termOffset, endOffset);
  }

  #meetsGap(termOffset: number, endOffset: number): boolean {
    const gapOffset = termOffset - (termOffset % this.#gapRadix);
    const startsInGap = gapOffset > 0 && termOffset < gapOffset + Math.max(1, this.#gapLength);
    return startsInGap || endOffset > gapOffset + this.#gapRadix;
  }
}

/** A heartbeat is no data: losing it would make what follows it look like a retransmission. */
function isDataOfTerm(header: DataHeaderFlyweight, length: number, termId: number): boolean {
  const type = length < DATA_HEADER_BLOCK_LENGTH ? FrameType.EXT : header.type;
  const isData = (type === FrameType.DATA || type === FrameType.PAD) && header.frameLength > 0;
  return isData && header.termId === termId;
}

/** For each stream and session, up to where its first transmissions were lost. */
class DroppedOffsets {
  readonly #endBySessionByStream = new Map<number, Map<number, number>>();
  #count = 0;

  /** @returns whether the range lies beyond what was lost before, which makes it no retransmission; it is taken as lost. */
  isFirstSent(streamId: number, sessionId: number, termOffset: number, endOffset: number): boolean {
    let endBySession = this.#endBySessionByStream.get(streamId);
    const droppedEnd = endBySession?.get(sessionId);
    if (droppedEnd === undefined && this.#count >= MAX_FOLLOWED_STREAMS) {
      return false;
    }
    if (droppedEnd !== undefined && droppedEnd > termOffset) {
      return false;
    }
    if (endBySession === undefined) {
      endBySession = new Map();
      this.#endBySessionByStream.set(streamId, endBySession);
    }
    this.#count += droppedEnd === undefined ? 1 : 0;
    endBySession.set(sessionId, endOffset);
    return true;
  }
}
