// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { AtomicCounter } from '../counters/atomic-counter.ts';
import { CachedClock } from './cached-clock.ts';
import { CompositeAgent } from './composite-agent.ts';
import { DutyCycleTracker } from './duty-cycle-tracker.ts';

describe('CompositeAgent', () => {
  it('adds up the work of its parts and names them', () => {
    const parts = [1, 2].map((workCount) => ({ roleName: `part-${workCount}`, doWork: () => workCount }));
    expect(new CompositeAgent(parts).doWork()).toBe(3);
    expect(new CompositeAgent(parts).roleName).toBe('[part-1,part-2]');
    expect(new CompositeAgent(parts, 'both').roleName).toBe('both');
    expect(() => new CompositeAgent([])).toThrow('at least one agent');
  });

  it('is dormant when all of its parts are', () => {
    const part = (isDormant?: boolean) => ({
      roleName: 'part',
      doWork: () => 0,
      ...(isDormant !== undefined && { isDormant }),
    });
    expect(new CompositeAgent([part(true), part(true)]).isDormant).toBe(true);
    expect(new CompositeAgent([part(true), part(false)]).isDormant).toBe(false);
    expect(new CompositeAgent([part(true), part()]).isDormant).toBe(false);
  });

  it('has news when any of its parts has, or has not said', () => {
    const part = (hasNews?: boolean) => ({
      ...{ roleName: 'part', doWork: () => 0 },
      ...(hasNews !== undefined && { hasNews: () => hasNews }),
    });
    expect(new CompositeAgent([part(false), part(false)]).hasNews()).toBe(false);
    expect(new CompositeAgent([part(false), part(true)]).hasNews()).toBe(true);
    expect(new CompositeAgent([part(false), part()]).hasNews()).toBe(true);
  });

  it('tells all of its parts of a rest', () => {
    const rested: string[] = [];
    const part = (roleName: string) => ({ roleName, doWork: () => 0, onRested: () => rested.push(roleName) });
    new CompositeAgent([part('a'), { roleName: 'b', doWork: () => 0 }, part('c')]).onRested();
    expect(rested).toEqual(['a', 'c']);
  });

  it('goes on behind a part that throws', () => {
    const calls: string[] = [];
    const agent = new CompositeAgent([
      { roleName: 'a', doWork: () => calls.push('a') },
      {
        roleName: 'b',
        doWork: () => {
          throw new Error('b');
        },
      },
      { roleName: 'c', doWork: () => calls.push('c') },
    ]);
    expect(() => agent.doWork()).toThrow('b');
    agent.doWork();
    expect(calls).toEqual(['a', 'c']);
  });

  it('starts and closes all, also when some fail', () => {
    const calls: string[] = [];
    const failing = (roleName: string) => ({
      roleName,
      onStart: () => {
        throw new Error(`start ${roleName}`);
      },
      doWork: () => 0,
      onClose: () => {
        throw new Error(`close ${roleName}`);
      },
    });
    const sound = {
      roleName: 'sound',
      onStart: () => calls.push('start'),
      doWork: () => 0,
      onClose: () => calls.push('close'),
    };
    const agent = new CompositeAgent([failing('a'), sound, { roleName: 'bare', doWork: () => 0 }, failing('b')]);
    expect(() => agent.onStart()).toThrow('agents failed to start: role=[a,sound,bare,b] failures=2');
    expect(() => agent.onClose()).toThrow('agents failed to close: role=[a,sound,bare,b] failures=2');
    expect(calls).toEqual(['start', 'close']);
  });
});

describe('DutyCycleTracker', () => {
  it('shows the longest cycle and counts those above the threshold', () => {
    const values = AtomicBuffer.allocate(256);
    const maxCycleTime = new AtomicCounter(values, 0);
    const cycleTimeThresholdExceededCount = new AtomicCounter(values, 1);
    const tracker = new DutyCycleTracker({ maxCycleTime, cycleTimeThresholdExceededCount, cycleTimeThresholdNs: 100 });
    tracker.update(1_000);
    for (const nowNs of [1_100, 1_350, 1_360]) {
      tracker.measureAndUpdate(nowNs);
    }
    expect([maxCycleTime.get(), cycleTimeThresholdExceededCount.get()]).toEqual([250, 1]);
    maxCycleTime.close();
    tracker.measureAndUpdate(9_999);
    expect(maxCycleTime.get()).toBe(250);
    new DutyCycleTracker().measureAndUpdate(1);
  });
});

describe('CachedClock', () => {
  it('stands still between updates', () => {
    const clock = new CachedClock();
    clock.updateEpochMs(7);
    clock.updateNanoTime(9);
    expect([clock.epochMs(), clock.nanoTime()]).toEqual([7, 9]);
  });
});
