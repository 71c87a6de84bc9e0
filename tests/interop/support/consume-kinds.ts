// SPDX-License-Identifier: Apache-2.0
/** The ways to consume other than `poll`; each checks length and content of each message. */
import { closeSync, openSync, readSync } from 'node:fs';
import {
  ControlledAction,
  ControlledFragmentAssembler,
  type ControlledFragmentHandler,
  type Image,
  type Subscription,
} from '@aeron/client';
import { AtomicBuffer } from '@aeron/core';
import { messageLength, messageMatches } from '../../support/messages.ts';
import type { ConsumeWay, MessageRun } from './interop-client.ts';
import { LIMIT_MS } from './wait.ts';

const HEADER_LENGTH = 32;
const DATA_TYPE = 1;
const BLOCK_LENGTH_LIMIT = 8192;

/** What has been received of a run. */
class Received {
  index: number;
  readonly #run: MessageRun;

  constructor(run: MessageRun) {
    this.index = run.first;
    this.#run = run;
  }

  get isComplete(): boolean {
    return this.index >= this.#run.first + this.#run.count;
  }

  readonly check = (buffer: AtomicBuffer, offset: number, length: number): void => {
    const { seed, minLength, maxLength } = this.#run;
    if (
      length !== messageLength(seed, this.index, minLength, maxLength) ||
      !messageMatches(buffer.bytes, offset, length, seed, this.index)
    ) {
      this.problem ??= `message index=${this.index} length=${length} differs`;
    }
    this.index++;
  };

  problem: string | undefined;
}

export async function consumeBy(subscription: Subscription, way: ConsumeWay, run: MessageRun): Promise<void> {
  const received = new Received(run);
  const step = stepOf(subscription, way, received, run.maxLength);
  const deadlineMs = Date.now() + LIMIT_MS;
  while (!received.isComplete && received.problem === undefined) {
    if (step() === 0) {
      await new Promise(setImmediate);
      received.problem = Date.now() > deadlineMs ? `index=${received.index} of=${run.count}` : received.problem;
    }
  }
  if (received.problem !== undefined) {
    throw new Error(received.problem);
  }
}

function stepOf(subscription: Subscription, way: ConsumeWay, received: Received, maxLength: number): () => number {
  switch (way) {
    case 'controlled':
      return controlled(subscription, received);
    case 'bounded':
      return () =>
        bounded(subscription, received, maxLength, (image, limit) => image.boundedPoll(received.check, limit, 10));
    case 'bounded-controlled':
      return boundedControlled(subscription, received, maxLength);
    case 'raw':
      return () => raw(subscription, received);
    default:
      return () =>
        subscription.blockPoll(
          (buffer, offset, length) => checkBlock(buffer, offset, length, received),
          BLOCK_LENGTH_LIMIT,
        );
  }
}

function controlled(subscription: Subscription, received: Received): () => number {
  const assembler = new ControlledFragmentAssembler(controlledHandler(received));
  return () => subscription.controlledPoll(assembler.onFragment, 10);
}

/** Aborts every third delivery once, breaks and commits in turn. */
function controlledHandler(received: Received): ControlledFragmentHandler {
  let calls = 0;
  return (buffer, offset, length) => {
    calls++;
    if (calls % 3 === 0) {
      return ControlledAction.ABORT;
    }
    received.check(buffer, offset, length);
    return calls % 3 === 1 ? ControlledAction.COMMIT : ControlledAction.BREAK;
  };
}

function boundedControlled(subscription: Subscription, received: Received, maxLength: number): () => number {
  const handler = controlledHandler(received);
  return () =>
    bounded(subscription, received, maxLength, (image, limit) => image.boundedControlledPoll(handler, limit, 10));
}

/** Reads blocks from the log file itself, at the place that it is told. */
function raw(subscription: Subscription, received: Received): number {
  return subscription.rawPoll((path, fileOffset, _termBuffer, _termOffset, length) => {
    const block = Buffer.alloc(length);
    const file = openSync(path, 'r');
    try {
      readSync(file, block, 0, length, fileOffset);
    } finally {
      closeSync(file);
    }
    const buffer = AtomicBuffer.allocate(length);
    buffer.putUint8Array(0, block);
    checkBlock(buffer, 0, length, received);
  }, BLOCK_LENGTH_LIMIT);
}

function bounded(
  subscription: Subscription,
  received: Received,
  maxLength: number,
  poll: (image: Image, limit: number) => number,
): number {
  if (subscription.imageCount === 0) {
    return 0;
  }
  const image = subscription.imageAtIndex(0);
  const limit = image.position + 4096;
  const fragments = poll(image, limit);
  if (image.position > limit + maxLength + 64) {
    received.problem ??= `position=${image.position} limit=${limit}`;
  }
  return fragments;
}

function checkBlock(buffer: AtomicBuffer, offset: number, length: number, received: Received): void {
  for (let at = offset; at < offset + length; ) {
    const frameLength = buffer.getInt32(at);
    if (buffer.getUint16(at + 6) === DATA_TYPE) {
      received.check(buffer, at + HEADER_LENGTH, frameLength - HEADER_LENGTH);
    }
    at += (frameLength + 31) & ~31;
  }
}
