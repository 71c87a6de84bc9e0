// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';
import { alignFrame, computeFragmentedFrameLength } from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core';
import { PublicationFixture, type PublicationFixtureOptions } from '../testing/publication-fixture.ts';
import { BufferClaim } from './buffer-claim.ts';
import { DirectBufferVector } from './direct-buffer-vector.ts';
import {
  ADMIN_ACTION,
  BACK_PRESSURED,
  CLOSED,
  errorString,
  isRetryable,
  MAX_POSITION_EXCEEDED,
  NOT_CONNECTED,
} from './offer-result.ts';
import type { Publication } from './publication.ts';

const TERM_LENGTH = 65536;
const MAX_PAYLOAD_LENGTH = 1408 - 32;
const MAX_MESSAGE_LENGTH = TERM_LENGTH / 8;

type Kind = 'concurrent' | 'exclusive';

function make(kind: Kind, options: PublicationFixtureOptions = {}): [PublicationFixture, Publication] {
  const fixture = new PublicationFixture({ isExclusive: kind === 'exclusive', ...options });
  return [fixture, kind === 'exclusive' ? fixture.exclusive() : fixture.concurrent()];
}

function ascii(length: number): string {
  return Array.from({ length }, (_, i) => String.fromCharCode(33 + (i % 90))).join('');
}

