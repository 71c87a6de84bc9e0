// SPDX-License-Identifier: Apache-2.0
/**
 * Which session ids are in use for which stream of which channel, and which one is handed out next. Conductor only.
 *
 * Ids run upwards from a random start, so that those of a restarted driver rarely meet those of its predecessor, and step
 * over a reserved range that users may pin themselves (property aeron.publication.reserved.session.id).
 */

/** An inclusive range of ids that are never handed out. */
export interface ReservedSessionIds {
  readonly low: number;
  readonly high: number;
}

/** @source aeron-driver/DriverConductor */
export class SessionIds {
  readonly #reserved: ReservedSessionIds;
  /** streamId → sessionId → canonical channels on which it is active. */
  readonly #active = new Map<number, Map<number, Set<string>>>();
  #nextSessionId: number;

  /** @param firstSessionId a random int32. */
  constructor(reserved: ReservedSessionIds, firstSessionId: number) {
    this.#reserved = reserved;
    this.#nextSessionId = firstSessionId | 0;
  }

  /** An id that is free on this stream of this channel. It is not taken until `add`. */
  nextAvailable(streamId: number, canonicalChannel: string): number {
    for (;;) {
      const sessionId = this.#advance();
      if (!this.isActive(sessionId, streamId, canonicalChannel)) {
        return sessionId;
      }
    }
  }

  /** An id that is free on this stream whatever the channel, for a client that asks before it knows the channel. */
  nextAvailableOnStream(streamId: number): number {
    for (;;) {
      const sessionId = this.#advance();
      if (!this.#active.get(streamId)?.has(sessionId)) {
        return sessionId;
      }
    }
  }

  isActive(sessionId: number, streamId: number, canonicalChannel: string): boolean {
    return this.#active.get(streamId)?.get(sessionId)?.has(canonicalChannel) ?? false;
  }

  add(sessionId: number, streamId: number, canonicalChannel: string): void {
    const sessions = this.#active.get(streamId) ?? new Map<number, Set<string>>();
    const channels = sessions.get(sessionId) ?? new Set<string>();
    this.#active.set(streamId, sessions.set(sessionId, channels.add(canonicalChannel)));
  }

  /** Frees the id; one that is not in use is fine. */
  remove(sessionId: number, streamId: number, canonicalChannel: string): void {
    const sessions = this.#active.get(streamId);
    const channels = sessions?.get(sessionId);
    if (sessions === undefined || channels === undefined) {
      return;
    }
    channels.delete(canonicalChannel);
    if (channels.size === 0) {
      sessions.delete(sessionId);
    }
    if (sessions.size === 0) {
      this.#active.delete(streamId);
    }
  }

  #advance(): number {
    const { low, high } = this.#reserved;
    let sessionId = this.#nextSessionId;
    if (low <= sessionId && sessionId <= high) {
      sessionId = (high + 1) | 0;
    }
    this.#nextSessionId = (sessionId + 1) | 0;
    return sessionId;
  }
}
