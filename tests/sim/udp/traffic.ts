// SPDX-License-Identifier: Apache-2.0
/** Publishers of numbered messages of many lengths, and subscribers that check every byte of them. */
import { FragmentAssembler, type Header, type Image, type Subscription } from '@aeron/client';
import type { AtomicBuffer } from '@aeron/core';
import { expectPattern, fillPattern } from '../model/message-pattern.ts';

const NUMBER_LENGTH = 4;
const FRAGMENT_LIMIT = 10;
/** Some fit a frame, some need several. */
const LENGTHS = [0, 1, 28, 60, 200, 1372, 1376, 3000, 7000] as const;

interface Offering {
  offer(buffer: Uint8Array, offset?: number, length?: number): number;
}

/** Bytes of message `number`, those of its number included. */
export function messageLength(number: number): number {
  return NUMBER_LENGTH + (LENGTHS[(number * 7) % LENGTHS.length] ?? 0);
}

export class Producer {
  /** Messages that were taken. */
  count = 0;
  readonly #publication: Offering;
  readonly #buffer = new Uint8Array(8192);

  constructor(publication: Offering) {
    this.#publication = publication;
  }

  /** Offers up to `limit` messages, as long as they are taken. @returns how many were. */
  offer(limit: number): number {
    let taken = 0;
    while (taken < limit && this.#offerNext()) {
      taken++;
    }
    return taken;
  }

  #offerNext(): boolean {
    const length = messageLength(this.count);
    new DataView(this.#buffer.buffer).setInt32(0, this.count, true);
    fillPattern(this.#buffer, NUMBER_LENGTH, length - NUMBER_LENGTH, this.count);
    const isTaken = this.#publication.offer(this.#buffer, 0, length) > 0;
    this.count += isTaken ? 1 : 0;
    return isTaken;
  }
}

export class Consumer {
  /** Messages seen. */
  count = 0;
  /** The number that comes next. */
  next = 0;
  /** Messages that were left out. */
  skipped = 0;
  readonly #source: Pick<Subscription | Image, 'poll'>;
  readonly #isReliable: boolean;
  readonly #assembler: FragmentAssembler;

  /** @param isReliable false lets messages be left out, but neither changed nor swapped. */
  constructor(source: Pick<Subscription | Image, 'poll'>, isReliable = true) {
    this.#source = source;
    this.#isReliable = isReliable;
    this.#assembler = new FragmentAssembler((buffer, offset, length) => this.#onMessage(buffer, offset, length));
  }

  poll(): number {
    return this.#source.poll(
      (buffer: AtomicBuffer, offset: number, length: number, header: Header) =>
        this.#assembler.onFragment(buffer, offset, length, header),
      FRAGMENT_LIMIT,
    );
  }

  #onMessage(buffer: AtomicBuffer, offset: number, length: number): void {
    const number = buffer.getInt32(offset);
    const isExpected = this.#isReliable && this.count > 0 ? number === this.next : number >= this.next;
    if (!isExpected) {
      throw new Error(`wrong message: number=${number} expected=${this.next}`);
    }
    if (length !== messageLength(number)) {
      throw new Error(`wrong length: number=${number} length=${length} expected=${messageLength(number)}`);
    }
    expectPattern(buffer.bytes, offset + NUMBER_LENGTH, length - NUMBER_LENGTH, { messageNumber: number, from: 0 });
    this.skipped += this.count > 0 ? number - this.next : 0;
    this.next = number + 1;
    this.count++;
  }
}
