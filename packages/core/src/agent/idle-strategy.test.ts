// SPDX-License-Identifier: Apache-2.0
import { BackoffIdleStrategy, ControllableIdle, ControllableIdleStrategy, IDLE_CONTINUE } from './idle-strategy.ts';
import { createIdleStrategy, IDLE_STRATEGY_ALIASES, idleStrategyAlias } from './idle-strategy-names.ts';

function answers(strategy: { idle(workCount: number): number }, count: number): number[] {
  return Array.from({ length: count }, () => strategy.idle(0));
}

describe('BackoffIdleStrategy', () => {
  it('spins 10 times, yields 20 times, then parks from 1 us doubling to 1 ms', () => {
    const strategy = new BackoffIdleStrategy();
    expect(answers(strategy, 10)).toEqual(Array(10).fill(0));
    expect(answers(strategy, 20)).toEqual(Array(20).fill(-1));
    expect(answers(strategy, 12)).toEqual([
      1000, 2000, 4000, 8000, 16000, 32000, 64000, 128000, 256000, 512000, 1000000, 1000000,
    ]);
  });

  it('starts over after work', () => {
    const strategy = new BackoffIdleStrategy({ maxSpins: 0, maxYields: 0, minParkPeriodNs: 5, maxParkPeriodNs: 20 });
    expect(answers(strategy, 3)).toEqual([5, 10, 20]);
    expect(strategy.idle(1)).toBe(IDLE_CONTINUE);
    expect(answers(strategy, 2)).toEqual([5, 10]);
  });
});

describe('ControllableIdleStrategy', () => {
  it.each([
    [ControllableIdle.NOT_CONTROLLED, 1000],
    [ControllableIdle.NOOP, 0],
    [ControllableIdle.BUSY_SPIN, 0],
    [ControllableIdle.YIELD, -1],
    [ControllableIdle.PARK, 1000],
    [99, 1000],
  ])('answers for status %i with %i', (status, answer) => {
    const strategy = new ControllableIdleStrategy({ get: () => status });
    expect(strategy.idle(0)).toBe(answer);
    expect(strategy.idle(1)).toBe(0);
  });
});

describe('createIdleStrategy', () => {
  it.each([
    ['noop', 0],
    ['spin', 0],
    ['yield', -1],
    ['sleep-ns', 1_000],
    ['sleep-ms', 1_000_000],
    ['backoff', 0],
    ['org.agrona.concurrent.BusySpinIdleStrategy', 0],
    ['aeron_idle_strategy_yielding', -1],
    ['sleeping', 1_000],
  ])('knows %s', (name, answer) => {
    const strategy = createIdleStrategy(name);
    expect(strategy.idle(0)).toBe(answer);
    expect(strategy.idle(1)).toBe(0);
    expect(strategy.alias).toBe(idleStrategyAlias(name));
    strategy.reset();
  });

  it('sets the status of a controllable one to park', () => {
    let status = 0;
    const controllableStatus = {
      get: () => status,
      set: (value: number) => {
        status = value;
      },
    };
    expect(createIdleStrategy('controllable', { controllableStatus }).idle(0)).toBe(1000);
    expect(status).toBe(4);
    expect(() => createIdleStrategy('controllable')).toThrow('needs a status counter');
  });

  it("takes C's init arguments", () => {
    const strategy = createIdleStrategy('backoff', { initArgs: '1-2-3us-5us' });
    expect(answers(strategy, 5)).toEqual([0, -1, -1, 3_000, 5_000]);
    expect(createIdleStrategy('sleep-ns', { initArgs: '2ms' }).idle(0)).toBe(2_000_000);
  });

  it.each(['1-2-3us', 'a-2-3us-4us', '1-2-3us-4x', '1-2-5us-4us', '1-2-0-4us', '1--2-3us-4us'])(
    'refuses the init arguments %s and names them',
    (initArgs) => {
      expect(() => createIdleStrategy('backoff', { initArgs })).toThrow(/initArgs=|out of bounds/);
    },
  );

  it('refuses unknown names, and names what it knows', () => {
    expect(() => createIdleStrategy('busy')).toThrow(`name=busy (one of ${IDLE_STRATEGY_ALIASES.join(', ')}`);
    expect(() => createIdleStrategy('toString')).toThrow('name=toString');
  });
});
