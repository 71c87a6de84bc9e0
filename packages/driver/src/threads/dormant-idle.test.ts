// SPDX-License-Identifier: Apache-2.0
import { BackoffIdleStrategy, FixedIdleStrategy, type IdleStrategy } from '@aeron/core/internal';
import { DormantIdleStrategy, PARKS_BEFORE_REST } from './dormant-idle.ts';

const MS = 1_000_000;
const REST_NS = 10 * MS;

function fixture(strategy: IdleStrategy, restNs = REST_NS) {
  const agent = { roleName: 'test', doWork: () => 0, isDormant: true };
  const idle = new DormantIdleStrategy(strategy, agent, restNs);
  const answers = (count: number, workCount = 0) => Array.from({ length: count }, () => idle.idle(workCount));
  return { agent, idle, answers };
}

describe('an agent that looks after nothing', () => {
  it('rests after a tenth of a second of parks, whatever small work comes between', () => {
    const { answers } = fixture(new FixedIdleStrategy('sleep-ns', MS));
    expect(new Set(answers(PARKS_BEFORE_REST))).toEqual(new Set([MS]));
    expect(answers(2)).toEqual([REST_NS, REST_NS]);
    expect(answers(1, 1)).toEqual([0]);
    expect(answers(1)).toEqual([REST_NS]);
  });

  it('does not back off anew after the work of a timer, and does so once there is something to look after', () => {
    const { agent, answers } = fixture(new BackoffIdleStrategy());
    answers(10 + 20 + 10 + PARKS_BEFORE_REST);
    expect([...answers(2), ...answers(1, 1), ...answers(2)]).toEqual([REST_NS, REST_NS, 0, REST_NS, REST_NS]);
    agent.isDormant = false;
    expect([...answers(1, 1), ...answers(11)]).toEqual([...Array(11).fill(0), -1]);
  });

  it('leaves the event loop a turn every tenth of a second, or after each park that is longer', () => {
    const parksPerTurn = (parkMs: number) => {
      const idle = new DormantIdleStrategy(
        new BackoffIdleStrategy(),
        { roleName: 'test', doWork: () => 0 },
        parkMs * MS,
      );
      return idle.parksPerTurn;
    };
    expect([2, 20, 60, 100, 500].map(parksPerTurn)).toEqual([50, 5, 1, 1, 1]);
  });

  it('is polled as its strategy says as soon as it has something to look after', () => {
    const { agent, answers } = fixture(new FixedIdleStrategy('sleep-ns', MS));
    answers(PARKS_BEFORE_REST + 1);
    agent.isDormant = false;
    expect(answers(2)).toEqual([MS, MS]);
    agent.isDormant = true;
    expect(new Set(answers(PARKS_BEFORE_REST))).toEqual(new Set([MS]));
    expect(answers(1)).toEqual([REST_NS]);
  });

  it('backs off first', () => {
    const { answers } = fixture(new BackoffIdleStrategy());
    const all = answers(10 + 20 + 10 + PARKS_BEFORE_REST + 1);
    expect(all.slice(0, 33)).toEqual([...Array(10).fill(0), ...Array(20).fill(-1), 1000, 2000, 4000]);
    expect(all.at(-1)).toBe(REST_NS);
  });

  it.each([
    ['spins', 0, REST_NS],
    ['yields', -1, REST_NS],
    ['parks for less than a millisecond', 999_999, REST_NS],
    ['parks for longer by itself', 16 * MS, REST_NS],
    ['is not to rest', MS, 0],
  ])('is left alone when it %s', (_what, answer, restNs) => {
    const { answers } = fixture(new FixedIdleStrategy('test', answer), restNs);
    expect(new Set(answers(2 * PARKS_BEFORE_REST))).toEqual(new Set([answer]));
  });
});
