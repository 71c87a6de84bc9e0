// SPDX-License-Identifier: Apache-2.0
import { FRAME_ALIGNMENT, FrameType, TermScanner } from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import fc from 'fast-check';
import { TermRun } from './term-run.ts';

const TERM_LENGTH = 64 * 1024;
const MTU = 1408;
const TYPE_OFFSET = 6;

/** A term with frames of these lengths, and padding to its end if that is asked for. */
function termOf(frameLengths: readonly number[], hasPadding = false): AtomicBuffer {
  const term = AtomicBuffer.allocate(TERM_LENGTH);
  let offset = 0;
  for (const length of frameLengths) {
    term.putInt32(offset, length);
    term.putUint16(offset + TYPE_OFFSET, FrameType.DATA);
    offset += Math.ceil(length / FRAME_ALIGNMENT) * FRAME_ALIGNMENT;
  }
  if (hasPadding) {
    term.putInt32(offset, TERM_LENGTH - offset);
    term.putUint16(offset + TYPE_OFFSET, FrameType.PAD);
  }
  return term;
}

/** What the sender would send one by one. */
function oneByOne(term: AtomicBuffer, windowLength: number, limit: number) {
  const scanner = new TermScanner();
  const lengths: number[] = [];
  let offset = 0;
  while (lengths.length < limit && offset < windowLength && offset < term.capacity) {
    const available = scanner.scan(term, offset, Math.min(windowLength - offset, MTU));
    if (available <= 0) {
      break;
    }
    lengths.push(available);
    offset += available + scanner.padding;
    if (scanner.padding > 0) {
      break;
    }
  }
  return { lengths, offset };
}

const frames = fc.array(fc.integer({ min: 32, max: MTU }), { maxLength: 40 });

describe('a run of datagrams', () => {
  it('is what would be sent one by one', () => {
    fc.assert(
      fc.property(
        frames,
        fc.boolean(),
        fc.nat(TERM_LENGTH),
        fc.integer({ min: 1, max: 64 }),
        (lengths, hasPadding, window, limit) => {
          const term = termOf(lengths, hasPadding);
          const run = new TermRun(limit);
          const count = run.collect(term, 0, window, MTU);
          const expected = oneByOne(term, window, limit);
          expect([...run.lengths.subarray(0, count)]).toEqual(expected.lengths);
          expect(run.lengthOf(count) + run.padding).toBe(expected.offset);
          expect(run.count).toBe(count);
        },
      ),
    );
  });

  it('says whether the window holds it back', () => {
    const term = termOf([1000, 1000, 1000]);
    const run = new TermRun(64);
    expect([run.collect(term, 0, 0, MTU), run.isHeldBack]).toEqual([0, true]);
    expect([run.collect(term, 0, 1023, MTU), run.isHeldBack]).toEqual([0, true]);
    expect([run.collect(term, 0, 1024, MTU), run.isHeldBack]).toEqual([1, true]);
    expect([run.collect(term, 0, 3072, MTU), run.isHeldBack]).toEqual([3, true]);
    expect([run.collect(term, 0, 4096, MTU), run.isHeldBack]).toEqual([3, false]);
    expect([run.collect(term, 3072, 4096, MTU), run.isHeldBack]).toEqual([0, false]);
  });

  it('ends with the term', () => {
    const run = new TermRun(64);
    const term = termOf([], true);
    expect(run.collect(term, 0, TERM_LENGTH, MTU)).toBe(1);
    expect([run.lengths[0], run.padding]).toEqual([32, TERM_LENGTH - 32]);
    expect(run.collect(term, TERM_LENGTH, TERM_LENGTH, MTU)).toBe(0);
  });
});
