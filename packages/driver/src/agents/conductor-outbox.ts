// SPDX-License-Identifier: Apache-2.0
/**
 * What the sender or the receiver tells the conductor. A command that finds the queue full is kept here, in order, and offered
 * again in later passes; nothing is lost. What strangers can provoke by a datagram is refused instead while anything waits,
 * before it changes any state: they repeat it, and so they can't make this list grow.
 */
import { type AtomicCounter, isAeronError } from '@aeron/core/internal';
import type { ConductorCommand } from './agent-commands.ts';
import type { AgentProxy } from './agent-queue.ts';

/** @source aeron-driver/DriverConductorProxy */
export class ConductorOutbox {
  readonly #conductor: AgentProxy<ConductorCommand>;
  readonly #failedOffers: AtomicCounter;
  readonly #role: string;
  readonly #waiting: ConductorCommand[] = [];

  /** @param role of the agent that errors come from. */
  constructor(conductor: AgentProxy<ConductorCommand>, failedOffers: AtomicCounter, role: string) {
    this.#conductor = conductor;
    this.#failedOffers = failedOffers;
    this.#role = role;
  }

  /** Commands that wait for room. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Hands a command over, now or later. */
  post(command: ConductorCommand): void {
    if (!this.offer(command)) {
      this.#waiting.push(command);
    }
  }

  /** @returns whether it was handed over; if not, it is forgotten. */
  offer(command: ConductorCommand): boolean {
    if (this.#waiting.length > 0) {
      return false;
    }
    return this.#tryOffer(command);
  }

  /** @returns how many of the waiting commands were handed over. */
  flush(): number {
    let count = 0;
    for (let next = this.#waiting[0]; next !== undefined && this.#tryOffer(next); next = this.#waiting[0]) {
      this.#waiting.shift();
      count++;
    }
    return count;
  }

  /** An error for the log. `isRepeated`: it will be seen again, and may be forgotten while others wait. */
  onError(error: unknown, isRepeated = false): void {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    const command: ConductorCommand = {
      kind: 'agent-error',
      role: this.#role,
      name,
      message,
      stack,
      code: isAeronError(error) ? error.code : undefined,
    };
    if (isRepeated) {
      this.offer(command);
    } else {
      this.post(command);
    }
  }

  #tryOffer(command: ConductorCommand): boolean {
    if (this.#conductor.offer(command)) {
      return true;
    }
    this.#failedOffers.increment();
    return false;
  }
}
