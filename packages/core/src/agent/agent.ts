// SPDX-License-Identifier: Apache-2.0
/** The contract between a piece of work and whatever polls it. */

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
  /** Called once after the last `doWork`, also when that failed. */
  onClose?(): void;
}

/** Takes errors that no caller can be given. */
export type ErrorHandler = (error: Error) => void;
