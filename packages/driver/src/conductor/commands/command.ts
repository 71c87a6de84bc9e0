// SPDX-License-Identifier: Apache-2.0
/**
 * A client's command at work. It may take several passes, because what it waits for (a log buffer, a name, an end point) comes
 * from other agents; one command is under way at a time, and the next one is not read before it is done.
 */

/** A command may throw: then it is over, and its client is told why. */
export interface Command {
  /** Goes on as far as it can without waiting. @returns whether it is done. */
  step(): boolean;
  /** Gives back what an unfinished command holds. Called once, also after it is done. */
  close?(): void;
}

/** A command that is done in one step. */
export function immediate(work: () => void): Command {
  return {
    step() {
      work();
      return true;
    },
  };
}
