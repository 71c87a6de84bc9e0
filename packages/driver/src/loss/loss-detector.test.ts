// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer } from '@aeron/core/internal';
import { SeededRandom } from '@aeron/core/testing';
import { NO_DELAY, OptimalMulticastDelayGenerator, StaticDelayGenerator } from './feedback-delay.ts';
import type { RebuildState } from './image-loss-detector.ts';
import { LossDetector } from './loss-detector.ts';

const TERM_LENGTH = 64 * 1024;
const INITIAL_TERM_ID = 0x7fffffff;

function detector(delays = new StaticDelayGenerator(100, 1000)) {
  const gaps: string[] = [];
  const lossDetector = new LossDetector(delays, (termId, offset, length) => gaps.push(`${termId}:${offset}+${length}`));
  return { lossDetector, gaps };
}

function state(rebuildPosition: number, hwmPosition: number): RebuildState {
  return { rebuildPosition, hwmPosition, initialTermId: INITIAL_TERM_ID };
}

function termWith(...offsets: number[]): AtomicBuffer {
  const term = AtomicBuffer.allocate(TERM_LENGTH);
  for (const offset of offsets) {
    term.putInt32Release(offset, 64);
  }
  return term;
}

describe('loss detector', () => {
  it('finds nothing while everything is there', () => {
    const { lossDetector, gaps } = detector();
    expect(lossDetector.scan(termWith(0, 64), state(0, 128), 0)).toBe(128);
    expect(lossDetector.hasFoundLoss).toBe(false);
    expect(gaps).toEqual([]);
  });

  it('reports a gap after its delay, and again after each retry delay', () => {
    const { lossDetector, gaps } = detector();
    const term = termWith(0, 192);
    expect(lossDetector.scan(term, state(0, 256), 0)).toBe(64);
    expect(lossDetector.hasFoundLoss).toBe(true);
    lossDetector.scan(term, state(64, 256), 99);
    expect(lossDetector.hasFoundLoss).toBe(false);
    expect(gaps).toEqual([]);
    lossDetector.scan(term, state(64, 256), 100);
    lossDetector.scan(term, state(64, 256), 1099);
    expect(gaps).toEqual([`${INITIAL_TERM_ID}:64+128`]);
    lossDetector.scan(term, state(64, 256), 1100);
    expect(gaps).toHaveLength(2);
  });

  it('starts anew when the gap changes', () => {
    const { lossDetector, gaps } = detector();
    const term = termWith(0, 192);
    lossDetector.scan(term, state(0, 256), 0);
    term.putInt32Release(128, 64);
    lossDetector.scan(term, state(64, 256), 100);
    expect(gaps).toEqual([]);
    lossDetector.scan(term, state(64, 256), 200);
    expect(gaps).toEqual([`${INITIAL_TERM_ID}:64+64`]);
  });

  it('asks term by term for a loss that spans terms, with wrapping term ids', () => {
    const { lossDetector, gaps } = detector(new StaticDelayGenerator(0));
    lossDetector.scan(termWith(), state(TERM_LENGTH - 64, TERM_LENGTH + 128), 0);
    lossDetector.scan(termWith(), state(TERM_LENGTH, TERM_LENGTH + 128), 0);
    expect(gaps).toEqual([`${INITIAL_TERM_ID}:${TERM_LENGTH - 64}+64`, `${-0x80000000}:0+128`]);
  });

  it('reports at once and in each pass without a delay', () => {
    const { lossDetector, gaps } = detector(NO_DELAY as StaticDelayGenerator);
    lossDetector.scan(termWith(), state(0, 64), 5);
    lossDetector.scan(termWith(), state(0, 64), 5);
    expect(gaps).toHaveLength(2);
  });
});

it('multicast delays lie within the back-off and are mostly late', () => {
  const random = new SeededRandom(1);
  const generator = new OptimalMulticastDelayGenerator(10_000_000, 10, () => random.nextFloat());
  const delays = Array.from({ length: 10_000 }, () => generator.delayNs());
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...delays)).toBeLessThanOrEqual(10_000_001);
  const early = delays.filter((delayNs) => delayNs < 2_000_000).length;
  expect(early).toBeLessThan(1_000);
  expect(early).toBeGreaterThan(100);
});
