// SPDX-License-Identifier: Apache-2.0
/** A client's hold on a publication, which several clients may share. Conductor only. */
import type { ManagedResource } from '../managed-resource.ts';
import type { AeronClient } from './aeron-client.ts';

/** A publication of any medium, counted by its holders. */
export interface HeldPublication {
  incRef(): void;
  /** The last one to go ends the stream. */
  decRef(): void;
  /** Ends the stream for all holders, without draining, at the next tick. */
  revoke(): void;
}

/** @source aeron-driver/PublicationLink */
export class PublicationLink implements ManagedResource {
  readonly registrationId: number;
  readonly #client: AeronClient;
  readonly #publication: HeldPublication;

  constructor(registrationId: number, client: AeronClient, publication: HeldPublication) {
    this.registrationId = registrationId;
    this.#client = client;
    this.#publication = publication;
    publication.incRef();
  }

  get hasReachedEndOfLife(): boolean {
    return this.#client.hasTimedOut;
  }

  onTimeEvent(): void {
    // It lives as long as its client, which was asked before it in the same tick.
  }

  revoke(): void {
    this.#publication.revoke();
  }

  close(): void {
    this.#publication.decRef();
  }
}
