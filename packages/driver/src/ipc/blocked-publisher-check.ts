// SPDX-License-Identifier: Apache-2.0
/**
 * Finds out when a publisher died between claiming and committing, which would stop the stream for good, and steps over its
 * claim. Conductor only, at ticks.
 */

import { activeTermCount, unblockAbandonedLog, unblockLog } from '@aeron/codecs/internal';
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
    const { terms, metadata, termLength } = this.#log;
    const isStuck = this.#isStuck(publisherPosition, consumerPosition, nowNs);
    return isStuck && unblockLog(terms, metadata, consumerPosition, termLength);
  }

  /**
   * As `unblockIfStuck`, for a stream that has no publisher any more: at once, but for a claim of which nothing is known but
   * that it was made. There a publisher that was closed while it published gets the time-out to finish.
   */
  unblockAbandoned(publisherPosition: number, consumerPosition: number, nowNs: number): boolean {
    const { terms, metadata, termLength } = this.#log;
    return this.#isStuck(publisherPosition, consumerPosition, nowNs)
      ? unblockAbandonedLog(terms, metadata, consumerPosition, termLength)
      : unblockLog(terms, metadata, consumerPosition, termLength);
  }

  #isStuck(publisherPosition: number, consumerPosition: number, nowNs: number): boolean {
    if (consumerPosition !== this.#lastPosition || !this.#isPublisherAhead(publisherPosition, consumerPosition)) {
      this.#timeOfLastMoveNs = nowNs;
      this.#lastPosition = consumerPosition;
      return false;
    }
    return this.#timeOfLastMoveNs + this.#timeoutNs - nowNs < 0;
  }

  #isPublisherAhead(publisherPosition: number, consumerPosition: number): boolean {
    const { metadata, termLength } = this.#log;
    // A publisher may have died while it moved the log to the next term, which the position alone does not show.
    const expectedTermCount = Math.floor(consumerPosition / termLength) | 0;
    return activeTermCount(metadata) !== expectedTermCount || publisherPosition > consumerPosition;
  }
}
