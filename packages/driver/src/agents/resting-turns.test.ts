// SPDX-License-Identifier: Apache-2.0
import { FEW_STREAMS, LOOKS_BEFORE_REST, quietLooksAfter, RestingTurns } from './resting-turns.ts';

/** How often each stream is looked at in so many passes. */
function looks(count: number, passes: number, moves: (index: number) => boolean): number[] {
  const turns = new RestingTurns();
  const quiet = new Array<number>(count).fill(0);
  const looked = new Array<number>(count).fill(0);
  for (let pass = 0; pass < passes; pass++) {
    turns.begin(count);
    for (let i = 0; i < count; i++) {
      if (!turns.mayPassOver(i, quiet[i] as number)) {
        looked[i] = (looked[i] as number) + 1;
        quiet[i] = quietLooksAfter(quiet[i] as number, moves(i));
      }
    }
  }
  return looked;
}

describe('of many streams', () => {
  it('those that rest are looked at in one of eight passes, each of them, once they have rested for a while', () => {
    const looked = looks(100, LOOKS_BEFORE_REST + 80, () => false);
    expect(new Set(looked)).toEqual(new Set([LOOKS_BEFORE_REST + 10]));
  });

  it('those that move are looked at in every pass', () => {
    const looked = looks(100, LOOKS_BEFORE_REST + 80, (index) => index === 17);
    expect(looked[17]).toBe(LOOKS_BEFORE_REST + 80);
    expect(looked[18]).toBe(LOOKS_BEFORE_REST + 10);
  });

  it('all are looked at in every pass while they are few', () => {
    expect(new Set(looks(FEW_STREAMS, 1000, () => false))).toEqual(new Set([1000]));
  });

  it('one that moves again is no longer passed over', () => {
    expect(quietLooksAfter(LOOKS_BEFORE_REST, true)).toBe(0);
    expect(quietLooksAfter(LOOKS_BEFORE_REST, false)).toBe(LOOKS_BEFORE_REST);
  });
});
