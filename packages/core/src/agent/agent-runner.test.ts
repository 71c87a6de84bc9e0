// SPDX-License-Identifier: Apache-2.0
import { AgentTerminationError } from '../errors/aeron-error.ts';
import { AgentRunner } from './agent-runner.ts';
import { BackoffIdleStrategy, FixedIdleStrategy, IDLE_CONTINUE, type IdleStrategy } from './idle-strategy.ts';
import { StopSignal } from './stop-signal.ts';

/** A scheduler whose callbacks run when the test says so, and a clock that the work moves. */
class Loop {
  nowNs = 0;
  readonly scheduled: { delayMs: number; callback: () => void; keepAlive: boolean | undefined }[] = [];

  nanoTime(): number {
    return this.nowNs;
  }

  soon(callback: () => void, keepAlive?: boolean): unknown {
    return this.after(0, callback, keepAlive);
  }

  after(delayMs: number, callback: () => void, keepAlive?: boolean): unknown {
    const entry = { delayMs, callback, keepAlive };
    this.scheduled.push(entry);
    return entry;
  }

  cancel(handle: unknown): void {
    const index = this.scheduled.indexOf(handle as (typeof this.scheduled)[number]);
    if (index >= 0) {
      this.scheduled.splice(index, 1);
    }
  }

  /** @returns the delay after which it would have run. */
  runNext(): number {
    const [entry] = this.scheduled.splice(0, 1);
    entry?.callback();
    return entry?.delayMs ?? -1;
  }
}

interface Running {
  readonly loop: Loop;
  readonly runner: AgentRunner;
  readonly calls: string[];
  readonly errors: Error[];
}

function runOn(work: (loop: Loop) => number, idleStrategy: IdleStrategy, keepAlive = true): Running {
  const loop = new Loop();
  const calls: string[] = [];
  const errors: Error[] = [];
  const runner = new AgentRunner({
    agent: {
      roleName: 'tester',
      onStart: () => calls.push('start'),
      doWork: () => {
        calls.push('work');
        return work(loop);
      },
      onClose: () => calls.push('close'),
    },
    idleStrategy,
    errorHandler: (error) => errors.push(error),
  });
  runner.startOnEventLoop({ scheduler: loop, clock: loop, keepAlive });
  return { loop, runner, calls, errors };
}

const spin = new FixedIdleStrategy('spin', IDLE_CONTINUE);

