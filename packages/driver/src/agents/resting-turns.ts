// SPDX-License-Identifier: Apache-2.0
/**
 * Which of many streams an agent looks at in a pass. Those that have moved lately, in every pass; those that rest, by turns, so
 * that each of them is looked at every 8 ms, or in one of 64 passes (of 8) where those take less: what becomes of them is a matter
 * of milliseconds at least. One that moves again is called beside, where somebody knows (see WakeCalls), and waits for no turn.
 *
 *     pass n      ▣ ▣ · · · · · · ▣ ▣ · · · · ▣ ·      ▣ looked at     · passed over
 *     pass n + 1  · · ▣ · · · · · · ▣ ▣ · · · ▣ ·      (the last but one moves)
 *
 * @hot
 */

/** As many as cost little. */
export const FEW_STREAMS = 64;
/** Looks in a row that found nothing new, after which a stream counts as resting. */
export const LOOKS_BEFORE_REST = 128;
/** A round takes no longer, as far as passes do not. */
const ROUND_NS = 8_000_000;
/** Of a round of streams that are told of when they move again: a power of two. */
export const MANY_TURNS = 64;
/** Of a round of streams that nobody tells of. */
export const FEW_TURNS = 8;

/** Of one list of streams. */
export class RestingTurns {
  readonly #mask: number;
  readonly #turnNs: number;
  /** Of this pass: the first turn, and how many. */
  #first = 0;
  #count = 1;
  /** As many turns as time asks for, as of this pass. */
  #turnsDue = 0;

  constructor(turns: typeof MANY_TURNS | typeof FEW_TURNS) {
    this.#mask = turns - 1;
    this.#turnNs = ROUND_NS / turns;
  }

  /** A pass over so many streams begins. */
  begin(streamCount: number, nowNs: number): void {
    const turns = this.#mask + 1;
    const turnsDue = Math.floor(nowNs / this.#turnNs);
    const count = streamCount > FEW_STREAMS ? turnsDue - this.#turnsDue : turns;
    this.#turnsDue = turnsDue;
    this.#first = (this.#first + this.#count) & this.#mask;
    this.#count = Math.max(Math.min(count, turns), 1);
  }

  /** @param quietLooks at the stream, in a row, that found nothing new. */
  mayPassOver(index: number, quietLooks: number): boolean {
    return quietLooks >= LOOKS_BEFORE_REST && ((index - this.#first) & this.#mask) >= this.#count;
  }
}

/** The number of quiet looks after one more. It stops where it says enough, so that a resting stream is not written to. */
export function quietLooksAfter(quietLooks: number, hasMoved: boolean): number {
  if (hasMoved) {
    return 0;
  }
  return quietLooks < LOOKS_BEFORE_REST ? quietLooks + 1 : quietLooks;
}
