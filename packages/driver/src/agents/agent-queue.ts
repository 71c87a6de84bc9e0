// SPDX-License-Identifier: Apache-2.0
/** How a command reaches another agent: by a call in the same thread or by a ring of bytes to another one. */

/** The sending end. */
export interface AgentProxy<Command> {
  /**
   * Hands a command over, in order.
   *
   * @returns false when the other side has no room now: count it, try again later, lose nothing.
   */
  offer(command: Command): boolean;
  /** Whether the next offer might be refused: while true the conductor takes no further client command. */
  readonly isFull: boolean;
}

/** The receiving end, polled by the agent in its duty cycle. */
export interface AgentInbox<Command> {
  /** Takes at most `limit` commands. @returns how many. */
  drain(handler: (command: Command) => void, limit: number): number;
}
