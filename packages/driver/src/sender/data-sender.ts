// SPDX-License-Identifier: Apache-2.0
/**
 * Sends what a publisher has committed, straight from the mapped terms, up to the sender limit. Sender's thread, every pass.
 *
 *     sender position ─▶ whole frames, at most an MTU each ─▶ a run of datagrams ─▶ … ─▶ new sender position
 *                        up to maxSendsPerPass runs, or until the limit, a frame not committed, or a short send;
 *                        no more in one pass than a receiver's buffer takes for sure
 *
 * A run is as long as the transport sends by one call, so it is one datagram where that takes one at a time.
 *
 * @hot
 * @source aeron-driver/NetworkPublication
 */
import {
  computeTermOffsetFromPosition,
  indexByPosition,
  type LogBuffers,
  nextPartitionIndex,
} from '@aeron/codecs/internal';
import type { AtomicBuffer, AtomicCounter } from '@aeron/core/internal';
import type { SenderCounters } from './sender-counters.ts';
import type { StreamOutput } from './stream-output.ts';
import { TermRun } from './term-run.ts';

/** More than that never leaves in one pass; it keeps lengths in int32. */
const MAX_WINDOW_LENGTH = 0x40000000;

export interface DataSenderOptions {
  readonly log: Pick<LogBuffers, 'terms' | 'termLength' | 'initialTermId'>;
  readonly mtuLength: number;
  /** Runs of datagrams that one publication sends before the next has its turn. */
  readonly maxSendsPerPass: number;
  readonly output: StreamOutput;
  readonly counters: SenderCounters;
  /** `snd-pos` and `snd-lmt`. Read and written here, because a position above 2^31 costs an allocation for each call that it crosses. */
  readonly position: AtomicCounter;
  readonly limit: AtomicCounter;
  /** `snd-bpe`. */
  readonly backPressureEvents: AtomicCounter;
}

export class DataSender {
  readonly #terms: readonly AtomicBuffer[];
  readonly #termLength: number;
  readonly #mtuLength: number;
  readonly #maxSendsPerPass: number;
  readonly #output: StreamOutput;
  readonly #counters: SenderCounters;
  readonly #position: AtomicCounter;
  readonly #limit: AtomicCounter;
  readonly #backPressureEvents: AtomicCounter;
  readonly #run: TermRun;
  /** Where the next frame will be, if the last `send` found none; a term that is not there yet has none. */
  #awaitedTerm: AtomicBuffer | undefined = undefined;
  #awaitedOffset = 0;
  /** Something was sent since the last event: a stall is counted once. */
  #hasProgressed = false;

  constructor(options: DataSenderOptions) {
    this.#terms = options.log.terms;
    this.#termLength = options.log.termLength;
    this.#mtuLength = options.mtuLength;
    this.#maxSendsPerPass = options.maxSendsPerPass;
    this.#output = options.output;
    this.#run = new TermRun(options.output.runLimit);
    this.#counters = options.counters;
    this.#position = options.position;
    this.#limit = options.limit;
    this.#backPressureEvents = options.backPressureEvents;
  }

  /** Whether `send` would find what it found last: nothing. For as long as nobody but `send` moves the position. */
  get isWaiting(): boolean {
    return this.#awaitedTerm !== undefined && this.#awaitedTerm.getInt32(this.#awaitedOffset) <= 0;
  }

  /** Sends, and moves the sender position behind it; padding is skipped with it. @returns bytes sent, headers included. */
  send(): number {
    const termLength = this.#termLength;
    const position = this.#position.getPlain();
    const window = Math.min(this.#limit.getPlain() - position, MAX_WINDOW_LENGTH);
    let termOffset = computeTermOffsetFromPosition(position, termLength);
    let partitionIndex = indexByPosition(position, termLength);
    let length = 0; // of what was sent and of the padding behind it
    let bytesSent = 0;
    let isHeldBack = false;
    const run = this.#run;
    const burst = this.#output.burstLength;
    this.#awaitedTerm = undefined;
    for (let i = this.#maxSendsPerPass; i > 0; i--) {
      if (length >= window) {
        isHeldBack = true;
        break;
      }
      if (burst - length < this.#mtuLength) {
        break;
      }
      if (termOffset === termLength) {
        termOffset = 0;
        partitionIndex = nextPartitionIndex(partitionIndex);
      }
      const term = this.#terms[partitionIndex] as AtomicBuffer;
      const count = run.collect(term, termOffset, Math.min(window, burst) - length, this.#mtuLength);
      isHeldBack = run.isHeldBack && window <= burst;
      if (count === 0) {
        this.#awaitedTerm = isHeldBack || termOffset === termLength ? undefined : term;
        this.#awaitedOffset = termOffset;
        break;
      }
      const sentCount = this.#output.sendRun(term, termOffset, run);
      const sentLength = run.lengthOf(sentCount);
      const advance = sentLength + (sentCount === count ? run.padding : 0);
      bytesSent += sentLength;
      length += advance;
      termOffset += advance;
      if (sentCount !== count) {
        this.#counters.onShortSend();
        break;
      }
      if (isHeldBack) {
        break;
      }
    }
    if (length > 0) {
      this.#position.set(position + length);
    }
    this.#trackBackPressure(bytesSent, isHeldBack);
    return bytesSent;
  }

  /** The first pass after progress that could not send for want of window. */
  #trackBackPressure(bytesSent: number, isHeldBack: boolean): void {
    if (bytesSent > 0) {
      this.#hasProgressed = true;
    } else if (isHeldBack && this.#hasProgressed) {
      this.#hasProgressed = false;
      this.#backPressureEvents.incrementRelease();
      this.#counters.senderFlowControlLimits.incrementRelease();
    }
  }
}
