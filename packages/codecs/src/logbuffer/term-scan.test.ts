// SPDX-License-Identifier: Apache-2.0
/** Scanners, gap filler and rebuilder against naive models of a term. */
import { AtomicBuffer } from '@aeron/core/internal';
import fc from 'fast-check';
import { framesOf, newTestLog, putTestFrame, TEST_TERM_LENGTH } from '../testing/test-log.ts';
import type { PayloadSource } from './payload-copy.ts';
import { scanTermBlock } from './term-block-scanner.ts';
import { tryFillGap } from './term-gap-filler.ts';
import { TermGapScanner } from './term-gap-scanner.ts';
import { readableFrameLength, TermReader } from './term-reader.ts';
import { insertPacket } from './term-rebuilder.ts';
import { TermScanner } from './term-scanner.ts';

const TERM_LENGTH = 1024;

interface Slot {
  readonly length: number;
  readonly kind: 'data' | 'padding' | 'missing';
}

/** A small term filled with frames and gaps, as far as they fit. */
const slots = fc.array(
  fc.record({
    length: fc.integer({ min: 32, max: 200 }),
    kind: fc.constantFrom<Slot['kind']>('data', 'data', 'data', 'padding', 'missing'),
  }),
  { maxLength: 20 },
);

interface Placed extends Slot {
  readonly offset: number;
  readonly end: number;
}

function place(term: AtomicBuffer, wanted: readonly Slot[]): Placed[] {
  const placed: Placed[] = [];
  let offset = 0;
  for (const { length, kind } of wanted) {
    const end = offset + ((length + 31) & ~31);
    if (end > term.capacity) {
      break;
    }
    if (kind !== 'missing') {
      putTestFrame(term, offset, length, kind === 'data' ? 1 : 0);
    }
    placed.push({ offset, end, length, kind });
    offset = end;
  }
  return placed;
}

describe('TermScanner', () => {
  it('agrees with a walk over the frames', () => {
    fc.assert(
      fc.property(slots, fc.integer({ min: 1, max: 20 }), fc.nat(), (wanted, limitSlots, start) => {
        const term = AtomicBuffer.allocate(TERM_LENGTH);
        const placed = place(term, wanted);
        const first = placed.length === 0 ? 0 : start % placed.length;
        const offset = placed[first]?.offset ?? 0;
        const limit = Math.min(limitSlots * 32, TERM_LENGTH - offset);
        let available = 0;
        let padding = 0;
        for (const { kind, end, offset: at } of placed.slice(first)) {
          const length = kind === 'padding' ? 32 : end - at;
          if (kind === 'missing') {
            break;
          }
          if (available + length > limit) {
            available = available === 0 ? -length : available;
            break;
          }
          available += length;
          if (kind === 'padding') {
            padding = end - at - 32;
            // Padding of one header has nothing to skip, so the scan goes on behind it.
            if (padding > 0) {
              break;
            }
          }
        }
        const scanner = new TermScanner();
        expect(scanner.scan(term, offset, limitSlots * 32)).toBe(available);
        expect(scanner.padding).toBe(padding);
      }),
    );
  });

  it('finds nothing at the end of the term, behind a claim, and behind an impossible length', () => {
    const scanner = new TermScanner();
    const term = AtomicBuffer.allocate(TERM_LENGTH);
    expect(scanner.scan(term, TERM_LENGTH, 1408)).toBe(0);
    term.putInt32(0, -64);
    expect(scanner.scan(term, 0, 1408)).toBe(0);
    for (const length of [TERM_LENGTH + 1, 0x7fffffff]) {
      term.putInt32(0, length);
      expect(scanner.scan(term, 0, 1408)).toBe(0);
      putTestFrame(term, 0, 64);
      term.putInt32(64, length);
      expect(scanner.scan(term, 0, 1408)).toBe(64);
    }
  });

  it('sends only the header of padding that fills the term', () => {
    const scanner = new TermScanner();
    const term = AtomicBuffer.allocate(TERM_LENGTH);
    putTestFrame(term, 0, 96);
    putTestFrame(term, 96, TERM_LENGTH - 96, 0);
    expect([scanner.scan(term, 0, 1408), scanner.padding]).toEqual([128, TERM_LENGTH - 128]);
    expect([scanner.scan(term, 0, 96), scanner.padding]).toEqual([96, 0]);
  });
});

