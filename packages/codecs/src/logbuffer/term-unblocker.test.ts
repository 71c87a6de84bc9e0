// SPDX-License-Identifier: Apache-2.0
import type { AtomicBuffer } from '@aeron/core/internal';
import fc from 'fast-check';
import { framesOf, newTestLog, putTestFrame, TEST_TERM_LENGTH } from '../testing/test-log.ts';
import { appendMessage, claimTail, locateTail } from './concurrent-append.ts';
import { writeHeader } from './frame-writer.ts';
import { activeTermCount } from './metadata.ts';
import { ADMIN_ACTION } from './offer-result.ts';
import { framedLength, PublicationLog } from './publication-log.ts';
import { producerPosition } from './tail.ts';
import { cleanImage, cleanPublication } from './term-cleaner.ts';
import { TermReader } from './term-reader.ts';
import { unblockAbandonedLog, unblockLog } from './term-unblocker.ts';

type Step = { readonly length: number; readonly fate: 'committed' | 'claimed' | 'begun' };

/** Appends a message, or dies on the way. @returns the message's number when a reader will see it. */
function act(log: PublicationLog, { length, fate }: Step, message: Uint8Array): boolean {
  if (locateTail(log) < 0) {
    return false;
  }
  if (fate === 'committed') {
    return appendMessage(log, message, 0, length, undefined) > 0;
  }
  if (claimTail(log, framedLength(log, length)) > 0 && fate === 'begun') {
    const firstFrame = Math.min(length, log.maxPayloadLength) + 32;
    writeHeader(log, log.termBuffer, log.termId, log.frameOffset, firstFrame);
    log.termBuffer.bytes.set(message.subarray(0, firstFrame - 32), log.frameOffset + 32); // half way through
  }
  return false;
}

/** Reads on from `position`; whenever nothing comes although something is claimed, the driver unblocks. */
function drain(log: PublicationLog, start: number): number[] {
  const reader = new TermReader();
  const seen: number[] = [];
  let position = start;
  for (let tries = 0; tries < 100_000; tries++) {
    const offset = position % log.termLength;
    const term = log.terms[Math.floor(position / log.termLength) % 3] as AtomicBuffer;
    reader.read(term, offset, 1000, (buffer, frameOffset) => {
      if ((buffer.getUint8(frameOffset + 5) & 0x80) !== 0) {
        seen.push(buffer.getInt32(frameOffset + 32));
      }
    });
    const isMoved = reader.offset > offset;
    position += reader.offset - offset;
    if (!isMoved) {
      const isBehind = position < producerPosition(log.metadata, log.termLength, log.initialTermId);
      if (!isBehind || !unblockLog(log.terms, log.metadata, position, log.termLength)) {
        return seen;
      }
    }
  }
  throw new Error('the log does not come to rest');
}

