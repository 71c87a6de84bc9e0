// SPDX-License-Identifier: Apache-2.0
/**
 * Finds out when a publisher died between claiming and committing, which would stop the stream for good, and steps over its
 * claim. Conductor only, at ticks.
 */

import { activeTermCount, unblockLog } from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core/internal';

/** The log of the publication. */
export interface PublicationLog {
  readonly terms: readonly AtomicBuffer[];
  readonly metadata: AtomicBuffer;
  readonly termLength: number;
}

/** @source aeron-driver/IpcPublication (checkForBlockedPublisher) */
export class BlockedPublisherCheck {
  readonly #log: PublicationLog;
  readonly #timeoutNs: number;
  #lastPosition: number;
  #timeOfLastMoveNs: number;

  /** @param timeoutNs longer than a live publisher ever takes (property aeron.publication.unblock.timeout). */
  constructor(log: PublicationLog, timeoutNs: number, consumerPosition: number, nowNs: number) {
    this.#log = log;
    this.#lastPosition = consumerPosition;
    this.#timeoutNs = timeoutNs;
    this.#timeOfLastMoveNs = nowNs;
  }

  /**
   * @param consumerPosition the furthest that any subscriber has been: a claim that is not committed stops all of them there.
   * @returns whether something was unblocked.
   */
  unblockIfStuck(publisherPosition: number, consumerPosition: number, nowNs: number): boolean {
    if (consumerPosition !== this.#lastPosition || !this.#isPublisherAhead(publisherPosition, consumerPosition)) {
      this.#timeOfLastMoveNs = nowNs;
      this.#lastPosition = consumerPosition;
      return false;
    }
    if (this.#timeOfLastMoveNs + this.#timeoutNs - nowNs >= 0) {
      return false;
    }
    const { terms, metadata, termLength } = this.#log;
    return unblockLog(terms, metadata, consumerPosition, termLength);
  }

  #isPublisherAhead(publisherPosition: number, consumerPosition: number): boolean {
    const { metadata, termLength } = this.#log;
    // A publisher may have died while it moved the log to the next term, which the position alone does not show.
    const expectedTermCount = Math.floor(consumerPosition / termLength) | 0;
    return activeTermCount(metadata) !== expectedTermCount || publisherPosition > consumerPosition;
  }
}
