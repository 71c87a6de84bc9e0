// SPDX-License-Identifier: Apache-2.0
/**
 * A client of the driver, known by its heartbeat counter: the client stores the time in it, the driver watches it age. What a
 * client owns goes in the same tick that finds it gone. Conductor only.
 */
import type { AtomicCounter } from '@aeron/core/internal';
import type { ManagedResource } from '../managed-resource.ts';

const NS_PER_MS = 1_000_000;

/** What the client's end has to be told to. */
export interface ClientListener {
  /** It was not closed but fell silent. */
  onClientTimeout(clientId: number): void;
  /** Its heartbeat counter is about to be freed. */
  onHeartbeatUnavailable(clientId: number, counterId: number): void;
}

/** @source aeron-driver/AeronClient */
export class AeronClient implements ManagedResource {
  readonly clientId: number;
  readonly #livenessTimeoutMs: number;
  /** The client stores its time in it, epoch ms. */
  readonly #heartbeat: AtomicCounter;
  readonly #listener: ClientListener;
  #hasTimedOut = false;
  #isClosedByCommand = false;

  constructor(clientId: number, livenessTimeoutNs: number, heartbeat: AtomicCounter, listener: ClientListener) {
    this.clientId = clientId;
    this.#livenessTimeoutMs = Math.max(1, Math.floor(livenessTimeoutNs / NS_PER_MS));
    this.#heartbeat = heartbeat;
    this.#listener = listener;
  }

  /** Whether what it owns is to be released. */
  get hasTimedOut(): boolean {
    return this.#hasTimedOut;
  }

  get hasReachedEndOfLife(): boolean {
    return this.#hasTimedOut;
  }

  onKeepalive(nowMs: number): void {
    this.#heartbeat.set(nowMs);
  }

  /** The client said goodbye: the next tick releases it without counting a time-out. */
  onClosedByCommand(): void {
    this.#isClosedByCommand = true;
    this.#heartbeat.set(0);
  }

  onTimeEvent(_nowNs: number, nowMs: number): void {
    if (nowMs <= this.#heartbeat.get() + this.#livenessTimeoutMs) {
      return;
    }
    this.#hasTimedOut = true;
    if (!this.#isClosedByCommand) {
      this.#listener.onClientTimeout(this.clientId);
    }
    this.#listener.onHeartbeatUnavailable(this.clientId, this.#heartbeat.id);
  }

  close(): void {
    this.#heartbeat.close();
  }
}
