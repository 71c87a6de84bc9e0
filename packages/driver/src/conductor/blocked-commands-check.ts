// SPDX-License-Identifier: Apache-2.0
/**
 * Finds out when a client died between claiming and committing a command, behind which all others wait, and steps over it.
 * Conductor only, at ticks.
 */

/** The ring that clients put their commands in. */
export interface UnblockableRing {
  readonly consumerPosition: number;
  readonly producerPosition: number;
  unblock(): boolean;
}

/** @source aeron-driver/DriverConductor (checkForBlockedToDriverCommands) */
export class BlockedCommandsCheck {
  readonly #ring: UnblockableRing;
  readonly #timeoutNs: number;
  #lastPosition: number;
  #timeOfLastMoveNs: number;

  /** @param timeoutNs longer than a live client ever takes: the client liveness timeout. */
  constructor(ring: UnblockableRing, timeoutNs: number, nowNs: number) {
    this.#ring = ring;
    this.#timeoutNs = timeoutNs;
    this.#lastPosition = ring.consumerPosition;
    this.#timeOfLastMoveNs = nowNs;
  }

  /** @returns whether something was unblocked. */
  unblockIfStuck(nowNs: number): boolean {
    const position = this.#ring.consumerPosition;
    if (position !== this.#lastPosition || this.#ring.producerPosition <= position) {
      this.#timeOfLastMoveNs = nowNs;
      this.#lastPosition = position;
      return false;
    }
    return this.#timeOfLastMoveNs + this.#timeoutNs - nowNs < 0 && this.#ring.unblock();
  }
}
