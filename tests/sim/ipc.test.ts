// SPDX-License-Identifier: Apache-2.0
/** A thousand short lives of a driver and its clients over IPC; `npm run sim` lives more of them. */
import { runSeed } from './run-seed.ts';

const SEEDS_PER_TEST = 100;
const TESTS = 10;

jest.setTimeout(120_000);

describe('a driver and its clients over IPC', () => {
  const totals = { messages: 0, checkedLength: 0 };
  const actions = new Map<string, number>();

  it.each(Array.from({ length: TESTS }, (_, index) => 1 + index * SEEDS_PER_TEST))(
    `keep every promise, whatever happens: ${SEEDS_PER_TEST} seeds from %i on`,
    async (first) => {
      for (let seed = first; seed < first + SEEDS_PER_TEST; seed++) {
        const summary = await runSeed('ipc', seed);
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
    expect(totals.messages).toBeGreaterThan(50 * seeds);
    expect(totals.checkedLength).toBeGreaterThan(100_000 * seeds);
    for (const rare of [
      'driver dies',
      'driver stops',
      'kill client in a claim',
      'kill client in a command',
      'revoke',
    ]) {
      expect([rare, (actions.get(rare) ?? 0) > seeds / 50]).toEqual([rare, true]);
    }
  });

  it('live the same life again for the same seed', async () => {
    const [once, again] = [await runSeed('ipc', 42), await runSeed('ipc', 42)];
    expect(again).toEqual(once);
    expect((await runSeed('ipc', 43)).fingerprint).not.toBe(once.fingerprint);
  });
});
