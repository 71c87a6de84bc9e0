// SPDX-License-Identifier: Apache-2.0
/**
 * Follows one image fragment by fragment and compares it with the ledger of its stream: every byte, in order, nothing twice,
 * nothing left out, nothing that nobody published.
 */
import type { Header, Image } from '@aeron/client';
import type { AtomicBuffer } from '@aeron/core';
import { expectThat } from './expect.ts';
import { expectPattern } from './message-pattern.ts';
import { alignedFrameLength, type LedgerEntry, type StreamLedger } from './stream-ledger.ts';

const HEADER_LENGTH = 32;
const BEGIN_FLAG = 0x80;
const END_FLAG = 0x40;

export class ImageFollower {
  readonly image: Image;
  readonly ledger: StreamLedger;
  /** Whether the subscription does not mind losses: what it did not get was padding to it. */
  readonly mayLose: boolean;
  /** Bytes of payload that were checked. */
  checkedLength = 0;
  /** Stream position up to which it was given fragments. */
  #position: number;
  /** Of the entry that the next fragment belongs to, or of one before it. */
  #index: number;
  #lastImagePosition: number;

  constructor(image: Image, ledger: StreamLedger, mayLose = false) {
    this.image = image;
    this.ledger = ledger;
    this.mayLose = mayLose;
    this.#position = image.joinPosition;
    this.#lastImagePosition = image.joinPosition;
    this.#index = ledger.indexAt(image.joinPosition);
    const { facts } = ledger;
    const isSame =
      image.sessionId === facts.sessionId &&
      image.initialTermId === facts.initialTermId &&
      image.termBufferLength === facts.termLength &&
      image.mtuLength - HEADER_LENGTH === facts.maxPayloadLength;
    expectThat(isSame, () => `image of another stream: image=${image} stream=${JSON.stringify(facts)}`);
  }

  onFragment(buffer: AtomicBuffer, offset: number, length: number, header: Header): void {
    const { facts } = this.ledger;
    const end = header.position;
    const start = end - alignedFrameLength(length);
    const isOfStream = header.sessionId === facts.sessionId && header.streamId === facts.streamId;
    expectThat(isOfStream, () => `fragment of another stream: ${describe(header)}`);
    this.onFrame(buffer, offset - HEADER_LENGTH, length, { start, end, flags: header.flags });
  }

  /** A data frame at its place in a term. */
  onFrame(
    buffer: AtomicBuffer,
    frameOffset: number,
    length: number,
    { start, end, flags }: { readonly start: number; readonly end: number; readonly flags: number },
  ): void {
    const entry = this.#entryAt(start);
    const nextStart = Math.max(this.#position, entry.start);
    expectThat(
      start === nextStart || this.mayLose,
      () => `fragment left out: start=${start} next=${nextStart} of ${JSON.stringify(entry)}`,
    );
    const fragmentIndex = (start - entry.start) / (this.ledger.facts.maxPayloadLength + HEADER_LENGTH);
    const from = fragmentIndex * this.ledger.facts.maxPayloadLength;
    const expectedLength = Math.min(this.ledger.facts.maxPayloadLength, entry.length - from);
    const expectedFlags = (from === 0 ? BEGIN_FLAG : 0) | (from + expectedLength === entry.length ? END_FLAG : 0);
    const isRight = Number.isInteger(fragmentIndex) && length === expectedLength && flags === expectedFlags;
    expectThat(isRight, () => {
      const found = `start=${start} length=${length} flags=${flags}`;
      return `not a fragment of its message: ${found} expectedLength=${expectedLength} of ${JSON.stringify(entry)}`;
    });
    const reservedValue = buffer.getBigInt64(frameOffset + 24);
    expectThat(reservedValue === BigInt(entry.messageNumber), () => `reservedValue=${reservedValue} at ${start}`);
    const place = { messageNumber: entry.messageNumber, from };
    expectPattern(buffer.bytes, frameOffset + HEADER_LENGTH, length, place);
    this.checkedLength += length;
    this.#position = end;
  }

  /** To be called after polling: what the image counts as read is what was seen here, or padding. */
  onPolled(): void {
    const { position } = this.image;
    expectThat(position >= this.#lastImagePosition, () => `position went back: ${this.#lastImagePosition}→${position}`);
    this.#lastImagePosition = position;
    expectThat(position >= this.#position, () => `position=${position} is behind what was read=${this.#position}`);
    this.#skipTo(position);
    const entry = this.ledger.entries[this.#index];
    const isWhole = entry === undefined || entry.start >= position || position === this.#position || this.mayLose;
    expectThat(
      isWhole,
      () => `fragment left out: read=${this.#position} position=${position} ${JSON.stringify(entry)}`,
    );
    this.#position = position;
  }

  /** @returns the first message that should have come and has not. */
  missing(): LedgerEntry | undefined {
    const { entries } = this.ledger;
    for (let i = this.#index; i < entries.length; i++) {
      const entry = entries[i];
      if (entry !== undefined && entry.end > this.#position && entry.state === 'committed') {
        return entry;
      }
    }
    return undefined;
  }

  get position(): number {
    return this.#position;
  }

  #entryAt(start: number): LedgerEntry {
    expectThat(start >= this.#position, () => `read twice: start=${start} position=${this.#position}`);
    this.#skipTo(start);
    const entry = this.ledger.entries[this.#index];
    expectThat(entry !== undefined && entry.start <= start, () => `nobody published this: start=${start}`);
    expectThat(entry.state === 'committed', () => `read before it was committed: ${JSON.stringify(entry)}`);
    return entry;
  }

  /** Nothing before the position may be owed any more. */
  #skipTo(position: number): void {
    const { entries } = this.ledger;
    for (let entry = entries[this.#index]; entry !== undefined && entry.end <= position; ) {
      if (entry.end > this.#position && !this.mayLose) {
        const isOwed = entry.state === 'committed' || entry.state === 'claimed';
        expectThat(!isOwed, () => `never read: ${JSON.stringify(entry)} position=${this.#position}→${position}`);
        entry.state = 'void'; // an orphan that the driver has stepped over
      }
      this.#index++;
      entry = entries[this.#index];
    }
  }
}

function describe(header: Header): string {
  return `sessionId=${header.sessionId} streamId=${header.streamId} position=${header.position}`;
}
