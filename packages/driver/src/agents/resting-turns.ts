// SPDX-License-Identifier: Apache-2.0
/**
 * Which of many streams an agent looks at in a pass. Those that have moved lately, in every pass; those that rest, in one of eight, by
 * turns: what becomes of them is a matter of milliseconds at least. With few streams all of them are looked at every time.
 *
 *     pass n      ▣ · · · · · · · ▣ ▣ · · · · · · ▣      ▣ looked at     · passed over
 *     pass n + 1  · · · · · · · ▣ · ▣ · · · · · ▣ ·      (the tenth moves)
 *
 * @hot
 */

/** As many as cost little. */
export const FEW_STREAMS = 64;
/** Looks in a row that found nothing new, after which a stream counts as resting. */
export const LOOKS_BEFORE_REST = 128;
/** One less than the passes of a round, which is a power of two. */
const ROUND_MASK = 7;

/** Of one list of streams. */
export class RestingTurns {
  #pass = 0;
  #mask = 0;

  /** A pass over so many streams begins. */
  begin(count: number): void {
    this.#pass = (this.#pass + 1) | 0;
    this.#mask = count > FEW_STREAMS ? ROUND_MASK : 0;
  }

  /** @param quietLooks at the stream, in a row, that found nothing new. */
  mayPassOver(index: number, quietLooks: number): boolean {
    return quietLooks >= LOOKS_BEFORE_REST && ((index + this.#pass) & this.#mask) !== 0;
  }
}

/** The number of quiet looks after one more. It stops where it says enough, so that a resting stream is not written to. */
export function quietLooksAfter(quietLooks: number, hasMoved: boolean): number {
  if (hasMoved) {
    return 0;
  }
  return quietLooks < LOOKS_BEFORE_REST ? quietLooks + 1 : quietLooks;
}
