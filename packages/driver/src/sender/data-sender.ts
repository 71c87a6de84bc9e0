// SPDX-License-Identifier: Apache-2.0
/**
 * Sends what a publisher has committed, straight from the mapped terms, up to the sender limit. Sender's thread, every pass.
 *
 *     sender position ─▶ whole frames, at most an MTU ─▶ datagram ─▶ … ─▶ new sender position
 *                        up to MAX_DATAGRAMS_PER_PASS times, or until the limit, a frame not committed, or a short send
 *
 * @hot
 * @source aeron-driver/NetworkPublication
 */
import {
  computeTermOffsetFromPosition,
  indexByPosition,
  type LogBuffers,
  type LogMemory,
  TermScanner,
} from '@aeron/codecs/internal';
import type { AtomicBuffer, AtomicCounter } from '@aeron/core/internal';
import type { SenderCounters } from './sender-counters.ts';
import type { StreamOutput } from './stream-output.ts';

/** Datagrams that one publication sends before the next has its turn. */
export const MAX_DATAGRAMS_PER_PASS = 4;

export interface DataSenderOptions {
  readonly log: LogMemory & Pick<LogBuffers, 'termLength'>;
  readonly mtuLength: number;
  readonly output: StreamOutput;
  readonly counters: SenderCounters;
  /** `snd-bpe` of the publication. */
  readonly backPressureEvents: AtomicCounter;
}

export class DataSender {
  /** Out: the position behind what the last call sent; padding is skipped with it. */
  endPosition = 0;
  readonly #terms: readonly AtomicBuffer[];
  readonly #termLength: number;
  readonly #mtuLength: number;
  readonly #output: StreamOutput;
  readonly #counters: SenderCounters;
  readonly #backPressureEvents: AtomicCounter;
  readonly #scanner = new TermScanner();
  /** Something was sent since the last event: a stall is counted once. */
  #hasProgressed = false;

  constructor({ log, mtuLength, output, counters, backPressureEvents }: DataSenderOptions) {
    this.#terms = log.terms;
    this.#termLength = log.termLength;
    this.#mtuLength = mtuLength;
    this.#output = output;
    this.#counters = counters;
    this.#backPressureEvents = backPressureEvents;
  }

  /** @returns bytes sent, headers included. */
  send(position: number, limit: number): number {
    const termLength = this.#termLength;
    let nextPosition = position;
    let bytesSent = 0;
    let isHeldBack = false;
    for (let i = 0; i < MAX_DATAGRAMS_PER_PASS; i++) {
      const window = limit - nextPosition;
      if (window <= 0) {
        isHeldBack = true;
        break;
      }
      const termOffset = computeTermOffsetFromPosition(nextPosition, termLength);
      const term = this.#terms[indexByPosition(nextPosition, termLength)] as AtomicBuffer;
      const available = this.#scanner.scan(term, termOffset, Math.min(window, this.#mtuLength));
      if (available <= 0) {
        isHeldBack = available < 0; // a frame is there, and exceeds the window
        break;
      }
      const padding = this.#scanner.padding;
      if (this.#output.send(term, termOffset, available) !== available) {
        this.#counters.onShortSend();
        break;
      }
      bytesSent += available;
      nextPosition += available + padding;
    }
    this.endPosition = nextPosition;
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
