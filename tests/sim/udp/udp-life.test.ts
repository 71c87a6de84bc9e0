// SPDX-License-Identifier: Apache-2.0
/** A hundred and more lives of drivers and applications on a hostile network; `npm run sim` lives thousands. */
import { runSeed } from '../run-seed.ts';

const SEEDS_PER_TEST = 12;
const TESTS = 10;

jest.setTimeout(240_000);

describe('drivers and their applications on a network', () => {
  const totals = { messages: 0, checkedLength: 0 };
  const actions = new Map<string, number>();

  it.each(Array.from({ length: TESTS }, (_, index) => 1 + index * SEEDS_PER_TEST))(
    `deliver whatever can be delivered, whatever happens: ${SEEDS_PER_TEST} seeds from %i on`,
    async (first) => {
      for (let seed = first; seed < first + SEEDS_PER_TEST; seed++) {
        const summary = await runSeed('udp', seed);
        totals.messages += summary.messages;
        totals.checkedLength += summary.checkedLength;
        for (const [name, times] of summary.actions) {
          actions.set(name, (actions.get(name) ?? 0) + times);
        }
      }
    },
  );

  it('have done and seen enough for that to mean something', () => {
    const seeds = TESTS * SEEDS_PER_TEST;
    expect(totals.messages).toBeGreaterThan(200 * seeds);
    expect(totals.checkedLength).toBeGreaterThan(500_000 * seeds);
    const rare = [
      'agents in one thread',
      'agents in threads of their own',
      'sends up to 1 at once',
      'sends up to 16 at once',
      'kill driver',
      'stop driver',
      'kill application',
      'partition',
      'slow receiver',
      'revoke',
      'reject image',
      'weather',
    ];
    const routes = [
      'unicast',
      'multicast',
      'multi-destination',
      'spies',
      'responses',
      'session',
      'unreliable',
      'tagged',
      'min',
    ];
    const names = [...actions.keys()].join('\n');
    expect(rare.filter((name) => (actions.get(name) ?? 0) < seeds / 20)).toEqual([]);
    expect(routes.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('live the same life again for the same seed', async () => {
    const [once, again] = [await runSeed('udp', 42), await runSeed('udp', 42)];
    expect(again).toEqual(once);
    expect((await runSeed('udp', 43)).fingerprint).not.toBe(once.fingerprint);
  });
});