describe('AgentRunner on an event loop', () => {
  it('gives a busy agent a slice of bounded passes, then yields', () => {
    const { loop, calls } = runOn(() => 1, spin);
    expect(calls).toEqual(['start']);
    loop.runNext();
    expect(calls.length - 1).toBe(128);
    expect(loop.scheduled.map((entry) => entry.delayMs)).toEqual([0]);
  });

  it('ends a slice early when the work takes long', () => {
    const { loop, calls } = runOn((on) => {
      on.nowNs += 50_000;
      return 1;
    }, spin);
    loop.runNext();
    expect(calls.length - 1).toBe(8);
    expect(loop.nowNs).toBe(400_000);
  });

  it('parks an idle agent on the shortest timer soon, and is quick again after work', () => {
    let workCount = 0;
    const { loop } = runOn(() => workCount, new BackoffIdleStrategy());
    let yields = 0;
    while (loop.runNext() === 0) {
      expect(++yields).toBeLessThan(50);
    }
    expect(loop.runNext()).toBe(1);
    expect(loop.runNext()).toBe(1);
    workCount = 1;
    loop.runNext();
    expect(loop.runNext()).toBe(0);
  });

  it('turns parks shorter than a timer into yields for a while only', () => {
    const { loop } = runOn(() => 0, new FixedIdleStrategy('sleep-ns', 1_000));
    const delays = Array.from({ length: 20 }, () => loop.runNext());
    expect(delays.slice(0, 13)).toEqual(Array(13).fill(0));
    expect(delays.slice(13)).toEqual(Array(7).fill(1));
  });

  it('parks for as long as a long park says', () => {
    const { loop } = runOn(() => 0, new FixedIdleStrategy('sleep-ms', 16_000_000));
    loop.runNext();
    expect(loop.runNext()).toBe(16);
  });

  it('cuts a park short when woken, and only a park', () => {
    const { loop, runner } = runOn(() => 0, new FixedIdleStrategy('sleep-ms', 16_000_000));
    loop.runNext();
    runner.wake();
    runner.wake();
    expect(loop.scheduled.map((entry) => entry.delayMs)).toEqual([0]);
    loop.runNext();
    expect(loop.scheduled.map((entry) => entry.delayMs)).toEqual([16]);
    void runner.close();
    runner.wake();
    expect(loop.scheduled).toEqual([]);
  });

  it('closes at once while parked', async () => {
    const { loop, runner, calls } = runOn(() => 0, spin);
    const closed = runner.close();
    expect(calls).toEqual(['start', 'close']);
    expect(loop.scheduled).toEqual([]);
    await closed;
    await runner.close();
    expect(runner.isClosed).toBe(true);
    expect(calls).toEqual(['start', 'close']);
  });

  it('closes in the very call when the thread is about to end, also from within a duty cycle', async () => {
    const running: { runner?: AgentRunner } = {};
    const { loop, runner, calls } = runOn(() => {
      running.runner?.closeNow();
      calls.push('end of work');
      return 1;
    }, spin);
    running.runner = runner;
    loop.runNext();
    await runner.closed;
    runner.closeNow();
    expect(calls).toEqual(['start', 'work', 'close', 'end of work']);
    expect(loop.scheduled).toEqual([]);
  });

  it('closes after the duty cycle when asked from within it', async () => {
    const running: { runner?: AgentRunner } = {};
    const { loop, runner, calls } = runOn(() => {
      void running.runner?.close();
      calls.push('end of work');
      return 1;
    }, spin);
    running.runner = runner;
    loop.runNext();
    await runner.closed;
    expect(calls).toEqual(['start', 'work', 'end of work', 'close']);
    expect(loop.scheduled).toEqual([]);
  });

  it('ends on a termination error', async () => {
    const { loop, runner, calls, errors } = runOn(() => {
      throw new AgentTerminationError('enough');
    }, spin);
    loop.runNext();
    await runner.closed;
    expect(errors).toHaveLength(1);
    expect(calls).toEqual(['start', 'work', 'close']);
  });

  it('goes on after other errors, but idles as if there had been no work', () => {
    const { loop, errors } = runOn(() => {
      throw new Error('again');
    }, new FixedIdleStrategy('sleep-ms', 1_000_000));
    loop.runNext();
    loop.runNext();
    expect(errors).toHaveLength(2);
    expect(loop.scheduled.map((entry) => entry.delayMs)).toEqual([1]);
  });

  it('rejects `closed` when the error handler throws, and does not run on', async () => {
    const loop = new Loop();
    const runner = new AgentRunner({
      agent: {
        roleName: 'tester',
        doWork: () => {
          throw new Error('work');
        },
      },
      idleStrategy: spin,
      errorHandler: () => {
        throw new Error('handler');
      },
    });
    runner.startOnEventLoop({ scheduler: loop, clock: loop });
    loop.runNext();
    await expect(runner.closed).rejects.toThrow('handler');
    expect(loop.scheduled).toEqual([]);
    expect(runner.isClosed).toBe(true);
  });

  it('passes on whether it keeps the process alive', () => {
    const { loop, runner } = runOn(() => 0, spin, false);
    expect(loop.scheduled.map((entry) => entry.keepAlive)).toEqual([false]);
    runner.keepAlive = true;
    expect(loop.scheduled.map((entry) => entry.keepAlive)).toEqual([true]);
    loop.runNext();
    expect(loop.scheduled.map((entry) => entry.keepAlive)).toEqual([true]);
  });

  it('refuses to start twice, or after close', () => {
    const { loop, runner } = runOn(() => 0, spin);
    expect(() => runner.startOnEventLoop({ scheduler: loop, clock: loop })).toThrow('started or closed already');
  });
});

describe('AgentRunner blocking its thread', () => {
  it('parks as the idle strategy says until another thread asks for the end', async () => {
    const stop = new StopSignal();
    const parks: number[] = [];
    const calls: string[] = [];
    const runner = new AgentRunner({
      agent: { roleName: 'tester', doWork: () => calls.push('work') && 0, onClose: () => calls.push('close') },
      idleStrategy: new BackoffIdleStrategy({ maxSpins: 1, maxYields: 1, minParkPeriodNs: 1, maxParkPeriodNs: 4 }),
      errorHandler: (error) => {
        throw error;
      },
    });
    const threads = {
      mayBlock: true,
      park: (durationNs: number) => {
        parks.push(durationNs);
        if (parks.length === 5) {
          new StopSignal(stop.shared).request();
        }
      },
    };
    runner.runBlocking(threads, stop);
    expect(parks).toEqual([0, 1, 2, 4, 4]);
    expect(calls).toEqual([...Array(6).fill('work'), 'close']);
    await runner.closed;
  });

  it('refuses a thread that may not be blocked', () => {
    const runner = new AgentRunner({
      agent: { roleName: 'tester', doWork: () => 0 },
      idleStrategy: spin,
      errorHandler: () => {},
    });
    expect(() => runner.runBlocking({ mayBlock: false, park: () => {} })).toThrow('may not be blocked');
  });
});
