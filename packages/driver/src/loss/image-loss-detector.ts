// SPDX-License-Identifier: Apache-2.0
/** What an image needs of whatever looks for its gaps, each time that the conductor follows its rebuilding. */
import type { AtomicBuffer } from '@aeron/core/internal';

/** Where an image stands, as stream positions. */
export interface RebuildState {
  readonly rebuildPosition: number;
  readonly hwmPosition: number;
  readonly initialTermId: number;
}

export interface ImageLossDetector {
  /** Out-register of `scan`: whether a gap was seen for the first time. */
  readonly hasFoundLoss: boolean;

  /**
   * @param termBuffer the term that holds `rebuildPosition`.
   * @returns the term offset up to which the term is complete.
   */
  scan(termBuffer: AtomicBuffer, state: RebuildState, nowNs: number): number;

  /** Instead of `scan`, when nothing that was received waits for something that was not. */
  onComplete(nowNs: number): void;
}
