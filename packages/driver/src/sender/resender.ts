// SPDX-License-Identifier: Apache-2.0
/**
 * Sends again what a receiver has lost, MTU by MTU, straight from the mapped terms. Sender's thread. What a NAK names comes
 * from the network: nothing leaves that was not sent before, that may have been cleaned, or that does not start with the header
 * of the very frame that was asked for.
 *
 * @hot
 * @source aeron-driver/NetworkPublication
 */
import {
  computeMaxMessageLength,
  computePosition,
  DATA_HEADER_TERM_ID_OFFSET,
  DATA_HEADER_TERM_OFFSET_OFFSET,
  indexByPosition,
  TermScanner,
} from '@aeron/codecs/internal';
import type { AtomicBuffer, AtomicCounter } from '@aeron/core/internal';
import type { DataSenderOptions } from './data-sender.ts';
import type { SenderCounters } from './sender-counters.ts';
import type { StreamOutput } from './stream-output.ts';

export class Resender {
  readonly #terms: readonly AtomicBuffer[];
  readonly #termLength: number;
  readonly #initialTermId: number;
  readonly #mtuLength: number;
  readonly #senderPosition: AtomicCounter;
  readonly #output: StreamOutput;
  readonly #counters: SenderCounters;
  readonly #scanner = new TermScanner();
  /** How far behind the sender position the log is sure to be intact. */
  readonly #windowLength: number;

  constructor({ log, mtuLength, output, counters, position }: Omit<DataSenderOptions, 'maxSendsPerPass'>) {
    this.#terms = log.terms;
    this.#termLength = log.termLength;
    this.#initialTermId = log.initialTermId;
    this.#senderPosition = position;
    this.#mtuLength = mtuLength;
    this.#output = output;
    this.#counters = counters;
    this.#windowLength = (log.termLength >> 1) + computeMaxMessageLength(log.termLength);
  }

  /** @param length within the term. */
  resend(termId: number, termOffset: number, length: number): void {
    const senderPosition = this.#senderPosition.getPlain();
    const position = computePosition(termId, termOffset, this.#termLength, this.#initialTermId);
    const isInWindow = position >= 0 && position >= senderPosition - this.#windowLength && position < senderPosition;
    if (!isInWindow) {
      return;
    }
    const term = this.#terms[indexByPosition(position, this.#termLength)] as AtomicBuffer;
    const endOffset = termOffset + Math.min(length, senderPosition - position);
    let offset = termOffset;
    while (offset < endOffset && isFrameOf(term, offset, termId)) {
      const available = this.#scanner.scan(term, offset, Math.min(this.#mtuLength, endOffset - offset));
      if (available <= 0) {
        break;
      }
      const padding = this.#scanner.padding;
      if (this.#output.send(term, offset, available) !== available) {
        this.#counters.onShortSend();
        break;
      }
      offset += available + padding;
    }
    if (offset > termOffset) {
      this.#counters.onRetransmit(offset - termOffset);
    }
  }
}

function isFrameOf(term: AtomicBuffer, offset: number, termId: number): boolean {
  return (
    term.getInt32(offset + DATA_HEADER_TERM_OFFSET_OFFSET) === offset &&
    term.getInt32(offset + DATA_HEADER_TERM_ID_OFFSET) === termId
  );
}
