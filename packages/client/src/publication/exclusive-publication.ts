// SPDX-License-Identifier: Apache-2.0
/**
 * A publication with a session of its own and this object as its only writer. It keeps the tail itself and only publishes it,
 * so an offer needs no atomic read-modify-write; see codecs/logbuffer/exclusive-append.ts. Nobody else may write to its log.
 *
 * @hot
 */
import {
  appendBlockExclusive,
  appendPaddingExclusive,
  backPressureStatus,
  checkPayloadLength,
  DATA_HEADER_BLOCK_LENGTH,
  exclusivePosition,
  openExclusive,
  openWindow,
  prepareBlockExclusive,
  shutWindow,
  TRY_OTHERWISE,
  throwLength,
  tryAppendFrameExclusive,
  tryAppendMessageExclusive,
  tryAppendPartsExclusive,
  tryAppendShortExclusive,
  tryAppendShortPartsExclusive,
  tryClaimFrameExclusive,
  tryClaimShortExclusive,
} from '@aeron/codecs/internal';
import type { AtomicBuffer } from '@aeron/core';
import type { PublicationParameters } from '../conductor/ports.ts';
import type { BufferClaim } from './buffer-claim.ts';
import type { DirectBufferVector } from './direct-buffer-vector.ts';
import type { ReservedValueSupplier } from './message-types.ts';
import { CLOSED, MAX_POSITION_EXCEEDED } from './offer-result.ts';
import { Publication } from './publication.ts';

/**
 * A publication with a session of its own and one writer: cheaper to offer to.
 *
 * @source aeron-client/ExclusivePublication
 */
export class ExclusivePublication extends Publication {
  /** For the conductor: applications call `Aeron.addExclusivePublication`. */
  constructor(parameters: PublicationParameters) {
    super(parameters);
    openExclusive(this.log);
  }

  override get position(): number {
    return this.closed ? CLOSED : exclusivePosition(this.log);
  }

  override get availableWindow(): number {
    return this.closed ? CLOSED : this.positionLimit - exclusivePosition(this.log);
  }

  /** Bytes that `maxMessageLength` takes up with headers: the bound of `appendPadding`. */
  get maxFramedLength(): number {
    return this.log.maxFramedLength;
  }

  /** Term that the next message goes to, unless it does not fit. */
  get termId(): number {
    return this.log.termId;
  }

  /** Where in the term the next message goes, bytes. */
  get termOffset(): number {
    return this.log.termOffset;
  }

  /** From now on, closing tells subscribers to drop what they have not read yet. */
  revokeOnClose(): void {
    this.revokes = true;
  }

  /** Closes at once, and tells subscribers to drop what they have not read yet. */
  revoke(): void {
    if (!this.closed) {
      this.revokes = true;
      this.close();
    }
  }

  override tryClaim(length: number, claim: BufferClaim): number {
    const { log } = this;
    const result = this.#tryClaim(length, claim) | 0;
    // By hand and `| 0` for the reasons given in `offer`.
    return result < 0 ? result : ((log.endTermId - log.initialTermId) | 0) * log.termLength + log.endOffset;
  }

  /**
   * Appends a padding frame, which subscribers skip.
   *
   * @param length bytes without the header, at most `maxFramedLength`.
   * @returns the stream position after it, or a negative code.
   */
  appendPadding(length: number): number {
    if (length > this.log.maxFramedLength) {
      throwLength('padding exceeds maxFramedLength', length, this.log.maxFramedLength);
    }
    const refusal = this.#refusal(length);
    return refusal < 0 ? refusal : appendPaddingExclusive(this.log, length);
  }

  /**
   * Appends whole frames as they are, such as a block that was read from another log of the same stream.
   *
   * @param length bytes; must not exceed what is left of the term, and ends at the end of a frame.
   * @returns the stream position after the block, or a negative code.
   * @throws AeronError INVALID_ARGUMENT for a block that does not fit or whose first frame does not belong here.
   */
  offerBlock(buffer: AtomicBuffer, offset: number, length: number): number {
    const { log } = this;
    if (this.closed) {
      return CLOSED;
    }
    prepareBlockExclusive(log);
    if (exclusivePosition(log) >= log.maxPossiblePosition) {
      return MAX_POSITION_EXCEEDED;
    }
    const refusal = this.#refusal(length);
    return refusal < 0 ? refusal : appendBlockExclusive(log, buffer, offset, length);
  }

  protected override offerShort(source: AtomicBuffer, offset: unknown, length: number): number {
    return tryAppendShortExclusive(this.log, source, offset as number, length);
  }

  protected override offerRange(
    source: AtomicBuffer | Uint8Array,
    offset: number,
    length: number,
    supplier: ReservedValueSupplier | undefined,
  ): number {
    const { log } = this;
    const result = supplier === undefined ? tryAppendFrameExclusive(log, source, offset, length) : TRY_OTHERWISE;
    if (result !== TRY_OTHERWISE) {
      return result;
    }
    const refusal = this.#refusal(length);
    return refusal < 0 ? refusal : tryAppendMessageExclusive(log, source, offset, length, supplier);
  }

  protected override offerVectors(
    vectors: readonly DirectBufferVector[],
    length: number,
    supplier: ReservedValueSupplier | undefined,
  ): number {
    const { log } = this;
    const result = supplier === undefined ? tryAppendShortPartsExclusive(log, vectors, length) : TRY_OTHERWISE;
    if (result !== TRY_OTHERWISE) {
      return result;
    }
    const refusal = this.#refusal(length);
    return refusal < 0 ? refusal : tryAppendPartsExclusive(log, vectors, length, supplier);
  }

  #tryClaim(length: number, claim: BufferClaim): number {
    const { log } = this;
    checkPayloadLength(log, length);
    let result = tryClaimShortExclusive(log, length);
    if (result === TRY_OTHERWISE) {
      const refusal = this.#refusal(length);
      if (refusal < 0) {
        return refusal;
      }
      result = tryClaimFrameExclusive(log, length);
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
    const position = log.termBeginPosition + log.termOffset; // by hand: as the result of a call it would be allocated
    if (position < (this.limit[0] as number)) {
      openWindow(log, this.limit);
      return 0;
    }
    return backPressureStatus(log, position, length);
  }
}
