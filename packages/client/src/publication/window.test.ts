// SPDX-License-Identifier: Apache-2.0
/** The short way of a message must answer what the long way would: each test first opens the window with a message. */
import { AtomicBuffer } from '@aeron/core';
import { PublicationFixture } from '../testing/publication-fixture.ts';
import { BufferClaim } from './buffer-claim.ts';
import { ADMIN_ACTION, BACK_PRESSURED, CLOSED, NOT_CONNECTED } from './offer-result.ts';
import type { Publication } from './publication.ts';

const TERM_LENGTH = 65536;
const FRAME_LENGTH = 64;
const message = new AtomicBuffer(Buffer.from('thirty-two bytes of ascii, or so'));

describe.each(['concurrent', 'exclusive'] as const)('a %s publication whose window is known', (kind) => {
  function make(position = 0): [PublicationFixture, Publication] {
    const fixture = new PublicationFixture({ isExclusive: kind === 'exclusive', position });
    const publication = kind === 'exclusive' ? fixture.exclusive() : fixture.concurrent();
    fixture.limit = position + TERM_LENGTH;
    expect(publication.offer(message)).toBe(position + FRAME_LENGTH);
    return [fixture, publication];
  }

  it.each([0, 2 ** 32 - TERM_LENGTH, 2 ** 34])(
    'sees a limit that goes back, and forward again, from position %i',
    (start) => {
      const [fixture, publication] = make(start);
      const claim = new BufferClaim();
      fixture.limit = start + FRAME_LENGTH;
      expect(publication.offer(message)).toBe(BACK_PRESSURED);
      expect(publication.tryClaim(32, claim)).toBe(BACK_PRESSURED);
      fixture.isConnected = false;
      expect(publication.offer(message)).toBe(NOT_CONNECTED);
      fixture.isConnected = true;
      fixture.limit = start + FRAME_LENGTH + 1;
      expect(publication.offer(message)).toBe(start + 2 * FRAME_LENGTH);
      expect(publication.offer(message)).toBe(BACK_PRESSURED);
    },
  );

  it('sees a limit that goes back by a multiple of 2^32', () => {
    const [fixture, publication] = make(2 ** 34);
    fixture.limit = 2 ** 33 + TERM_LENGTH;
    expect(publication.offer(message)).toBe(BACK_PRESSURED);
  });

  it('sees that it was closed', () => {
    const [, publication] = make();
    publication.close();
    expect(publication.offer(message)).toBe(CLOSED);
    expect(publication.tryClaim(32, new BufferClaim())).toBe(CLOSED);
  });

  it('goes from term to term, and delivers each message once, of every short length and place', () => {
    const [fixture, publication] = make();
    const source = new AtomicBuffer(Buffer.from(Array.from({ length: 2048 }, (_, i) => 33 + (i % 90))));
    const sent = [message.getUtf8(0, 32)];
    const seen = fixture.read().map(({ text }) => text);
    for (let i = 0; i < 3000; i++) {
      const offset = (i * 4) % 40;
      const length = (i * 7) % 1100;
      let result = publication.offer(source, offset, length);
      while (result === ADMIN_ACTION || result === BACK_PRESSURED) {
        seen.push(...fixture.read().map(({ text }) => text));
        result = publication.offer(source, offset, length);
      }
      expect(result).toBe(publication.position);
      sent.push(source.getUtf8(offset, length));
    }
    seen.push(...fixture.read().map(({ text }) => text));
    expect(publication.position).toBeGreaterThan(3 * TERM_LENGTH);
    expect(seen).toEqual(sent);
  });

  it('refuses what is outside of the buffer, and claims nothing', () => {
    const [, publication] = make();
    for (const [offset, length] of [
      [8, 32],
      [-8, 8],
      [0, -8],
      [0, 1.5],
      [8.5, 8],
      [Number.NaN, 8],
      [2 ** 32, 8],
    ] as const) {
      expect(() => publication.offer(message, offset, length)).toThrow('message outside of its buffer');
    }
    expect(publication.position).toBe(FRAME_LENGTH);
  });
});

it('concurrent publications of one log see the term that another one began', () => {
  const fixture = new PublicationFixture();
  const first = fixture.concurrent();
  const second = fixture.concurrent();
  fixture.limit = 4 * TERM_LENGTH;
  expect(first.offer(message)).toBe(FRAME_LENGTH);
  while (second.position < TERM_LENGTH) {
    second.offer(message);
  }
  expect(second.offer(message)).toBe(ADMIN_ACTION);
  expect(second.offer(message)).toBe(TERM_LENGTH + FRAME_LENGTH);
  expect(first.offer(message)).toBe(TERM_LENGTH + 2 * FRAME_LENGTH);
  expect(first.position).toBe(TERM_LENGTH + 2 * FRAME_LENGTH);
});
