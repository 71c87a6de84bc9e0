// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { messageCountAt } from './send-batch.ts';

const NO_CUTTING = 0;
const SEGMENT_LENGTH_MAX = 32768;

/** Datagrams of each message that a run becomes. */
function split(lengths: readonly number[], segmentLengthMax: number): number[] {
  const run = Int32Array.from(lengths);
  const counts: number[] = [];
  for (let i = 0; i < run.length; i += counts.at(-1) ?? 0) {
    counts.push(messageCountAt(run, i, run.length, segmentLengthMax));
  }
  return counts;
}

const times = (count: number, length: number): number[] => Array.from({ length: count }, () => length);

describe('the messages of a run', () => {
  it.each([
    ['equal ones go together', times(5, 1376), [5]],
    ['a shorter one ends a message', [1376, 1376, 512, 1376, 1376], [3, 2]],
    ['a longer one begins a message', [512, 1376, 1376], [1, 2]],
    ['falling lengths go in pairs', [512, 480, 448, 416], [2, 2]],
    ['rising lengths go alone', [416, 448, 480], [1, 1, 1]],
    ['no more bytes than a datagram may have', times(50, 1408), [46, 4]],
    ['the bytes of a short last one count', [...times(46, 1408), 768], [46, 1]],
    ['no more than 64', times(70, 64), [64, 6]],
    ['empty datagrams go alone', [0, 0, 64, 0], [1, 1, 1, 1]],
    ['too long to go with another', [40000, 40000, 100], [1, 1, 1]],
  ])('%s', (_name, lengths, expected) => {
    expect(split(lengths, SEGMENT_LENGTH_MAX)).toEqual(expected);
  });

  it('are single where the kernel does not cut, or not that long', () => {
    expect(split(times(3, 1376), NO_CUTTING)).toEqual([1, 1, 1]);
    expect(split([1376, 1376, 512, 512, 512], 1375)).toEqual([1, 1, 3]);
  });

  it('are cut by the kernel exactly where the datagrams end', () => {
    const length = fc.oneof(fc.constantFrom(32, 64, 1376, 1408), fc.nat(65507));
    fc.assert(
      fc.property(fc.array(length, { minLength: 1, maxLength: 100 }), (lengths) => {
        const counts = split(lengths, SEGMENT_LENGTH_MAX);
        const cut: number[] = [];
        let from = 0;
        for (const count of counts) {
          const total = lengths.slice(from, from + count).reduce((sum, each) => sum + each, 0);
          const segmentLength = lengths[from] ?? 0;
          expect(count).toBeLessThanOrEqual(64);
          expect(total).toBeLessThanOrEqual(65507);
          // What the kernel does with a message that has a segment length; one datagram has none.
          for (let at = 0; count > 1 && at < total; at += segmentLength) {
            cut.push(Math.min(segmentLength, total - at));
          }
          if (count === 1) {
            cut.push(total);
          }
          from += count;
        }
        expect(cut).toEqual(lengths);
      }),
    );
  });
});
