// SPDX-License-Identifier: Apache-2.0
/**
 * A publication that shares its stream with others: other objects of this client, other clients, other processes. Writers
 * claim space by adding to the tail of the active term in the log's metadata; see codecs/logbuffer/concurrent-append.ts.
 *
 * @hot
 */
import {
  appendMessage,
  appendParts,
  backPressureStatus,
  checkPayloadLength,
  claimFrame,
  DATA_HEADER_BLOCK_LENGTH,
  locateTail,
  producerPosition,
} from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core';
import type { BufferClaim } from './buffer-claim.ts';
import type { DirectBufferVector } from './direct-buffer-vector.ts';
import type { ReservedValueSupplier } from './message-types.ts';
import { ADMIN_ACTION, CLOSED } from './offer-result.ts';
import { Publication } from './publication.ts';

/** @source aeron-client/ConcurrentPublication */
export class ConcurrentPublication extends Publication {
  override get position(): number {
    const { log } = this;
    return this.closed ? CLOSED : producerPosition(log.metadata, log.termLength, log.initialTermId);
  }

  override get availableWindow(): number {
    return this.closed ? CLOSED : this.positionLimit - this.position;
  }

  override tryClaim(length: number, claim: BufferClaim): number {
    const { log } = this;
    checkPayloadLength(log, length);
    const refusal = this.#refusal(length);
    if (refusal < 0) {
      return refusal;
    }
    const position = claimFrame(log, length);
    if (position > 0) {
      claim.wrap(log.termBuffer, log.frameOffset, length + DATA_HEADER_BLOCK_LENGTH);
    }
    return position;
  }

  protected override offerRange(
    source: AtomicBuffer | Uint8Array,
    offset: number,
    length: number,
    supplier: ReservedValueSupplier | undefined,
  ): number {
    const refusal = this.#refusal(length);
    return refusal < 0 ? refusal : appendMessage(this.log, source, offset, length, supplier);
  }

  protected override offerVectors(
    vectors: readonly DirectBufferVector[],
    length: number,
    supplier: ReservedValueSupplier | undefined,
  ): number {
    const refusal = this.#refusal(length);
    return refusal < 0 ? refusal : appendParts(this.log, vectors, length, supplier);
  }

  /** Looks whether it is open and there is window. @returns 0, or the negative code that the offer answers. */
  #refusal(length: number): number {
    if (this.closed) {
      return CLOSED;
    }
    const limit = this.counterValues.getInt64Volatile(this.positionLimitOffset);
    const position = locateTail(this.log);
    if (position < limit) {
      return position === ADMIN_ACTION ? ADMIN_ACTION : 0;
    }
    return backPressureStatus(this.log, position, length);
  }
}
