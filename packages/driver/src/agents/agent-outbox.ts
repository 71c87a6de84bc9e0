// SPDX-License-Identifier: Apache-2.0
/**
 * The conductor's end of the queue to another agent. A command that finds the queue full is counted and kept, in order, and
 * offered again in later passes; nothing is lost and nobody waits. What is kept stays bounded, because the conductor takes no
 * further client command meanwhile.
 */
import type { AgentProxy } from './agent-queue.ts';

/** @source aeron-driver/SenderProxy, aeron-driver/ReceiverProxy, aeron-driver/NativeResourceAgentProxy */
export class AgentOutbox<Command> {
  readonly #proxy: AgentProxy<Command>;
  readonly #onFailedOffer: () => void;
  /** Oldest first. */
  readonly #unsent: Command[] = [];

  /** @param onFailedOffer counts an offer to a full queue. */
  constructor(proxy: AgentProxy<Command>, onFailedOffer: () => void) {
    this.#proxy = proxy;
    this.#onFailedOffer = onFailedOffer;
  }

  /** While true the conductor takes no client command, since it might need the agent. */
  get isApplyingBackPressure(): boolean {
    return this.#unsent.length > 0 || this.#proxy.isFull;
  }

  /** Whether something waits for room. */
  get hasUnsent(): boolean {
    return this.#unsent.length > 0;
  }

  send(command: Command): void {
    this.#unsent.push(command);
    this.flush();
  }

  /** Sends what could not be sent so far. */
  flush(): void {
    for (let next = this.#unsent[0]; next !== undefined; next = this.#unsent[0]) {
      if (!this.#proxy.offer(next)) {
        this.#onFailedOffer();
        return;
      }
      this.#unsent.shift();
    }
  }

  /** What is still to be sent, once there is nobody left to send it to. */
  takeUnsent(): Command[] {
    return this.#unsent.splice(0);
  }
}
