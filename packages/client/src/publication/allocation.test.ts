// SPDX-License-Identifier: Apache-2.0
import {
  DATA_FRAME_TYPE,
  DATA_HEADER_BLOCK_LENGTH,
  DATA_HEADER_FRAME_LENGTH_OFFSET,
  DATA_HEADER_SESSION_ID_OFFSET,
  DATA_HEADER_STREAM_ID_OFFSET,
  DATA_HEADER_TERM_ID_OFFSET,
  DATA_HEADER_TERM_OFFSET_OFFSET,
  DATA_HEADER_TYPE_OFFSET,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core';
import { allocationPerCall } from '@aeron/core/testing';
import { PublicationFixture } from '../testing/publication-fixture.ts';
import { BufferClaim } from './buffer-claim.ts';
import { DirectBufferVector } from './direct-buffer-vector.ts';
import type { ExclusivePublication } from './exclusive-publication.ts';
import type { Publication } from './publication.ts';

const CALLS = 30_000;
/** Seldom full: the change to another term goes through BigInt. */
const TERM_LENGTH = 1024 * 1024;

/**
 * A position above 2^31 is a number that V8 allocates, 16 bytes, where the offer is not inlined into the loop around it; that
 * one is allowed there, and nothing else anywhere.
 */
describe.each<[string, 'concurrent' | 'exclusive', position: number, maxPerCall: number]>([
  ['a concurrent publication', 'concurrent', 0, 2],
  ['an exclusive publication', 'exclusive', 0, 2],
  ['a concurrent publication far into its stream', 'concurrent', 2 ** 34, 20],
  ['an exclusive publication far into its stream', 'exclusive', 2 ** 34, 20],
])('%s allocates nothing for', (_kind, kind, position, maxPerCall) => {
  const fixture = new PublicationFixture({
    isExclusive: kind === 'exclusive',
    termLength: TERM_LENGTH,
    mtuLength: 1408, // fragments at aligned places go by words; the block copy of Node 20 would make a view of each
    position,
  });
  const publication: Publication = kind === 'exclusive' ? fixture.exclusive() : fixture.concurrent();
  fixture.limit = 2 ** 46;
  const buffer = AtomicBuffer.allocate(4096);
  const array = new Uint8Array(4096);
  const view = new DataView(array.buffer);
  const vectors = [new DirectBufferVector(buffer, 0, 16), new DirectBufferVector(array, 0, 16)];
  const claim = new BufferClaim();
  const whole = new Uint8Array(32);
  const block = AtomicBuffer.allocate(DATA_HEADER_BLOCK_LENGTH);
  block.putInt32(DATA_HEADER_FRAME_LENGTH_OFFSET, block.capacity);
  block.putUint16(DATA_HEADER_TYPE_OFFSET, DATA_FRAME_TYPE);
  block.putInt32(DATA_HEADER_SESSION_ID_OFFSET, publication.sessionId);
  block.putInt32(DATA_HEADER_STREAM_ID_OFFSET, publication.streamId);

  const basicForms: [string, () => void][] = [
    ['an AtomicBuffer', () => void publication.offer(buffer, 0, 32)],
    [
      'a claim',
      () => {
        if (publication.tryClaim(32, claim) > 0) {
          claim.commit();
        }
      },
    ],
  ];
  const otherForms: [string, () => void][] = [
    ['a Uint8Array', () => void publication.offer(array, 0, 32)],
    ['a DataView', () => void publication.offer(view, 0, 32)],
    ['a text', () => void publication.offer('thirty-two bytes of ascii, or so')],
    ['two parts', () => void publication.offer(buffer, 0, 16, array, 0, 16)],
    ['vectors', () => void publication.offer(vectors)],
    ['fragments', () => void publication.offer(buffer, 0, 4096)],
    ['a place between words', () => void publication.offer(buffer, 3, 32)],
    ['a whole array', () => void publication.offer(whole)],
  ];
  const exclusiveForms: [string, () => void][] = [
    [
      'a block',
      () => {
        const exclusive = publication as ExclusivePublication;
        if (exclusive.termOffset === exclusive.termBufferLength) {
          exclusive.appendPadding(0); // goes on to the next term
        }
        block.putInt32(DATA_HEADER_TERM_OFFSET_OFFSET, exclusive.termOffset);
        block.putInt32(DATA_HEADER_TERM_ID_OFFSET, exclusive.termId);
        exclusive.offerBlock(block, 0, block.capacity);
      },
    ],
    ['padding', () => void (publication as ExclusivePublication).appendPadding(32)],
  ];

  const forms = position === 0 ? [...basicForms, ...otherForms] : basicForms;
  it.each(kind === 'exclusive' ? [...forms, ...exclusiveForms] : forms)('%s', (_name, offer) => {
    expect(allocationPerCall(offer, CALLS)).toBeLessThan(maxPerCall);
  });
});
