// SPDX-License-Identifier: Apache-2.0
/**
 * A publication that shares its stream with others: other objects of this client, other clients, other processes. Writers
 * claim space by adding to the tail of the active term in the log's metadata; see codecs/logbuffer/concurrent-append.ts.
 *
 * @hot
 */
import {
  backPressureStatus,
  checkPayloadLength,
  DATA_HEADER_BLOCK_LENGTH,
  openWindow,
  producerPosition,
  seekTail,
  shutWindow,
  TRY_OTHERWISE,
  tryAppendFrame,
  tryAppendMessage,
  tryAppendParts,
  tryAppendShort,
  tryAppendShortParts,
  tryClaimFrame,
  tryClaimShort,
} from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core';
import type { BufferClaim } from './buffer-claim.ts';
import type { DirectBufferVector } from './direct-buffer-vector.ts';
import type { ReservedValueSupplier } from './message-types.ts';
import { CLOSED } from './offer-result.ts';
import { Publication } from './publication.ts';

/**
 * A publication that may share its stream with others, of this and of other processes.
 *
 * @source aeron-client/ConcurrentPublication
 */
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
    const result = this.#tryClaim(length, claim) | 0;
    // By hand and `| 0` for the reasons given in `offer`.
    return result < 0 ? result : ((log.endTermId - log.initialTermId) | 0) * log.termLength + log.endOffset;
  }

  protected override offerShort(source: AtomicBuffer, offset: unknown, length: number): number {
    return tryAppendShort(this.log, source, offset as number, length);
  }

  protected override offerRange(
    source: AtomicBuffer | Uint8Array,
    offset: number,
    length: number,
    supplier: ReservedValueSupplier | undefined,
  ): number {
    const { log } = this;
    const result = supplier === undefined ? tryAppendFrame(log, source, offset, length) : TRY_OTHERWISE;
    if (result !== TRY_OTHERWISE) {
      return result;
    }
    const refusal = this.#refusal(length);
    return refusal < 0 ? refusal : tryAppendMessage(log, source, offset, length, supplier);
  }

  protected override offerVectors(
    vectors: readonly DirectBufferVector[],
    length: number,
    supplier: ReservedValueSupplier | undefined,
  ): number {
    const { log } = this;
    const result = supplier === undefined ? tryAppendShortParts(log, vectors, length) : TRY_OTHERWISE;
    if (result !== TRY_OTHERWISE) {
      return result;
    }
    const refusal = this.#refusal(length);
    return refusal < 0 ? refusal : tryAppendParts(log, vectors, length, supplier);
  }

  #tryClaim(length: number, claim: BufferClaim): number {
    const { log } = this;
    checkPayloadLength(log, length);
    let result = tryClaimShort(log, length);
    if (result === TRY_OTHERWISE) {
      const refusal = this.#refusal(length);
      if (refusal < 0) {
        return refusal;
      }
      result = tryClaimFrame(log, length);
    }
    if (result > 0) {
      claim.wrap(log.termBuffer, log.frameOffset, length + DATA_HEADER_BLOCK_LENGTH);
    }
    return result;
  }

  /** Looks whether it is open and there is window. @returns 0, or the negative code that the offer answers. */
  #refusal(length: number): number {
    if (this.closed) {
      return CLOSED;
    }
    // A plain load will do: the limit only decides whether stores follow, and no store is made before its condition is known.
    this.counterValues.getInt64Into(this.positionLimitOffset, this.limit);
    const { log } = this;
    shutWindow(log);
    const result = seekTail(log);
    // By hand, because it would be allocated if it were the result of a call.
    const position = ((log.termId - log.initialTermId) | 0) * log.termLength + log.tailOffset;
    if (result < 0) {
      return result;
    }
    if (position < (this.limit[0] as number)) {
      openWindow(log, this.limit);
      return 0;
    }
    return backPressureStatus(log, position, length);
  }
}
