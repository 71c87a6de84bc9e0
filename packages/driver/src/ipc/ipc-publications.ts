// SPDX-License-Identifier: Apache-2.0
/** The IPC publications of the driver, and how they are found. Conductor only. */
import type { ErrorHandler } from '@aeron/core/internal';
import { FEW_TURNS, RestingTurns } from '../agents/resting-turns.ts';
import { ManagedResources } from '../conductor/managed-resource.ts';
import { NO_ENTITY_TAG } from '../conductor/rules/publication-params.ts';
import type { IpcPublication } from './ipc-publication.ts';

export class IpcPublications {
  readonly #publications: ManagedResources<IpcPublication>;
  readonly #turns = new RestingTurns(FEW_TURNS);

  constructor(onError: ErrorHandler) {
    this.#publications = new ManagedResources(onError);
  }

  get items(): readonly IpcPublication[] {
    return this.#publications.items;
  }

  add(publication: IpcPublication): void {
    this.#publications.add(publication);
  }

  find(registrationId: number): IpcPublication | undefined {
    return this.#publications.find((publication) => publication.registrationId === registrationId);
  }

  /** The publication that another publisher of the stream joins, if there is one. */
  findShared(streamId: number, responseCorrelationId: number): IpcPublication | undefined {
    return this.#publications.find(
      (publication) =>
        publication.streamId === streamId &&
        !publication.isExclusive &&
        publication.state === 'ACTIVE' &&
        publication.responseCorrelationId === responseCorrelationId,
    );
  }

  findByTag(entityTag: bigint): IpcPublication | undefined {
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
    for (let i = 0; i < publications.length; i++) {
      const publication = publications[i] as IpcPublication;
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
