// SPDX-License-Identifier: Apache-2.0
/** The network publications of the driver, and how they are found. Conductor only. */
import type { ErrorHandler } from '@aeron/core/internal';
import { MANY_TURNS, RestingTurns } from '../../agents/resting-turns.ts';
import { WakeList } from '../../shared-state/state-table.ts';
import { WakeCalls } from '../../shared-state/wake-calls.ts';
import { ManagedResources } from '../managed-resource.ts';
import { NO_ENTITY_TAG } from '../rules/publication-params.ts';
import type { NetworkPublication } from './network-publication.ts';
import type { SendChannelEndpoint } from './send-channel-endpoint.ts';

export class NetworkPublications {
  readonly #publications: ManagedResources<NetworkPublication>;
  readonly #turns = new RestingTurns(MANY_TURNS);
  readonly #calls: WakeCalls;

  constructor(stateMemory: SharedArrayBuffer, onError: ErrorHandler) {
    this.#calls = new WakeCalls(stateMemory, WakeList.CONDUCTOR_PUBLICATIONS);
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
  updatePublisherPositionsAndLimits(nowNs: number): number {
    const publications = this.#publications.items;
    let workCount = 0;
    this.#turns.begin(publications.length, nowNs);
    const isCalled = this.#calls.begin();
    for (let i = 0; i < publications.length; i++) {
      const publication = publications[i] as NetworkPublication;
      if (isCalled && this.#calls.take(publication.stateIndex)) {
        publication.quietLooks = 0;
      }
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
