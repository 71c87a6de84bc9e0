// SPDX-License-Identifier: Apache-2.0
/**
 * Watches the first gap of an image's current term. Conductor's thread. A gap is reported once its delay has passed, and
 * again after each retry delay as long as it stays the same gap.
 */
import { TermGapScanner } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';
import type { FeedbackDelayGenerator } from './feedback-delay.ts';
import type { ImageLossDetector, RebuildState } from './image-loss-detector.ts';

const NO_OFFSET = -1;

export type GapHandler = (termId: number, termOffset: number, length: number) => void;

/** @source aeron-driver/LossDetector */
export class LossDetector implements ImageLossDetector {
  hasFoundLoss = false;
  readonly #scanner = new TermGapScanner();
  readonly #delays: FeedbackDelayGenerator;
  readonly #onGap: GapHandler;
  #termId = 0;
  #termOffset = NO_OFFSET;
  #length = 0;
  #deadlineNs = 0;

  constructor(delays: FeedbackDelayGenerator, onGap: GapHandler) {
    this.#delays = delays;
    this.#onGap = onGap;
  }

  onComplete(_nowNs: number): void {
    this.hasFoundLoss = false;
  }

  scan(termBuffer: AtomicBuffer, state: RebuildState, nowNs: number): number {
    const { rebuildPosition, hwmPosition } = state;
    this.hasFoundLoss = false;
    const termLength = termBuffer.capacity;
    const rebuildOffset = rebuildPosition % termLength;
    if (rebuildPosition >= hwmPosition) {
      return rebuildOffset;
    }
    const termCount = Math.floor(rebuildPosition / termLength);
    const hwmTermCount = Math.floor(hwmPosition / termLength);
    // A loss that spans terms is asked for term by term.
    const limitOffset = termCount === hwmTermCount ? hwmPosition % termLength : termLength;
    const gapOffset = this.#scanner.scan(termBuffer, rebuildOffset, limitOffset);
    if (gapOffset < limitOffset) {
      this.#onGapSeen((state.initialTermId + termCount) | 0, gapOffset, this.#scanner.gapLength, nowNs);
    }
    return gapOffset;
  }

  #onGapSeen(termId: number, termOffset: number, length: number, nowNs: number): void {
    if (termOffset !== this.#termOffset || termId !== this.#termId || length !== this.#length) {
      this.#termId = termId;
      this.#termOffset = termOffset;
      this.#length = length;
      this.#deadlineNs = nowNs + this.#delays.delayNs();
      this.hasFoundLoss = true;
    }
    if (this.#deadlineNs <= nowNs) {
      this.#onGap(termId, termOffset, length);
      this.#deadlineNs = nowNs + this.#delays.retryDelayNs();
    }
  }
}