describe('TermGapScanner', () => {
  it('agrees with a walk over the slots', () => {
    fc.assert(
      fc.property(slots, (wanted) => {
        const term = AtomicBuffer.allocate(TERM_LENGTH);
        const placed = place(term, wanted);
        const limit = placed.at(-1)?.end ?? 0;
        const gap = placed.find(({ kind }) => kind === 'missing');
        const scanner = new TermGapScanner();
        const offset = scanner.scan(term, 0, limit);
        expect(offset).toBe(gap?.offset ?? limit);
        const afterGap = placed.find(
          (slot) => gap !== undefined && slot.offset > gap.offset && slot.kind !== 'missing',
        );
        expect(scanner.gapLength).toBe(gap === undefined ? 0 : (afterGap?.offset ?? limit) - gap.offset);
      }),
    );
  });

  it('never leaves the term, whatever a length says', () => {
    const scanner = new TermGapScanner();
    const term = AtomicBuffer.allocate(TERM_LENGTH);
    term.putInt32(0, 0x7fffffff);
    expect([scanner.scan(term, 0, TERM_LENGTH), scanner.gapLength]).toEqual([TERM_LENGTH, 0]);
    expect([scanner.scan(term, TERM_LENGTH, TERM_LENGTH), scanner.gapLength]).toEqual([TERM_LENGTH, 0]);
    expect([scanner.scan(term, 64, 4 * TERM_LENGTH), scanner.gapLength]).toEqual([64, TERM_LENGTH - 64]);
  });
});

describe('scanTermBlock', () => {
  it('agrees with a walk over the frames', () => {
    fc.assert(
      fc.property(slots, fc.integer({ min: 0, max: TERM_LENGTH + 100 }), (wanted, limit) => {
        const term = AtomicBuffer.allocate(TERM_LENGTH);
        const placed = place(term, wanted);
        let expected = 0;
        for (const { kind, offset, end } of placed) {
          if (kind === 'missing' || offset >= limit || (kind === 'data' && end > limit)) {
            break;
          }
          if (kind === 'padding') {
            expected = offset === 0 ? end : expected;
            break;
          }
          expected = end;
        }
        expect(scanTermBlock(term, 0, limit)).toBe(expected);
      }),
    );
  });

  it('stops before an impossible length', () => {
    const term = AtomicBuffer.allocate(TERM_LENGTH);
    putTestFrame(term, 0, 64);
    term.putInt32(64, TERM_LENGTH);
    expect(scanTermBlock(term, 0, TERM_LENGTH)).toBe(64);
    expect(scanTermBlock(term, TERM_LENGTH, TERM_LENGTH)).toBe(TERM_LENGTH);
  });
});

describe('TermReader', () => {
  it('presents data frames up to the limit, and padding for free', () => {
    fc.assert(
      fc.property(slots, fc.integer({ min: 1, max: 8 }), (wanted, limit) => {
        const term = AtomicBuffer.allocate(TERM_LENGTH);
        const placed = place(term, wanted);
        const gap = placed.findIndex(({ kind }) => kind === 'missing');
        const readable = gap < 0 ? placed : placed.slice(0, gap);
        const seen: number[][] = [];
        const reader = new TermReader();
        let offset = 0;
        for (let read = limit; read === limit; offset = reader.offset) {
          read = reader.read(term, offset, limit, (_term, frameOffset, length) => seen.push([frameOffset, length]));
          expect(read).toBeLessThanOrEqual(limit);
        }
        expect(seen).toEqual(
          readable.filter(({ kind }) => kind === 'data').map(({ offset: at, length }) => [at, length]),
        );
        expect(offset).toBe(readable.at(-1)?.end ?? 0);
      }),
    );
  });

  it('counts the frame as read whose handler throws', () => {
    const term = AtomicBuffer.allocate(TERM_LENGTH);
    putTestFrame(term, 0, 64);
    const reader = new TermReader();
    const read = () =>
      reader.read(term, 0, 1, () => {
        throw new Error('handler');
      });
    expect(read).toThrow('handler');
    expect(reader.offset).toBe(64);
  });

  it.each([1, 31, TERM_LENGTH - 63, 0x7fffffff])('refuses a frame length of %i', (length) => {
    const term = AtomicBuffer.allocate(TERM_LENGTH);
    term.putInt32(64, length);
    expect(() => readableFrameLength(term, 64)).toThrow(
      expect.objectContaining({
        code: 'LOG_BUFFER_CORRUPT',
        message: expect.stringContaining(`frameLength=${length} termOffset=64`),
      }),
    );
  });
});

