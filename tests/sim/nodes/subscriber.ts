// SPDX-License-Identifier: Apache-2.0
/** A subscription in the hands of a simulated application, with a follower for each of its images. */
import { ControlledAction, type Header, type Image, type Subscription } from '@aeron/client';
import type { AtomicBuffer } from '@aeron/core';
import { expectThat, violated } from '../model/expect.ts';
import { ImageFollower } from '../model/image-follower.ts';
import { alignedFrameLength, type StreamLedger } from '../model/stream-ledger.ts';

/** What the URI of the subscription asked for. */
export interface SubscriberWishes {
  readonly streamId: number;
  readonly channel: string;
  /** Undefined: any. */
  readonly sessionId: number | undefined;
  readonly isTether: boolean;
  readonly isRejoin: boolean;
  /** `reliable=false`; false when left out. */
  readonly mayLose?: boolean;
}

const HEADER_LENGTH = 32;
const FLAGS_OFFSET = 5;
const TYPE_OFFSET = 6;
const TERM_ID_OFFSET = 20;
const PADDING_TYPE = 0;

export class Subscriber {
  readonly registrationId: number;
  readonly wishes: SubscriberWishes;
  /** By the id that the driver gave the image. */
  readonly followers = new Map<number, ImageFollower>();
  /** Undefined until the driver has answered. */
  subscription: Subscription | undefined;
  isClosing = false;
  /** Bytes of payload of images that went away. */
  checkedLength = 0;

  constructor(registrationId: number, wishes: SubscriberWishes) {
    this.registrationId = registrationId;
    this.wishes = wishes;
  }

  wants(ledger: StreamLedger): boolean {
    const { streamId, sessionId } = this.wishes;
    return streamId === ledger.facts.streamId && (sessionId === undefined || sessionId === ledger.facts.sessionId);
  }

  onAvailable(image: Image, ledger: StreamLedger): void {
    expectThat(!this.followers.has(image.correlationId), () => `image came twice: ${image}`);
    expectThat(
      this.wants(ledger),
      () => `image that was not asked for: ${image} wishes=${JSON.stringify(this.wishes)}`,
    );
    ledger.imageCount++;
    this.followers.set(image.correlationId, new ImageFollower(image, ledger, this.wishes.mayLose));
  }

  onUnavailable(image: Image): ImageFollower {
    const follower = this.followers.get(image.correlationId);
    expectThat(follower !== undefined, () => `image went that never came: ${image}`);
    this.followers.delete(image.correlationId);
    this.checkedLength += follower.checkedLength;
    return follower;
  }

  /** Polls in one of the ways there are. @returns fragments or bytes. */
  poll(way: PollWay, limit: number): number {
    const { subscription } = this;
    if (subscription === undefined) {
      return 0;
    }
    const count = WAYS[way](this, subscription, limit);
    for (const follower of this.followers.values()) {
      follower.onPolled();
    }
    return count;
  }

  readonly onFragment = (buffer: AtomicBuffer, offset: number, length: number, header: Header): void => {
    const { correlationId } = header.context as Image;
    const follower = this.followers.get(correlationId);
    expectThat(follower !== undefined, () => `fragment without an image: correlationId=${correlationId}`);
    follower.onFragment(buffer, offset, length, header);
  };

  /** A run of whole frames. */
  readonly onBlock = (buffer: AtomicBuffer, offset: number, length: number, sessionId: number): void => {
    const follower = this.#followerOfBlock(sessionId, offset, buffer.getInt32(offset + TERM_ID_OFFSET));
    const { initialTermId, termLength } = follower.ledger.facts;
    for (let frameOffset = offset; frameOffset < offset + length; ) {
      const frameLength = buffer.getInt32(frameOffset);
      const payloadLength = frameLength - HEADER_LENGTH;
      const termCount = (buffer.getInt32(frameOffset + TERM_ID_OFFSET) - initialTermId) | 0;
      const start = termCount * termLength + frameOffset;
      const alignedLength = alignedFrameLength(payloadLength);
      if (buffer.getUint16(frameOffset + TYPE_OFFSET) !== PADDING_TYPE) {
        const flags = buffer.getUint8(frameOffset + FLAGS_OFFSET);
        follower.onFrame(buffer, frameOffset, payloadLength, { start, end: start + alignedLength, flags });
      }
      frameOffset += alignedLength;
    }
  };

  /** A session that is opened anew may have two images for a while: the one that is read out, and its successor. */
  #followerOfBlock(sessionId: number, offset: number, termId: number): ImageFollower {
    for (const follower of this.followers.values()) {
      const { image, ledger } = follower;
      const { initialTermId, termLength } = ledger.facts;
      const position = ((termId - initialTermId) | 0) * termLength + offset;
      if (image.sessionId === sessionId && !image.isClosed && image.position === position) {
        return follower;
      }
    }
    return violated(`block without an image: sessionId=${sessionId} offset=${offset} termId=${termId}`);
  }
}

/** `hesitant` gives some fragments back, to get them once more. */
export type PollWay = 'poll' | 'controlled' | 'hesitant' | 'block' | 'raw' | 'bounded';

export const POLL_WAYS: readonly PollWay[] = ['poll', 'poll', 'controlled', 'hesitant', 'block', 'raw', 'bounded'];

const { ABORT, BREAK, COMMIT, CONTINUE } = ControlledAction;
const BLOCK_LENGTH_PER_FRAGMENT = 512;

const WAYS: Readonly<Record<PollWay, (subscriber: Subscriber, subscription: Subscription, limit: number) => number>> = {
  poll: ({ onFragment }, subscription, limit) => subscription.poll(onFragment, limit),
  controlled: ({ onFragment }, subscription, limit) =>
    subscription.controlledPoll((buffer, offset, length, header) => {
      onFragment(buffer, offset, length, header);
      return length % 3 === 0 ? COMMIT : CONTINUE;
    }, limit),
  hesitant: ({ onFragment }, subscription, limit) => {
    let seen = 0;
    return subscription.controlledPoll((buffer, offset, length, header) => {
      seen++;
      if (seen * 2 > limit) {
        return ABORT;
      }
      onFragment(buffer, offset, length, header);
      return length % 5 === 0 ? BREAK : CONTINUE;
    }, limit);
  },
  block: ({ onBlock }, subscription, limit) => subscription.blockPoll(onBlock, limit * BLOCK_LENGTH_PER_FRAGMENT),
  raw: ({ onBlock }, subscription, limit) =>
    subscription.rawPoll(
      (_path, _fileOffset, buffer, offset, length, sessionId) => onBlock(buffer, offset, length, sessionId),
      limit * BLOCK_LENGTH_PER_FRAGMENT,
    ),
  bounded: ({ onFragment }, subscription, limit) => {
    let count = 0;
    for (const image of subscription.images) {
      count += image.boundedPoll(onFragment, image.position + limit * BLOCK_LENGTH_PER_FRAGMENT, limit);
    }
    return count;
  },
};