describe.each<Kind>(['concurrent', 'exclusive'])('a %s publication', (kind) => {
  it('knows its facts', () => {
    const [, publication] = make(kind, { sessionId: -5, initialTermId: -7 });
    expect(publication).toMatchObject({
      channel: 'aeron:ipc',
      streamId: 1001,
      sessionId: -5,
      initialTermId: -7,
      termBufferLength: TERM_LENGTH,
      positionBitsToShift: 16,
      maxPossiblePosition: TERM_LENGTH * 2 ** 31,
      maxMessageLength: MAX_MESSAGE_LENGTH,
      maxPayloadLength: MAX_PAYLOAD_LENGTH,
      isOriginal: true,
      isConnected: true,
      isClosed: false,
      channelStatus: 1,
      position: 0,
      positionLimit: TERM_LENGTH / 2,
      availableWindow: TERM_LENGTH / 2,
    });
    expect(inspect(publication)).toMatch(/Publication\{registrationId=1 .*channel=aeron:ipc position=0\}$/);
  });

  it('takes a message in every form', () => {
    const [fixture, publication] = make(kind);
    const buffer = new AtomicBuffer(Buffer.from('xxATOMICxx'));
    const array = new TextEncoder().encode('xxarrayxx');
    const view = new DataView(array.buffer, 2, 5);
    const vectors = [
      new DirectBufferVector(buffer, 2, 3),
      new DirectBufferVector(array, 9, 0),
      new DirectBufferVector(array, 2, 5),
    ];
    const results = [
      publication.offer(buffer),
      publication.offer(buffer, 2, 6),
      publication.offer(array),
      publication.offer(array, 2, 5),
      publication.offer(Buffer.from('a Buffer')),
      publication.offer(view),
      publication.offer(view, 1, 3),
      publication.offer('a text with ü and 漢'),
      publication.offer(''),
      publication.offer(buffer, 2, 6, array, 2, 5),
      publication.offer(view, 0, 5, view, 1, 2),
      publication.offer(vectors),
      publication.offer([]),
      publication.offer(['header ', array, view, buffer, new DirectBufferVector(array, 0, 2), '']),
    ];
    expect(results.every((position) => position > 0)).toBe(true);
    expect(fixture.read().map(({ text }) => text)).toEqual([
      'xxATOMICxx',
      'ATOMIC',
      'xxarrayxx',
      'array',
      'a Buffer',
      'array',
      'rra',
      'a text with ü and 漢',
      '',
      'ATOMICarray',
      'arrayrr',
      'ATOarray',
      '',
      'header xxarrayxxarrayxxATOMICxxxx',
    ]);
    expect(results.at(-1)).toBe(publication.position);
    expect(publication.positionBigInt).toBe(BigInt(publication.position));
  });

  it('cuts what is longer than a frame into fragments that carry its flags', () => {
    const [fixture, publication] = make(kind);
    const exact = ascii(MAX_PAYLOAD_LENGTH);
    const long = ascii(MAX_PAYLOAD_LENGTH * 2 + 10);
    expect(publication.offer(exact)).toBe(1408);
    expect(publication.offer(long)).toBe(1408 * 3 + 64);
    const flags: number[] = [];
    fixture.subscriptions.subscription.poll((_buffer, _offset, length, header) => {
      flags.push(header.flags, length);
    }, 10);
    expect(flags).toEqual([0xc0, 1376, 0x80, 1376, 0x00, 1376, 0x40, 10]);
  });

  it('carries a reserved value per fragment, from a supplier that sees the finished frame', () => {
    const [fixture, publication] = make(kind);
    const seen: string[] = [];
    let value = 0xfedcba9876543210n;
    const supplier = (term: AtomicBuffer, offset: number, length: number): bigint => {
      seen.push(`${offset} ${length} ${term.getInt32(offset) < 0} ${term.getUint8(offset + 5)}`);
      return BigInt.asIntN(64, value++);
    };
    publication.offer('short', supplier);
    publication.offer(Buffer.from('short'), 0, 5, supplier);
    publication.offer(ascii(2000), supplier);
    publication.offer([new DirectBufferVector(Buffer.from('v'))], supplier);
    expect(seen).toEqual([
      '0 37 true 192',
      '64 37 true 192',
      '128 1408 true 128',
      '1536 656 true 64',
      '2208 33 true 192',
    ]);
    const values: bigint[] = [];
    fixture.subscriptions.subscription.poll((_b, _o, _l, header) => values.push(header.reservedValue), 10);
    expect(values[0]).toBe(BigInt.asIntN(64, 0xfedcba9876543210n));
    expect(new Set(values).size).toBe(5);
  });

  it('leaves no hole when the supplier throws', () => {
    const [fixture, publication] = make(kind);
    expect(() =>
      publication.offer(ascii(3000), () => {
        throw new Error('supplier');
      }),
    ).toThrow('supplier');
    expect(publication.offer('next')).toBeGreaterThan(0);
    expect(fixture.read().map(({ text }) => text)).toEqual(['next']);
  });

  it('goes on while its position is below the limit, even when the message ends beyond it', () => {
    const [fixture, publication] = make(kind);
    fixture.limit = 32;
    expect(publication.offer(ascii(1000))).toBe(alignFrame(1032));
    expect(publication.availableWindow).toBe(32 - alignFrame(1032));
    expect(publication.offer('x')).toBe(BACK_PRESSURED);
    fixture.isConnected = false;
    expect(publication.offer('x')).toBe(NOT_CONNECTED);
    expect(publication.tryClaim(10, new BufferClaim())).toBe(NOT_CONNECTED);
    expect(publication.offer(Buffer.from('ab'), 0, 1, Buffer.from('cd'), 1, 1)).toBe(NOT_CONNECTED);
    expect(publication.offer([new DirectBufferVector(Buffer.from('ab'))])).toBe(NOT_CONNECTED);
    expect(publication.isConnected).toBe(false);
  });

  it('pads the end of a term, asks for another attempt, and goes on in the next term', () => {
    const [fixture, publication] = make(kind, { position: TERM_LENGTH - 128 });
    expect(publication.offer('fits')).toBe(TERM_LENGTH - 64);
    expect(publication.offer(ascii(100))).toBe(ADMIN_ACTION);
    expect(publication.position).toBe(TERM_LENGTH);
    expect(publication.offer(ascii(100))).toBe(TERM_LENGTH + 160);
    expect(fixture.read().map(({ length }) => length)).toEqual([4, 100]);
  });

  it('fills a term to the last byte without padding', () => {
    const [fixture, publication] = make(kind, { position: TERM_LENGTH - 64 });
    expect(publication.offer('fits')).toBe(TERM_LENGTH);
    expect(publication.offer('next')).toBe(ADMIN_ACTION);
    expect(publication.offer('next')).toBe(TERM_LENGTH + 64);
    expect(fixture.read().map(({ text }) => text)).toEqual(['fits', 'next']);
  });

  it('never splits a message over two terms: what is left is padded as a whole', () => {
    const length = MAX_MESSAGE_LENGTH;
    const framed = computeFragmentedFrameLength(length, MAX_PAYLOAD_LENGTH);
    const [fixture, publication] = make(kind, { position: TERM_LENGTH - framed + 32 });
    expect(publication.offer(ascii(length))).toBe(ADMIN_ACTION);
    expect(publication.offer(ascii(length))).toBe(TERM_LENGTH + framed);
    expect(fixture.read().map((message) => message.length)).toEqual([length]);
  });

  it('keeps every message, whatever the lengths, over many terms', () => {
    const [fixture, publication] = make(kind, { initialTermId: 2147483646 });
    const sent: string[] = [];
    const received: string[] = [];
    let seed = 4711;
    const next = (bound: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed % bound;
    };
    while (publication.position < TERM_LENGTH * 8) {
      const text = `${sent.length}:${ascii(next(10) === 0 ? next(MAX_MESSAGE_LENGTH - 8) : next(300))}`;
      const bytes = Buffer.from(text);
      const cut = next(bytes.length + 1);
      const position =
        next(2) === 0 ? publication.offer(bytes) : publication.offer(bytes, 0, cut, bytes, cut, bytes.length - cut);
      if (position > 0) {
        sent.push(text);
      } else if (position === BACK_PRESSURED) {
        received.push(...fixture.read().map((message) => message.text));
      } else {
        expect(position).toBe(ADMIN_ACTION);
      }
    }
    received.push(...fixture.read().map((message) => message.text));
    expect(received).toEqual(sent);
    expect(sent.length).toBeGreaterThan(500);
  });

  it('ends at the last position there is', () => {
    const end = TERM_LENGTH * 2 ** 31;
    const [fixture, publication] = make(kind, { position: end - 128 });
    fixture.limit = end;
    expect(publication.offer('last')).toBe(end - 64);
    expect(publication.offer(ascii(100))).toBe(MAX_POSITION_EXCEEDED);
    expect(publication.offer('x')).toBe(MAX_POSITION_EXCEEDED);
    expect(publication.offer('x')).toBe(MAX_POSITION_EXCEEDED);
    const claim = new BufferClaim();
    expect(publication.tryClaim(10, claim)).toBe(MAX_POSITION_EXCEEDED);
    expect(claim.isActive).toBe(false);
  });

  it('says so already when it is the limit that stops it there', () => {
    const end = TERM_LENGTH * 2 ** 31;
    const [fixture, publication] = make(kind, { position: end - 128 });
    fixture.limit = end - 128;
    expect(publication.offer(ascii(60))).toBe(BACK_PRESSURED);
    expect(publication.offer(ascii(97))).toBe(MAX_POSITION_EXCEEDED);
  });

  describe('checks arguments', () => {
    const tooLong = Buffer.alloc(MAX_MESSAGE_LENGTH + 1);
    const invalid = expect.objectContaining({ code: 'INVALID_ARGUMENT' });

    it('of an offer only when there is window', () => {
      const [fixture, publication] = make(kind);
      expect(() => publication.offer(tooLong)).toThrow(invalid);
      expect(() => publication.offer(Buffer.alloc(4), 0, -1)).toThrow(invalid);
      expect(() => publication.offer(Buffer.alloc(4), 3, 2)).toThrow(invalid);
      expect(() => publication.offer(AtomicBuffer.allocate(4), Number.NaN, 2)).toThrow(invalid);
      expect(() => publication.offer(new DataView(new ArrayBuffer(4)), 2, 3)).toThrow(invalid);
      fixture.limit = 0;
      expect(publication.offer(tooLong)).toBe(BACK_PRESSURED);
      publication.close();
      expect(publication.offer(tooLong)).toBe(CLOSED);
    });

    it('of parts and vectors before that, of claims and vectors even when closed', () => {
      const [fixture, publication] = make(kind);
      fixture.limit = 0;
      const bytes = Buffer.alloc(4);
      const vectors = [new DirectBufferVector(bytes, 2, 3)];
      expect(() => publication.offer(bytes, 0, -1, bytes, 0, 1)).toThrow(invalid);
      expect(() => publication.offer(bytes, 0, 1, bytes, 4, 1)).toThrow(invalid);
      expect(() => publication.offer(vectors)).toThrow(invalid);
      publication.close();
      expect(() => publication.offer(vectors)).toThrow(invalid);
      expect(() => publication.tryClaim(MAX_PAYLOAD_LENGTH + 1, new BufferClaim())).toThrow(invalid);
      expect(() => publication.tryClaim(-1, new BufferClaim())).toThrow(invalid);
      expect(publication.tryClaim(1, new BufferClaim())).toBe(CLOSED);
    });

    it('and leaves the log as it was', () => {
      const [fixture, publication] = make(kind);
      expect(() => publication.offer(tooLong)).toThrow(invalid);
      expect(() => publication.offer(Symbol('x') as never)).toThrow(invalid);
      expect(publication.position).toBe(0);
      publication.offer('fine');
      expect(fixture.read()).toHaveLength(1);
    });
  });

  describe('tryClaim', () => {
    it('gives space to be filled in place', () => {
      const [fixture, publication] = make(kind);
      const claim = new BufferClaim();
      expect(publication.tryClaim(10, claim)).toBe(64);
      expect(claim).toMatchObject({ length: 10, isActive: true, flags: 0xc0, headerType: 1 });
      claim.buffer.putAscii(claim.offset, '0123456789');
      expect(fixture.read()).toEqual([]);
      claim.reservedValue = -3n;
      expect(claim.reservedValue).toBe(-3n);
      claim.commit();
      expect(claim.isActive).toBe(false);
      expect(fixture.read()).toMatchObject([{ text: '0123456789', reservedValue: -3n }]);
    });

    it('keeps what was aborted from subscribers, without giving its space back', () => {
      const [fixture, publication] = make(kind);
      const claim = new BufferClaim();
      publication.tryClaim(10, claim);
      claim.abort();
      expect(publication.position).toBe(64);
      publication.offer('next');
      expect(fixture.read().map(({ text }) => text)).toEqual(['next']);
    });

    it('holds up what was written after it until it is committed', () => {
      const [fixture, publication] = make(kind);
      const claim = new BufferClaim();
      publication.tryClaim(1, claim);
      publication.offer('second');
      expect(fixture.read()).toEqual([]);
      claim.putBytes(Buffer.from('01'), 1, 1).commit();
      expect(fixture.read().map(({ text }) => text)).toEqual(['1', 'second']);
    });

    it('protects against writing too much and against using a claim twice', () => {
      const [, publication] = make(kind);
      const claim = new BufferClaim();
      publication.tryClaim(4, claim);
      expect(() => claim.putBytes(AtomicBuffer.allocate(8), 0, 5)).toThrow('length=5 claimed=4');
      expect(() => claim.putBytes(Buffer.alloc(2), 0, 3)).toThrow(RangeError);
      claim.commit();
      expect(() => claim.commit()).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
      expect(() => claim.abort()).toThrow('holds no claim');
      expect(() => claim.buffer.putInt32(claim.offset, 1)).toThrow(RangeError);
    });

    it('takes a zero length, and asks for another attempt at the end of a term', () => {
      const [fixture, publication] = make(kind, { position: TERM_LENGTH - 32 });
      const claim = new BufferClaim();
      expect(publication.tryClaim(0, claim)).toBe(TERM_LENGTH);
      claim.commit();
      expect(publication.tryClaim(0, claim)).toBe(ADMIN_ACTION);
      expect(claim.isActive).toBe(false);
      expect(fixture.read()).toMatchObject([{ length: 0 }]);
    });
  });

  it('answers CLOSED to everything after close, which happens once', () => {
    const [fixture, publication] = make(kind);
    publication.close();
    publication[Symbol.dispose]();
    expect(fixture.released).toEqual([publication]);
    expect([
      publication.offer('x'),
      publication.offer(Buffer.alloc(1)),
      publication.offer(AtomicBuffer.allocate(1), 0, 1),
      publication.offer([]),
      publication.position,
      publication.positionLimit,
      publication.availableWindow,
    ]).toEqual(Array(7).fill(CLOSED));
  });
});