describe('tryFillGap', () => {
  it('covers the gap with one padding frame made from the default header', () => {
    const { metadata, terms } = newTestLog({ initialTermId: 3 });
    const term = terms[1] as AtomicBuffer;
    putTestFrame(term, 0, 64);
    putTestFrame(term, 256, 64);
    expect(tryFillGap(metadata, term, 4, 64, 192)).toBe(true);
    expect(framesOf(term).map(({ offset, length, type }) => [offset, length, type])).toEqual([
      [0, 64, 1],
      [64, 192, 0],
      [256, 64, 1],
    ]);
    expect(framesOf(term)[1]).toMatchObject({
      termOffset: 64,
      termId: 4,
      sessionId: -1_234_567,
      streamId: 1001,
      flags: 0xc0,
    });
  });

  it('touches nothing when any slot of the gap has arrived meanwhile', () => {
    const { metadata, terms } = newTestLog();
    const term = terms[0] as AtomicBuffer;
    for (let arrived = 64; arrived < 256; arrived += 32) {
      term.setMemory(0, term.capacity, 0);
      putTestFrame(term, arrived, 32);
      expect(tryFillGap(metadata, term, 7, 64, 192)).toBe(false);
      expect(term.getInt32(64)).toBe(arrived === 64 ? 32 : 0);
    }
  });
});

describe('insertPacket', () => {
  const shuffled = fc
    .array(fc.integer({ min: 32, max: 700 }), { minLength: 1, maxLength: 30 })
    .chain((lengths) => fc.tuple(fc.constant(lengths), fc.shuffledSubarray([...lengths.keys()]), fc.boolean()));

  it('rebuilds a term from packets in any order, some twice, some never', () => {
    fc.assert(
      fc.property(shuffled, ([lengths, order, asArray]) => {
        const source = AtomicBuffer.allocate(TEST_TERM_LENGTH);
        const offsets: number[] = [];
        let end = 0;
        for (const length of lengths) {
          putTestFrame(source, end, length);
          for (let i = end + 32; i < end + length; i++) {
            source.putUint8(i, (i * 31) & 0xff);
          }
          offsets.push(end);
          end += (length + 31) & ~31;
        }
        const term = AtomicBuffer.allocate(TEST_TERM_LENGTH);
        for (const index of [...order, ...order.slice(0, 3)]) {
          const offset = offsets[index] as number;
          const aligned = ((lengths[index] as number) + 31) & ~31;
          const bytes = source.bytes.slice(offset, offset + aligned);
          const packet: PayloadSource = asArray ? bytes : new AtomicBuffer(bytes);
          insertPacket(term, offset, packet, 0, aligned);
        }
        offsets.forEach((offset, index) => {
          const arrived = order.includes(index);
          const aligned = ((lengths[index] as number) + 31) & ~31;
          const found = Buffer.from(term.bytes.slice(offset, offset + aligned)).toString('latin1');
          const sent = Buffer.from(source.bytes.slice(offset, offset + aligned)).toString('latin1');
          expect(found).toBe(arrived ? sent : '\0'.repeat(aligned));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('does not overwrite a frame, and refuses one that passes the term', () => {
    const term = AtomicBuffer.allocate(TERM_LENGTH);
    putTestFrame(term, 0, 64);
    const packet = new Uint8Array(64).fill(9);
    insertPacket(term, 0, packet, 0, 64);
    expect(term.getInt32(0)).toBe(64);
    expect(() => insertPacket(term, TERM_LENGTH - 32, packet, 0, 64)).toThrow(RangeError);
  });
});
