// SPDX-License-Identifier: Apache-2.0
/**
 * What is done about a gap in an image: the receiver is told to ask for it, and the loss report counts each lost byte once, though
 * a gap is seen again and again and grows. Conductor only.
 */
import type { Clock } from '@aeron/core/internal';
import type { GapRequests } from '../../loss/window-loss-detector.ts';
import type { LossReport, LossReportEntry, LossSource } from '../../reports/loss-report.ts';
import type { ImageState } from '../../shared-state/image-state.ts';

/** @source aeron-driver/PublicationImage (onGapDetected, reportLoss) */
export class ImageLossRecord implements GapRequests {
  readonly #state: ImageState;
  readonly #stream: LossSource;
  readonly #clock: Pick<Clock, 'epochMs'>;
  /** Undefined once the report is full. */
  #report: LossReport | undefined;
  #entry: LossReportEntry | undefined;
  #termId: number | undefined;
  #termOffset = 0;
  #length = 0;

  constructor(state: ImageState, report: LossReport, stream: LossSource, clock: Pick<Clock, 'epochMs'>) {
    this.#state = state;
    this.#report = report;
    this.#stream = stream;
    this.#clock = clock;
  }

  onGap(termId: number, termOffset: number, length: number): void {
    this.#state.scheduleLoss(termId, termOffset, length);
    const reportedTo = this.#termOffset + this.#length;
    const isNew = termId !== this.#termId || termOffset >= reportedTo;
    const bytesLost = isNew ? length : termOffset + length - reportedTo;
    if (bytesLost > 0) {
      this.#record(bytesLost);
      this.#termId = termId;
      this.#termOffset = termOffset;
      this.#length = length;
    }
  }

  request(termId: number, termOffset: number, length: number): boolean {
    const isTaken = this.requestAgain(termId, termOffset, length);
    if (isTaken) {
      this.#record(length);
    }
    return isTaken;
  }

  requestAgain(termId: number, termOffset: number, length: number): boolean {
    return this.#state.offerGap(termId, termOffset, length);
  }

  #record(bytesLost: number): void {
    const nowMs = this.#clock.epochMs();
    if (this.#entry !== undefined) {
      this.#entry.recordObservation(bytesLost, nowMs);
    } else if (this.#report !== undefined) {
      this.#entry = this.#report.createEntry(bytesLost, nowMs, this.#stream);
      if (this.#entry === undefined) {
        this.#report = undefined;
      }
    }
  }
}
