// SPDX-License-Identifier: Apache-2.0
/** The contract between a piece of work and whatever polls it. */

/** A piece of work that somebody polls: a runner, an invoker, or a simulation. */
export interface Agent {
  /** Name of the role in this process, e.g. `driver-conductor`. */
  readonly roleName: string;
  /** Called once before the first `doWork`. */
  onStart?(): void;
  /**
   * One bounded pass.
   *
   * @returns how much was done; 0 means idle.
   * @throws AgentTerminationError to end the loop in order.
   */
  doWork(): number;
  /** Whether it looks after nothing, so that it may be polled less often than otherwise. Never, when left out. */
  readonly isDormant?: boolean;
  /** Asked of a dormant agent that rests: whether a duty cycle would find anything to do. A cheap look; yes, when left out. */
  hasNews?(): boolean;
  /** The next duty cycle comes after a rest, which was none. */
  onRested?(): void;
  /** Called once after the last `doWork`, also when that failed. */
  onClose?(): void;
}

/** Takes errors that no caller can be given. */
export type ErrorHandler = (error: Error) => void;
