// SPDX-License-Identifier: Apache-2.0
/** The ways to publish other than one buffer by `offer`. */
import { BufferClaim, DirectBufferVector, ExclusivePublication, isRetryable, type Publication } from '@aeron/client';
import { AtomicBuffer } from '@aeron/core';
import { fillMessage, messageLength } from '../../support/messages.ts';
import type { MessageRun, PublishWay } from './interop-client.ts';
import { LIMIT_MS } from './wait.ts';

const SCRATCH_LENGTH = 1024 * 1024;
const HEADER_LENGTH = 32;
const UNFRAGMENTED = 0xc0;
const DATA_TYPE = 1;
const ADMIN_ACTION = -3;

type Offer = (message: AtomicBuffer, length: number) => number;

export async function publishBy(publication: Publication, way: PublishWay, run: MessageRun): Promise<void> {
  const offer = offerOf(publication, way);
  const scratch = AtomicBuffer.allocate(SCRATCH_LENGTH);
  const deadlineMs = Date.now() + LIMIT_MS;
  for (let index = run.first; index < run.first + run.count; index++) {
    const length = messageLength(run.seed, index, run.minLength, run.maxLength);
    fillMessage(scratch.bytes, length, run.seed, index);
    for (let result = offer(scratch, length); result < 0; result = offer(scratch, length)) {
      if (!isRetryable(result) || Date.now() > deadlineMs) {
        throw new Error(`${way} result=${result} index=${index}`);
      }
      await new Promise(setImmediate);
    }
  }
}

function offerOf(publication: Publication, way: PublishWay): Offer {
  switch (way) {
    case 'claim':
      return (message, length) => claim(publication, message, length);
    case 'vector':
      return (message, length) => vector(publication, message, length);
    case 'padded':
      return (message, length) => padded(exclusive(publication), message, length);
    default:
      return (message, length) => block(exclusive(publication), message, length);
  }
}

function exclusive(publication: Publication): ExclusivePublication {
  if (!(publication instanceof ExclusivePublication)) {
    throw new Error('not an exclusive publication');
  }
  return publication;
}

function claim(publication: Publication, message: AtomicBuffer, length: number): number {
  const bufferClaim = new BufferClaim();
  const result = publication.tryClaim(length, bufferClaim);
  if (result > 0) {
    bufferClaim.buffer.putUint8Array(bufferClaim.offset, message.bytes.subarray(0, length));
    bufferClaim.commit();
  }
  return result;
}

function vector(publication: Publication, message: AtomicBuffer, length: number): number {
  const half = length >> 1;
  return publication.offer([
    new DirectBufferVector(message, 0, half),
    new DirectBufferVector(message, half, 0),
    new DirectBufferVector(message, half, length - half),
  ]);
}

function padded(publication: ExclusivePublication, message: AtomicBuffer, length: number): number {
  const result = publication.offer(message, 0, length);
  if (result > 0) {
    while (isRetryable(publication.appendPadding(length % 512))) {
      // The window or the end of a term: again.
    }
  }
  return result;
}

/** One frame made by hand, as if read from another log of the stream. */
function block(publication: ExclusivePublication, message: AtomicBuffer, length: number): number {
  const frameLength = HEADER_LENGTH + length;
  const alignedLength = (frameLength + 31) & ~31;
  const { termOffset, termBufferLength } = publication;
  if (termOffset + alignedLength > termBufferLength && termOffset < termBufferLength) {
    const result = publication.appendPadding(termBufferLength - termOffset - HEADER_LENGTH);
    return result > 0 ? ADMIN_ACTION : result;
  }
  const isAtEnd = termOffset === termBufferLength;
  const frame = AtomicBuffer.allocate(alignedLength);
  frame.putInt32(0, frameLength);
  frame.putUint8(5, UNFRAGMENTED);
  frame.putUint16(6, DATA_TYPE);
  frame.putInt32(8, isAtEnd ? 0 : termOffset);
  frame.putInt32(12, publication.sessionId);
  frame.putInt32(16, publication.streamId);
  frame.putInt32(20, isAtEnd ? (publication.termId + 1) | 0 : publication.termId);
  frame.putUint8Array(HEADER_LENGTH, message.bytes.subarray(0, length));
  return publication.offerBlock(frame, 0, alignedLength);
}
