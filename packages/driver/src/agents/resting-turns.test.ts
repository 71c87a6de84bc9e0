// SPDX-License-Identifier: Apache-2.0
import {
  FEW_STREAMS,
  FEW_TURNS,
  LOOKS_BEFORE_REST,
  MANY_TURNS,
  quietLooksAfter,
  RestingTurns,
} from './resting-turns.ts';

const MS = 1_000_000;

interface Passes {
  readonly count: number;
  readonly passes: number;
  readonly passNs?: number;
  readonly turns?: typeof FEW_TURNS | typeof MANY_TURNS;
  readonly moves?: (index: number) => boolean;
}

/** How often each stream is looked at in so many passes. */
function looks({ count, passes, passNs = 1000, turns = MANY_TURNS, moves = () => false }: Passes): number[] {
  const resting = new RestingTurns(turns);
  const quiet = new Array<number>(count).fill(0);
  const looked = new Array<number>(count).fill(0);
  for (let pass = 0; pass < passes; pass++) {
    resting.begin(count, 5 * MS + pass * passNs);
    for (let i = 0; i < count; i++) {
      if (!resting.mayPassOver(i, quiet[i] as number)) {
        looked[i] = (looked[i] as number) + 1;
        quiet[i] = quietLooksAfter(quiet[i] as number, moves(i));
      }
    }
  }
  return looked;
}

describe('of many streams', () => {
  it.each([
    ['64', MANY_TURNS, 640],
    ['8, where nobody calls', FEW_TURNS, 80],
  ] as const)(
    'those that rest are looked at in one pass of %s, each of them, once they have rested for a while',
    (_what, turns, passes) => {
      const looked = looks({ count: 100, passes: LOOKS_BEFORE_REST + passes, turns });
      expect(new Set(looked)).toEqual(new Set([LOOKS_BEFORE_REST + 10]));
    },
  );

  it.each([
    ['0.3 ms', 300_000],
    ['1 ms', MS],
    ['5 ms', 5 * MS],
    ['20 ms', 20 * MS],
  ])('those that rest are looked at every 8 ms, or in each pass if that is longer: %s', (_what, passNs) => {
    const rounds = 30;
    const passes = Math.ceil((rounds * 8 * MS) / passNs);
    const looked = looks({ count: 100, passes: LOOKS_BEFORE_REST + passes, passNs });
    const expected = LOOKS_BEFORE_REST + Math.min(rounds, passes);
    for (const count of looked) {
      expect(Math.abs(count - expected)).toBeLessThanOrEqual(1);
    }
  });

  it('those that move are looked at in every pass', () => {
    const looked = looks({ count: 100, passes: LOOKS_BEFORE_REST + 640, moves: (index) => index === 17 });
    expect(looked[17]).toBe(LOOKS_BEFORE_REST + 640);
    expect(looked[18]).toBe(LOOKS_BEFORE_REST + 10);
  });

  it('all are looked at in every pass while they are few', () => {
    expect(new Set(looks({ count: FEW_STREAMS, passes: 1000 }))).toEqual(new Set([1000]));
  });

  it('one that moves again is no longer passed over', () => {
    expect(quietLooksAfter(LOOKS_BEFORE_REST, true)).toBe(0);
    expect(quietLooksAfter(LOOKS_BEFORE_REST, false)).toBe(LOOKS_BEFORE_REST);
  });
});
