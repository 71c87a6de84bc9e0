// SPDX-License-Identifier: Apache-2.0
/**
 * For tests: publications over a log in memory, and a reader that follows them as a subscriber and a driver would: it
 * assembles messages, cleans terms that were read, and grants window.
 */
import { LogBufferType, putIsConnected } from '@aeron/codecs/internal';
import type { CountersReader } from '@aeron/core';
import type { PublicationParameters, PublicationPort } from '../conductor/ports.ts';
import { ConcurrentPublication } from '../publication/concurrent-publication.ts';
import { ExclusivePublication } from '../publication/exclusive-publication.ts';
import type { Publication } from '../publication/publication.ts';
import { FragmentAssembler } from '../subscription/fragment-assembler.ts';
import type { Image } from '../subscription/image.ts';
import { MemoryLog, type MemoryLogOptions } from './memory-log.ts';
import { ManualLoop, SubscriptionFixture } from './subscription-fixture.ts';

const LIMIT_ID = 63;
const LIMIT_OFFSET = LIMIT_ID * 128;
const PARTITION_COUNT = 3;

export interface PublicationFixtureOptions extends MemoryLogOptions {
  readonly isExclusive?: boolean;
}

/** A message as the reader got it. */
export interface ReadMessage {
  readonly text: string;
  readonly length: number;
  readonly flags: number;
  readonly reservedValue: bigint;
  readonly position: number;
}

export class PublicationFixture {
  readonly loop = new ManualLoop();
  readonly log: MemoryLog;
  readonly image: Image;
  readonly released: Publication[] = [];
  readonly subscriptions = new SubscriptionFixture();
  readonly #port: PublicationPort;
  #cleanPosition: number;

  constructor(options: PublicationFixtureOptions = {}) {
    const type = options.isExclusive ? LogBufferType.EXCLUSIVE_PUBLICATION : LogBufferType.CONCURRENT_PUBLICATION;
    this.log = new MemoryLog({ type, ...options });
    this.image = this.subscriptions.addImageOf(this.log);
    this.#cleanPosition = this.log.writePosition;
    this.#port = this.#makePort();
    this.limit = this.log.writePosition + this.log.termLength / 2;
  }

  get limit(): number {
    return this.subscriptions.counters.getInt64(LIMIT_OFFSET);
  }

  /** Up to where flow control lets publications go. */
  set limit(position: number) {
    this.subscriptions.counters.putInt64Release(LIMIT_OFFSET, position);
  }

  set isConnected(value: boolean) {
    putIsConnected(this.log.logBuffers.metadata, value);
  }

  concurrent(): ConcurrentPublication {
    return new ConcurrentPublication(this.#parameters());
  }

  exclusive(): ExclusivePublication {
    return new ExclusivePublication(this.#parameters());
  }

  /** Reads every whole message that is there, and grants window behind it. */
  read(): ReadMessage[] {
    const messages: ReadMessage[] = [];
    const assembler = new FragmentAssembler((buffer, offset, length, header) => {
      messages.push({
        text: buffer.getUtf8(offset, length),
        length,
        flags: header.flags,
        reservedValue: header.reservedValue,
        position: header.position,
      });
    });
    let before: number;
    do {
      before = this.image.position; // moves without a fragment when all there is is padding
      this.subscriptions.subscription.poll(assembler.onFragment, 100);
    } while (this.image.position > before);
    this.#cleanUpTo(this.image.position);
    this.limit = this.image.position + this.log.termLength / 2;
    return messages;
  }

  /** Zeroes what was read, as the driver does ahead of the limit. */
  #cleanUpTo(position: number): void {
    const { termLength, logBuffers } = this.log;
    while (this.#cleanPosition < position) {
      const offset = this.#cleanPosition & (termLength - 1);
      const length = Math.min(termLength - offset, position - this.#cleanPosition);
      const index = Math.floor(this.#cleanPosition / termLength) % PARTITION_COUNT;
      logBuffers.terms[index]?.setMemory(offset, length, 0);
      this.#cleanPosition += length;
    }
  }

  #parameters(): PublicationParameters {
    return {
      conductor: this.#port,
      channel: 'aeron:ipc',
      streamId: this.log.streamId,
      sessionId: this.log.sessionId,
      counterValues: this.subscriptions.counters,
      positionLimitId: LIMIT_ID,
      channelStatusId: -1,
      logBuffers: this.log.logBuffers,
      originalRegistrationId: 1,
      registrationId: 1,
    };
  }

  #makePort(): PublicationPort {
    const unused = (): never => {
      throw new Error('not used by these tests');
    };
    return {
      isClosed: false,
      clock: this.loop,
      scheduler: this.loop,
      get countersReader(): CountersReader {
        return unused();
      },
      reportError: unused,
      channelStatus: () => 1,
      localSocketAddresses: () => [],
      service: () => 0,
      releasePublication: (publication) => {
        this.released.push(publication);
        publication.closeLocally();
      },
      addDestination: unused,
      removeDestination: unused,
      asyncAddDestination: unused,
      asyncRemoveDestination: unused,
    };
  }
}
