// SPDX-License-Identifier: Apache-2.0
import { SeededRandom } from './seeded-random.ts';

describe('SeededRandom', () => {
  const draw = (seed: number, count = 100): number[] => {
    const random = new SeededRandom(seed);
    return Array.from({ length: count }, () => random.nextInt32());
  };

  it('repeats what a seed gave, and differs between seeds', () => {
    expect(draw(42)).toEqual(draw(42));
    const firsts = [0, 1, 2, -1, 2 ** 32, 2 ** 40 + 1, Number.MAX_SAFE_INTEGER].map((seed) => draw(seed, 4).join());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it('never changes its sequence, because seeds in issues must stay good', () => {
    expect(draw(1, 3)).toEqual([-1852823138, -1056867545, -475049425]);
  });

  it('is uniform within what chance allows', () => {
    const random = new SeededRandom(3);
    const buckets = new Array<number>(16).fill(0);
    for (let i = 0; i < 160_000; i++) {
      const index = random.nextInt(16);
      buckets[index] = (buckets[index] ?? 0) + 1;
    }
    expect(Math.min(...buckets)).toBeGreaterThan(9_500);
    expect(Math.max(...buckets)).toBeLessThan(10_500);
  });

  it('reaches both ends of a range and never beyond', () => {
    const random = new SeededRandom(4);
    const drawn = new Set(Array.from({ length: 500 }, () => random.nextBetween(-2, 2)));
    expect([...drawn].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    const floats = Array.from({ length: 1000 }, () => random.nextFloat());
    expect(floats.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('keeps the order of draws where a chance is certain', () => {
    const one = new SeededRandom(5);
    const two = new SeededRandom(5);
    expect([one.chance(0), one.chance(1), one.chance(-1), one.chance(2)]).toEqual([false, true, false, true]);
    expect(one.nextInt32()).toBe(two.nextInt32());
  });

  it('forks into generators of their own', () => {
    const random = new SeededRandom(6);
    const [left, right] = [random.fork(), random.fork()];
    const lefts = Array.from({ length: 50 }, () => left.nextInt32());
    const rights = Array.from({ length: 50 }, () => right.nextInt32());
    expect(new Set([...lefts, ...rights]).size).toBeGreaterThan(98);
  });

  it('shuffles and picks from what it is given', () => {
    const random = new SeededRandom(7);
    const values = Array.from({ length: 20 }, (_, index) => index);
    const shuffled = random.shuffle([...values]);
    expect(shuffled).not.toEqual(values);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(values);
    expect(values).toContain(random.pick(values));
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
