// SPDX-License-Identifier: Apache-2.0
/** A counter that a client added; it goes with the client. Conductor only. */
import type { AtomicCounter } from '@aeron/core/internal';
import type { ManagedResource } from '../managed-resource.ts';
import type { AeronClient } from './aeron-client.ts';

/** @source aeron-driver/CounterLink */
export class CounterLink implements ManagedResource {
  readonly registrationId: number;
  readonly counterId: number;
  readonly #counter: AtomicCounter;
  readonly #client: AeronClient;
  readonly #onUnavailable: (registrationId: number, counterId: number) => void;

  /** @param onUnavailable tells clients; called before the counter is freed. */
  constructor(
    registrationId: number,
    counter: AtomicCounter,
    client: AeronClient,
    onUnavailable: (registrationId: number, counterId: number) => void,
  ) {
    this.registrationId = registrationId;
    this.counterId = counter.id;
    this.#counter = counter;
    this.#client = client;
    this.#onUnavailable = onUnavailable;
  }

  get hasReachedEndOfLife(): boolean {
    return this.#client.hasTimedOut;
  }

  onTimeEvent(): void {
    if (this.#client.hasTimedOut) {
      this.#onUnavailable(this.registrationId, this.counterId);
    }
  }

  close(): void {
    this.#counter.close();
  }
}