describe('concurrent publications of one log', () => {
  it('interleave their messages and lose none', () => {
    const fixture = new PublicationFixture();
    const publications = [fixture.concurrent(), fixture.concurrent(), fixture.concurrent()];
    const sent: string[] = [];
    const received: string[] = [];
    for (let i = 0; sent.length < 4000; i++) {
      const publication = publications[(i * 7) % 3];
      const text = `${i}:${'x'.repeat((i * 37) % 200)}`;
      const position = publication?.offer(text) ?? 0;
      if (position > 0) {
        sent.push(text);
      } else if (position === BACK_PRESSURED) {
        received.push(...fixture.read().map((message) => message.text));
      }
    }
    received.push(...fixture.read().map((message) => message.text));
    expect(received).toEqual(sent);
    expect(new Set(publications.map(({ position }) => position)).size).toBe(1);
  });

  it('let the loser of a race for the end of a term try again, without a second padding', () => {
    const fixture = new PublicationFixture({ position: TERM_LENGTH - 64 });
    const [first, second] = [fixture.concurrent(), fixture.concurrent()];
    // Both have looked at the tail; the first one trips the term.
    expect(first.offer(ascii(100))).toBe(ADMIN_ACTION);
    expect(second.offer('after')).toBe(TERM_LENGTH + 64);
    expect(fixture.read().map(({ text }) => text)).toEqual(['after']);
  });

  it('ask for another attempt while somebody else is rotating', () => {
    const fixture = new PublicationFixture({ position: TERM_LENGTH - 64 });
    const publication = fixture.concurrent();
    const { metadata } = fixture.log.logBuffers;
    metadata.putInt32(24, 1); // the term count has moved on, its tail has not
    expect(publication.offer('x')).toBe(ADMIN_ACTION);
  });
});

