// SPDX-License-Identifier: Apache-2.0
/** How a command reaches another agent: through a list in the same thread, or through a ring of bytes to another one. */

/** Commands that a queue holds at most, as in the reference. */
export const AGENT_QUEUE_CAPACITY = 1024;

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
  /** Whether there is nothing to take. */
  readonly isEmpty: boolean;
  /** Takes at most `limit` commands. @returns how many. */
  drain(handler: (command: Command) => void, limit: number): number;
}

/** Both ends for agents of one thread: a bounded list, so that no agent is entered while it is working. */
export class ThreadLocalQueue<Command> implements AgentProxy<Command>, AgentInbox<Command> {
  readonly #commands: Command[] = [];
  readonly #capacity: number;

  constructor(capacity: number = AGENT_QUEUE_CAPACITY) {
    this.#capacity = capacity;
  }

  get isEmpty(): boolean {
    return this.#commands.length === 0;
  }

  get isFull(): boolean {
    return this.#commands.length >= this.#capacity;
  }

  offer(command: Command): boolean {
    if (this.isFull) {
      return false;
    }
    this.#commands.push(command);
    return true;
  }

  drain(handler: (command: Command) => void, limit: number): number {
    let count = 0;
    while (count < limit) {
      const command = this.#commands.shift();
      if (command === undefined) {
        break;
      }
      count++;
      handler(command);
    }
    return count;
  }
}
