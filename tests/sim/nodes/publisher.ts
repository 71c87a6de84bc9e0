// SPDX-License-Identifier: Apache-2.0
/** A publication in the hands of a simulated application, with the ledger that notes what it publishes. */
import { BufferClaim, type Publication } from '@aeron/client';
import { expectThat } from '../model/expect.ts';
import { fillPattern } from '../model/message-pattern.ts';
import type { LedgerEntry, StreamLedger } from '../model/stream-ledger.ts';

/** A claim that was neither committed nor aborted yet. */
export interface OpenClaim {
  readonly claim: BufferClaim;
  readonly entry: LedgerEntry;
  readonly claimedNs: number;
}

export class Publisher {
  readonly publication: Publication;
  readonly isExclusive: boolean;
  readonly ledger: StreamLedger;
  readonly claims: OpenClaim[] = [];
  #lastPosition: number;
  #isCounted = true;

  constructor(publication: Publication, isExclusive: boolean, ledger: StreamLedger) {
    this.publication = publication;
    this.isExclusive = isExclusive;
    this.ledger = ledger;
    this.#lastPosition = publication.position;
    ledger.openPublishers++;
  }

  /** To be called now and then while it is open. */
  check(): void {
    const { position } = this.publication;
    expectThat(position >= this.#lastPosition, () => `publication went back: ${this.#lastPosition}→${position}`);
    this.#lastPosition = position;
  }

  newClaim(): BufferClaim {
    return new BufferClaim();
  }

  /** Commits a claim or gives it up. */
  finish({ claim, entry }: OpenClaim, commits: boolean): string {
    if (commits) {
      fillPattern(claim.buffer.bytes, claim.offset, entry.length, entry.messageNumber);
      claim.reservedValue = BigInt(entry.messageNumber);
      claim.commit();
      entry.state = 'committed';
    } else {
      claim.abort();
      entry.state = 'void';
    }
    return `message=${entry.messageNumber} ${entry.state}`;
  }

  /** Commits what was claimed before then, as an application must before the driver takes it for dead. */
  finishOlderThan(timeNs: number): void {
    while (this.claims[0] !== undefined && this.claims[0].claimedNs <= timeNs) {
      this.finish(this.claims[0], true);
      this.claims.shift();
    }
  }

  /** Its application or process is gone, or the driver is about to give it up: nobody will finish its claims. */
  abandon(): void {
    for (const { entry } of this.claims) {
      if (entry.state === 'claimed') {
        entry.state = 'orphaned';
      }
    }
    this.claims.length = 0;
    if (this.#isCounted) {
      this.#isCounted = false;
      this.ledger.openPublishers--;
    }
  }
}