describe('an exclusive publication', () => {
  it('continues where the log is, and tells where it writes', () => {
    const fixture = new PublicationFixture({ isExclusive: true, position: TERM_LENGTH * 4 + 96, initialTermId: -2 });
    const publication = fixture.exclusive();
    expect(publication).toMatchObject({ termId: 2, termOffset: 96, position: TERM_LENGTH * 4 + 96 });
    expect(publication.offer('x')).toBe(TERM_LENGTH * 4 + 160);
    expect(publication.termOffset).toBe(160);
    expect(fixture.concurrent().position).toBe(TERM_LENGTH * 4 + 160);
  });

  it('appends padding that subscribers skip', () => {
    const fixture = new PublicationFixture({ isExclusive: true });
    const publication = fixture.exclusive();
    expect(publication.appendPadding(100)).toBe(160);
    publication.offer('after');
    expect(fixture.read().map(({ text }) => text)).toEqual(['after']);
    const { maxFramedLength } = publication;
    expect(publication.appendPadding(maxFramedLength)).toBeGreaterThan(0);
    expect(() => publication.appendPadding(maxFramedLength + 1)).toThrow(`limit=${maxFramedLength}`);
    expect(() => publication.appendPadding(-1)).toThrow('length=-1');
    publication.close();
    expect(publication.appendPadding(1)).toBe(CLOSED);
    expect(() => publication.appendPadding(maxFramedLength + 1)).toThrow(`limit=${maxFramedLength}`);
  });

  it('takes over whole frames as a block, when they were made for exactly this place', () => {
    const source = new PublicationFixture({ isExclusive: true });
    const other = source.exclusive();
    other.offer('one');
    other.offer('two');
    const length = other.position;
    const block = source.log.logBuffers.terms[0] as AtomicBuffer;
    const fixture = new PublicationFixture({ isExclusive: true });
    const publication = fixture.exclusive();
    expect(publication.offerBlock(block, 0, length)).toBe(length);
    expect(fixture.read().map(({ text }) => text)).toEqual(['one', 'two']);
    expect(() => publication.offerBlock(block, 0, length)).toThrow('termOffset=0 (expected=128)');
    expect(() => publication.offerBlock(block, 0, TERM_LENGTH)).toThrow(`limit=${TERM_LENGTH - 128}`);
    publication.close();
    expect(publication.offerBlock(block, 0, length)).toBe(CLOSED);
  });

  it('rotates before a block when its term is exactly full', () => {
    const source = new PublicationFixture({ isExclusive: true, position: TERM_LENGTH });
    const other = source.exclusive();
    other.offer('first of the term');
    const fixture = new PublicationFixture({ isExclusive: true, position: TERM_LENGTH - 32 });
    const publication = fixture.exclusive();
    expect(publication.offer('')).toBe(TERM_LENGTH);
    const block = source.log.logBuffers.terms[1] as AtomicBuffer;
    expect(publication.offerBlock(block, 0, 64)).toBe(TERM_LENGTH + 64);
    expect(fixture.read().map(({ text }) => text)).toEqual(['', 'first of the term']);
  });

  it('revokes by closing with a flag', () => {
    const fixture = new PublicationFixture({ isExclusive: true });
    const [revoked, later] = [fixture.exclusive(), fixture.exclusive()];
    revoked.revoke();
    later.revokeOnClose();
    expect(fixture.released).toEqual([revoked]);
    later.close();
    expect([revoked.isRevokeRequested, later.isRevokeRequested]).toEqual([true, true]);
  });
});

describe('results of offers', () => {
  it('have names', () => {
    expect([1, 0, -1, -2, -3, -4, -5, -6, -99].map(errorString)).toEqual([
      'NONE',
      'NONE',
      'NOT_CONNECTED',
      'BACK_PRESSURED',
      'ADMIN_ACTION',
      'CLOSED',
      'MAX_POSITION_EXCEEDED',
      'UNKNOWN',
      'UNKNOWN',
    ]);
  });

  it('tell whether it is worth trying again', () => {
    expect([64, -1, -2, -3, -4, -5].map(isRetryable)).toEqual([false, true, true, true, false, false]);
  });
});