describe('unblocking a log', () => {
  const steps = fc.array(
    fc.record({
      length: fc.oneof(fc.integer({ min: 4, max: 200 }), fc.integer({ min: 4, max: 8192 })),
      fate: fc.constantFrom<Step['fate']>('committed', 'committed', 'claimed', 'begun'),
    }),
    { maxLength: 40 },
  );

  it('delivers every committed message in order, whoever died where, with one living writer at the end', () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: 2047 }), (wanted, startSlot) => {
        const start = startSlot * 32;
        const log = new PublicationLog(newTestLog({ termOffset: start }));
        const committed: number[] = [];
        const message = new Uint8Array(8192).fill(0xff);
        const view = new DataView(message.buffer);
        wanted.forEach((step, number) => {
          view.setInt32(0, number, true);
          if (activeTermCount(log.metadata) < 2 && act(log, step, message)) {
            committed.push(number);
          }
        });
        view.setInt32(0, 999, true);
        for (let result: number = ADMIN_ACTION; result < 0; ) {
          result = locateTail(log) < 0 ? ADMIN_ACTION : appendMessage(log, message, 0, 100, undefined);
          unblockLog(log.terms, log.metadata, 0, log.termLength);
        }
        committed.push(999);
        expect(drain(log, start)).toEqual(committed);
      }),
      { numRuns: 200 },
    );
  });

  it.each([0, 32, 4096, TEST_TERM_LENGTH - 96, TEST_TERM_LENGTH - 64])('pads a begun frame at offset %i', (offset) => {
    const log = new PublicationLog(newTestLog({ termOffset: offset }));
    locateTail(log);
    claimTail(log, 64);
    writeHeader(log, log.termBuffer, log.termId, log.frameOffset, 33);
    expect(unblockLog(log.terms, log.metadata, offset, log.termLength)).toBe(true);
    expect(framesOf(log.terms[0] as AtomicBuffer, offset)).toMatchObject([
      { offset, length: 33, type: 0, termOffset: offset, termId: 7, streamId: 1001, sessionId: log.sessionId },
    ]);
  });

  it('waits where only a claim is known and nothing follows it', () => {
    const log = new PublicationLog(newTestLog());
    locateTail(log);
    claimTail(log, 128);
    expect(unblockLog(log.terms, log.metadata, 0, log.termLength)).toBe(false);
    locateTail(log);
    appendMessage(log, new Uint8Array(10), 0, 10, undefined);
    expect(unblockLog(log.terms, log.metadata, 0, log.termLength)).toBe(true);
    expect(framesOf(log.terms[0] as AtomicBuffer).map(({ length, type }) => [length, type])).toEqual([
      [128, 0],
      [42, 1],
    ]);
  });

  it('pads up to the tail in a log that nobody writes to any more', () => {
    const log = new PublicationLog(newTestLog());
    locateTail(log);
    claimTail(log, 128);
    locateTail(log);
    claimTail(log, 64); // two writers died before they had written a header
    expect(unblockAbandonedLog(log.terms, log.metadata, 0, log.termLength)).toBe(true);
    expect(framesOf(log.terms[0] as AtomicBuffer).map(({ length, type }) => [length, type])).toEqual([[192, 0]]);
    expect(unblockAbandonedLog(log.terms, log.metadata, 192, log.termLength)).toBe(false);
  });

  it('pads a claim that reaches the end of the term, and rotates', () => {
    const log = new PublicationLog(newTestLog({ termOffset: TEST_TERM_LENGTH - 96 }));
    locateTail(log);
    log.metadata.getAndAddInt32(0, 512); // tripped over the end and died before padding
    expect(unblockLog(log.terms, log.metadata, TEST_TERM_LENGTH - 96, log.termLength)).toBe(true);
    expect(activeTermCount(log.metadata)).toBe(1);
    expect(framesOf(log.terms[0] as AtomicBuffer, TEST_TERM_LENGTH - 96)).toMatchObject([{ length: 96, type: 0 }]);
  });

  it('rotates for a writer that died between padding and rotation', () => {
    const log = new PublicationLog(newTestLog({ termOffset: TEST_TERM_LENGTH - 96 }));
    log.metadata.getAndAddInt32(0, 512);
    putTestFrame(log.terms[0] as AtomicBuffer, TEST_TERM_LENGTH - 96, 96, 0);
    expect(unblockLog(log.terms, log.metadata, TEST_TERM_LENGTH, log.termLength)).toBe(true);
    expect(activeTermCount(log.metadata)).toBe(1);
    expect(locateTail(log)).toBe(TEST_TERM_LENGTH);
  });

  it('leaves what is committed, and what nobody has claimed', () => {
    const log = new PublicationLog(newTestLog());
    locateTail(log);
    appendMessage(log, new Uint8Array(100), 0, 100, undefined);
    const before = Buffer.from(log.terms[0]?.bytes.slice() as Uint8Array).toString('latin1');
    for (const position of [0, 160, 192, TEST_TERM_LENGTH - 32, 3 * TEST_TERM_LENGTH, 7, -32, Number.NaN, 2 ** 53]) {
      expect(unblockLog(log.terms, log.metadata, position, log.termLength)).toBe(false);
    }
    expect(Buffer.from(log.terms[0]?.bytes.slice() as Uint8Array).toString('latin1') === before).toBe(true);
    expect(activeTermCount(log.metadata)).toBe(0);
  });

  it.each([-2147483648, -0x7fffffff, -1, -31, -4096])(
    'steps over a begun frame with the impossible length %i',
    (length) => {
      const log = new PublicationLog(newTestLog());
      locateTail(log);
      claimTail(log, 128);
      log.terms[0]?.putInt32(0, length);
      expect(unblockLog(log.terms, log.metadata, 0, log.termLength)).toBe(true);
      expect(framesOf(log.terms[0] as AtomicBuffer)).toMatchObject([{ length: 128, type: 0 }]);
    },
  );

  it('does not rotate out of the last possible term', () => {
    const log = new PublicationLog(
      newTestLog({ initialTermId: 0, termId: 2 ** 31 - 1, termOffset: TEST_TERM_LENGTH - 64 }),
    );
    log.metadata.getAndAddInt32(8, 512);
    const position = log.maxPossiblePosition - 64;
    expect(unblockLog(log.terms, log.metadata, position, log.termLength)).toBe(true);
    expect(activeTermCount(log.metadata)).toBe(2 ** 31 - 1);
  });
});

describe.each([
  ['publication', cleanPublication],
  ['image', cleanImage],
])('cleaning a %s', (_name, clean) => {
  it('zeroes exactly what it is told, a term at most per call, and never backwards', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3 * 2048 - 1 }), fc.integer({ min: -50, max: 3 * 2048 }), (fromSlot, slotCount) => {
        const { terms } = newTestLog();
        for (const term of terms) {
          term.setMemory(0, term.capacity, 0xee);
        }
        const from = fromSlot * 32;
        const to = from + slotCount * 32;
        const end = clean(terms, TEST_TERM_LENGTH, from, to);
        const termEnd = (Math.floor(from / TEST_TERM_LENGTH) + 1) * TEST_TERM_LENGTH;
        expect(end).toBe(Math.max(from, Math.min(to, termEnd)));
        const all = Buffer.concat(terms.map(({ bytes }) => bytes));
        expect(all.subarray(from, end).every((byte) => byte === 0)).toBe(true);
        expect(all.subarray(0, from).every((byte) => byte === 0xee)).toBe(true);
        expect(all.subarray(end).every((byte) => byte === 0xee)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('cleans whole slots only', () => {
    const { terms } = newTestLog();
    expect(clean(terms, TEST_TERM_LENGTH, 64, 64 + 31)).toBe(64);
    expect(clean(terms, TEST_TERM_LENGTH, 64, 64 + 95)).toBe(128);
  });
});
