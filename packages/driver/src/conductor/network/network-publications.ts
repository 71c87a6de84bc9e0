// SPDX-License-Identifier: Apache-2.0
/** The network publications of the driver, and how they are found. Conductor only. */
import type { ErrorHandler } from '@aeron/core/internal';
import { RestingTurns } from '../../agents/resting-turns.ts';
import { ManagedResources } from '../managed-resource.ts';
import { NO_ENTITY_TAG } from '../rules/publication-params.ts';
import type { NetworkPublication } from './network-publication.ts';
import type { SendChannelEndpoint } from './send-channel-endpoint.ts';

export class NetworkPublications {
  readonly #publications: ManagedResources<NetworkPublication>;
  readonly #turns = new RestingTurns();

  constructor(onError: ErrorHandler) {
    this.#publications = new ManagedResources(onError);
  }

  get items(): readonly NetworkPublication[] {
    return this.#publications.items;
  }

  add(publication: NetworkPublication): void {
    this.#publications.add(publication);
  }

  find(registrationId: number): NetworkPublication | undefined {
    return this.#publications.find((publication) => publication.registrationId === registrationId);
  }

  /** The publication that another publisher of the stream joins, if there is one. */
  findShared(
    streamId: number,
    endpoint: SendChannelEndpoint,
    responseCorrelationId: number,
  ): NetworkPublication | undefined {
    return this.#publications.find(
      (publication) =>
        publication.streamId === streamId &&
        publication.endpoint === endpoint &&
        publication.state === 'ACTIVE' &&
        !publication.isExclusive &&
        publication.responseCorrelationId === responseCorrelationId,
    );
  }

  findByTag(entityTag: bigint): NetworkPublication | undefined {
    return entityTag === NO_ENTITY_TAG
      ? undefined
      : this.#publications.find((publication) => publication.entityTag === entityTag);
  }

  onTimeEvent(nowNs: number, nowMs: number): void {
    this.#publications.onTimeEvent(nowNs, nowMs);
  }

  /** In every pass of the conductor. @returns how many limits moved. */
  updatePublisherPositionsAndLimits(): number {
    const publications = this.#publications.items;
    let workCount = 0;
    this.#turns.begin(publications.length);
    for (let i = 0; i < publications.length; i++) {
      const publication = publications[i] as NetworkPublication;
      if (!this.#turns.mayPassOver(i, publication.quietLooks)) {
        workCount += publication.updatePublisherPositionAndLimit();
      }
    }
    return workCount;
  }

  /** The driver closes: each gives up what it holds. */
  closeAll(): void {
    this.#publications.closeAll();
  }
}
