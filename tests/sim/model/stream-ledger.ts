// SPDX-License-Identifier: Apache-2.0
/**
 * What was published in one stream, in the order of positions: the truth that every image of it is compared with. All is
 * known exactly, since everything in a simulation happens in one thread.
 */
import { expectThat } from './expect.ts';

const HEADER_LENGTH = 32;
const FRAME_ALIGNMENT = 32;

/**
 * `claimed`: its writer will commit or abort it. `orphaned`: its writer is gone; the driver may turn it into padding.
 * `void`: padding. `committed`: must reach every subscriber that has joined before it.
 */
export type EntryState = 'claimed' | 'orphaned' | 'void' | 'committed';

export interface LedgerEntry {
  /** Stream positions with headers and alignment. */
  readonly start: number;
  readonly end: number;
  /** Bytes of payload. */
  readonly length: number;
  readonly messageNumber: number;
  state: EntryState;
}

export interface StreamFacts {
  readonly sessionId: number;
  readonly streamId: number;
  readonly initialTermId: number;
  readonly termLength: number;
  readonly maxPayloadLength: number;
}

export class StreamLedger {
  readonly key: string;
  readonly facts: StreamFacts;
  readonly entries: LedgerEntry[] = [];
  /** How many publishers are open on it, those of clients that the driver is about to give up not counted. */
  openPublishers = 0;
  isRevoked = false;
  /** A subscriber has rejected it: no image until then. Virtual time. */
  coolDownUntilNs = Number.NEGATIVE_INFINITY;
  /** How many images of it there were; with none yet, nothing may have been accepted. */
  imageCount = 0;
  #end: number | undefined;

  constructor(key: string, facts: StreamFacts) {
    this.key = key;
    this.facts = facts;
  }

  /** Stream position behind what was published last; undefined before the first. */
  get end(): number | undefined {
    return this.#end;
  }

  /** Whether more may come. */
  get isOpen(): boolean {
    return this.openPublishers > 0 && !this.isRevoked;
  }

  /** Notes a message that an offer or claim has put at the end. */
  append(end: number, length: number, messageNumber: number, state: EntryState): LedgerEntry {
    const start = end - this.framedLength(length);
    this.#moveTo(start, end);
    const entry = { start, end, length, messageNumber, state };
    this.entries.push(entry);
    return entry;
  }

  /** Notes bytes of the stream that carry no message. */
  appendVoid(end: number, framedLength: number): void {
    const start = end - framedLength;
    this.#moveTo(start, end);
    this.entries.push({ start, end, length: framedLength - HEADER_LENGTH, messageNumber: -1, state: 'void' });
  }

  /** Index of the first entry that ends behind the position. */
  indexAt(position: number): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.entries[middle]?.end ?? 0) > position) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Bytes that a message takes up in the stream. */
  framedLength(length: number): number {
    const { maxPayloadLength } = this.facts;
    if (length <= maxPayloadLength) {
      return align(length + HEADER_LENGTH);
    }
    const full = Math.floor(length / maxPayloadLength);
    const rest = length % maxPayloadLength;
    return full * (maxPayloadLength + HEADER_LENGTH) + (rest === 0 ? 0 : align(rest + HEADER_LENGTH));
  }

  #moveTo(start: number, end: number): void {
    const before = this.#end;
    const { termLength } = this.facts;
    expectThat(before === undefined || start >= before, () => `published twice: start=${start} before=${before}`);
    // Between two messages there is nothing but the rest of a term in which the second one had no room.
    const isContinued = before === undefined || start === before || start % termLength === 0;
    expectThat(isContinued, () => `a gap that no end of a term explains: start=${start} before=${before}`);
    const staysInTerm = Math.floor(start / termLength) === Math.floor((end - 1) / termLength);
    expectThat(staysInTerm, () => `message across terms: start=${start} end=${end} termLength=${termLength}`);
    this.#end = end;
  }
}

/** Bytes with header that a frame takes up. */
export function alignedFrameLength(payloadLength: number): number {
  return align(payloadLength + HEADER_LENGTH);
}

function align(length: number): number {
  return (length + (FRAME_ALIGNMENT - 1)) & -FRAME_ALIGNMENT;
}
