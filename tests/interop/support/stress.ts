// SPDX-License-Identifier: Apache-2.0
/**
 * Several publishers on one log at full speed: each message carries its publisher and its number there (two ints), then bytes
 * that follow from both.
 */
import {
  FragmentAssembler,
  type FragmentHandler,
  isRetryable,
  type Publication,
  type Subscription,
} from '@aeron/client';
import { AtomicBuffer } from '@aeron/core';
import { fillMessage, messageLength, messageMatches } from '../../support/messages.ts';
import { LIMIT_MS } from './wait.ts';

const PREFIX_LENGTH = 8;

export async function stressPublish(
  publication: Publication,
  publisher: number,
  count: number,
  maxLength: number,
): Promise<void> {
  const buffer = AtomicBuffer.allocate(PREFIX_LENGTH + maxLength);
  const body = buffer.bytes.subarray(PREFIX_LENGTH);
  const deadlineMs = Date.now() + LIMIT_MS;
  for (let number = 0; number < count; number++) {
    const length = messageLength(publisher, number, 0, maxLength);
    buffer.putInt32(0, publisher);
    buffer.putInt32(4, number);
    fillMessage(body, length, publisher, number);
    let result = publication.offer(buffer, 0, PREFIX_LENGTH + length);
    while (result < 0) {
      if (!isRetryable(result) || Date.now() > deadlineMs) {
        throw new Error(`offer result=${result} number=${number}`);
      }
      await new Promise(setImmediate);
      result = publication.offer(buffer, 0, PREFIX_LENGTH + length);
    }
  }
}

export async function stressConsume(
  subscription: Subscription,
  maxLength: number,
  counts: readonly number[],
): Promise<number[]> {
  const next = counts.map(() => 0);
  let problem: string | undefined;
  const assembler = new FragmentAssembler((buffer, offset, length) => {
    const publisher = buffer.getInt32(offset);
    const number = buffer.getInt32(offset + 4);
    const bodyLength = messageLength(publisher, number, 0, maxLength);
    const isExpected =
      number === next[publisher] &&
      length === PREFIX_LENGTH + bodyLength &&
      messageMatches(buffer.bytes, offset + PREFIX_LENGTH, bodyLength, publisher, number);
    problem ??= isExpected ? undefined : `publisher=${publisher} number=${number} length=${length}`;
    next[publisher] = number + 1;
  });
  const deadlineMs = Date.now() + LIMIT_MS;
  while (problem === undefined && counts.some((count, publisher) => (next[publisher] ?? 0) < count)) {
    if (subscription.poll(assembler.onFragment, 50) === 0) {
      await new Promise(setImmediate);
      problem = Date.now() > deadlineMs ? `received=${next.join()}` : problem;
    }
  }
  if (problem !== undefined) {
    throw new Error(problem);
  }
  return next;
}

/** What comes of publisher 0 until its stream ends. @returns how many messages. */
export async function consumeWithGaps(subscription: Subscription, maxLength: number): Promise<number> {
  let last = -1;
  let count = 0;
  let problem: string | undefined;
  const deadlineMs = Date.now() + LIMIT_MS;
  const onFragment: FragmentHandler = (buffer, offset, length) => {
    const number = buffer.getInt32(offset + 4);
    const bodyLength = messageLength(0, number, 0, maxLength);
    const isExpected =
      number > last &&
      length === PREFIX_LENGTH + bodyLength &&
      messageMatches(buffer.bytes, offset + PREFIX_LENGTH, bodyLength, 0, number);
    problem ??= isExpected ? undefined : `after=${last} number=${number} length=${length}`;
    last = number;
    count++;
  };
  while (problem === undefined) {
    if (subscription.poll(onFragment, 50) === 0) {
      if (subscription.imageCount === 0 || subscription.imageAtIndex(0).isEndOfStream) {
        return count;
      }
      await new Promise(setImmediate);
      problem = Date.now() > deadlineMs ? `no end of stream, received=${count}` : problem;
    }
  }
  throw new Error(problem);
}
