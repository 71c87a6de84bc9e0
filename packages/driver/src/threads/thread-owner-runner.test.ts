// SPDX-License-Identifier: Apache-2.0
import { AgentTerminationError, FixedIdleStrategy, IDLE_CONTINUE, IDLE_YIELD } from '@aeron/core/internal';
import { ThreadOwnerRunner } from './thread-owner-runner.ts';

const PARK_NS = 1_000_000;

/** An agent, a clock that each pass and park moves, and an event loop that is turned by hand. */
function newFixture(
  idleAnswer: number,
  doWork: (pass: number) => number = () => 0,
  needsEventLoop = () => false,
  hasSockets = () => false,
  rest: { isResting: () => boolean; hasNews: () => boolean } | undefined = undefined,
) {
  let nowNs = 0;
  let pass = 0;
  const parks: number[] = [];
  const waits: number[] = [];
  /** As the transport that a thread can block for. */
  const wait = (durationNs: number): void => {
    waits.push(durationNs);
    nowNs += durationNs;
  };
  const turns: (() => void)[] = [];
  const keptAlive: (boolean | undefined)[] = [];
  /** Timers that are set, by delay in ms. */
  const timers: { delayMs: number; callback: () => void }[] = [];
  const errors: Error[] = [];
  const life: string[] = [];
  const agent = {
    roleName: 'test',
    onStart: () => life.push('start'),
    doWork: () => {
      nowNs += 1000;
      return doWork(++pass);
    },
    onClose: () => life.push('close'),
    hasNews: () => {
      life.push('look');
      return rest?.hasNews() ?? true;
    },
    onRested: () => life.push('rested'),
  };
  const runner = new ThreadOwnerRunner(
    {
      wait: () => (hasSockets() ? wait : undefined),
      ...{ agent, needsEventLoop, idleStrategy: new FixedIdleStrategy('test', idleAnswer) },
      errorHandler: (error) => errors.push(error),
      ...(rest !== undefined && {
        rests: {
          get isResting() {
            return rest.isResting();
          },
          parksPerTurn: 5,
        },
      }),
    },
    {
      clock: { nanoTime: () => nowNs, epochMs: () => 0 },
      scheduler: {
        soon: (callback, keepAlive) => {
          keptAlive.push(keepAlive);
          turns.push(callback);
          return callback;
        },
        after: (delayMs, callback) => {
          const timer = { delayMs, callback };
          timers.push(timer);
          return timer;
        },
        cancel: (handle) => {
          for (const scheduled of [turns, timers] as unknown[][]) {
            scheduled.splice(0, scheduled.length, ...scheduled.filter((each) => each !== handle));
          }
        },
      },
      threads: {
        mayBlock: true,
        park: (durationNs) => {
          parks.push(durationNs);
          nowNs += durationNs;
        },
        spawn: () => {
          throw new Error('not in this test');
        },
      },
    },
  );
  const turn = () => turns.shift()?.();
  return { runner, parks, waits, turns, turn, timers, keptAlive, errors, life, passes: () => pass };
}

describe('the runner that owns its thread', () => {
  it('parks as the idle strategy says and gives the event loop its turn every 20 ms', () => {
    const fixture = newFixture(PARK_NS);
    fixture.runner.start();
    expect(fixture.passes()).toBe(0);
    fixture.turn();
    expect(fixture.passes()).toBe(20);
    expect(new Set(fixture.parks)).toEqual(new Set([PARK_NS]));
    expect(fixture.turns).toHaveLength(1);
  });

  it('waits for datagrams in place of parking, as soon as there are sockets', () => {
    let hasSockets = false;
    const fixture = newFixture(
      PARK_NS,
      () => 0,
      () => false,
      () => hasSockets,
    );
    fixture.runner.start();
    fixture.turn();
    expect([fixture.parks.length, fixture.waits.length]).toEqual([20, 0]);
    hasSockets = true;
    fixture.turn();
    expect([fixture.parks.length, fixture.waits.length]).toEqual([20, 20]);
    expect(new Set(fixture.waits)).toEqual(new Set([PARK_NS]));
  });

  it('has the agent look after each park of a rest, turns the loop now and then, and goes on when there is news', () => {
    let isResting = false;
    const news = [false, false, false, false, false, false, true];
    const rest = { isResting: () => isResting, hasNews: () => news.shift() ?? false };
    const never = () => false;
    const fixture = newFixture(20 * PARK_NS, () => 0, never, never, rest);
    fixture.runner.start();
    fixture.turn();
    expect([fixture.passes(), fixture.parks.length]).toEqual([1, 1]);
    isResting = true;
    fixture.turn();
    expect([fixture.passes(), fixture.parks.length, fixture.turns.length]).toEqual([2, 6, 1]);
    fixture.turn();
    expect([fixture.passes(), fixture.parks.length]).toEqual([2, 8]);
    expect(fixture.life).toEqual(['start', ...Array(7).fill('look'), 'rested']);
    isResting = false;
    fixture.turn();
    fixture.turn();
    expect([fixture.passes(), fixture.parks.length]).toEqual([4, 10]);
    expect(fixture.life).toHaveLength(9);
  });

  it('does not park between passes that did work, and yields where it is told to', () => {
    const busy = newFixture(PARK_NS, () => 1);
    busy.runner.start();
    busy.turn();
    expect(busy.parks).toEqual([]);
    expect(busy.passes()).toBe(20_000);
    const yielding = newFixture(IDLE_YIELD);
    yielding.runner.start();
    yielding.turn();
    expect(new Set(yielding.parks)).toEqual(new Set([0]));
    const spinning = newFixture(IDLE_CONTINUE);
    spinning.runner.start();
    spinning.turn();
    expect(spinning.parks).toEqual([]);
  });

  it('keeps the thread while there is work, for 20 ms at a time, though sockets are open; blocks for them once there is none', () => {
    let isBusy = true;
    const fixture = newFixture(
      PARK_NS,
      () => (isBusy ? 1 : 0),
      () => false,
      () => true,
    );
    fixture.runner.start();
    fixture.turn();
    expect([fixture.passes(), fixture.waits.length, fixture.parks.length]).toEqual([20_000, 0, 0]);
    expect([fixture.turns.length, fixture.timers.length]).toEqual([1, 0]);
    isBusy = false;
    fixture.turn();
    expect([fixture.passes() - 20_000, fixture.waits.length, fixture.parks.length]).toEqual([20, 20, 0]);
  });

  it('closes the agent in the turn after it was asked to, once', async () => {
    const fixture = newFixture(PARK_NS);
    fixture.runner.start();
    const closed = fixture.runner.close();
    expect(fixture.life).toEqual(['start']);
    fixture.turn();
    await closed;
    await fixture.runner.close();
    expect(fixture.life).toEqual(['start', 'close']);
    expect(fixture.turns).toEqual([]);
  });

  it('closes the agent in the very call when the thread is about to end, also from within a duty cycle', async () => {
    const fixture = newFixture(PARK_NS, (pass) => {
      if (pass === 2) {
        fixture.runner.closeNow();
        fixture.life.push('end of work');
      }
      return 0;
    });
    fixture.runner.start();
    fixture.turn();
    await fixture.runner.closed;
    fixture.runner.closeNow();
    expect(fixture.life).toEqual(['start', 'close', 'end of work']);
    expect([fixture.passes(), fixture.turns]).toEqual([2, []]);
  });

  it('ends when the agent asks for it', async () => {
    const fixture = newFixture(PARK_NS, (pass) => {
      if (pass === 3) {
        throw new AgentTerminationError('enough');
      }
      return 0;
    });
    fixture.runner.start();
    fixture.turn();
    await fixture.runner.closed;
    expect(fixture.passes()).toBe(3);
    expect(fixture.life).toEqual(['start', 'close']);
  });

  it('goes on after an error of the agent and reports it', () => {
    const fixture = newFixture(PARK_NS, (pass) => {
      if (pass === 2) {
        throw new Error('once');
      }
      return 0;
    });
    fixture.runner.start();
    fixture.turn();
    expect(fixture.errors.map((error) => error.message)).toEqual(['once']);
    expect(fixture.runner.isRunning).toBe(true);
    expect(fixture.passes()).toBe(20);
  });

  it('keeps the process alive unless told otherwise', () => {
    const fixture = newFixture(PARK_NS);
    fixture.runner.start();
    fixture.runner.keepAlive = false;
    expect(fixture.turns).toHaveLength(1); // the turn that was scheduled already no longer holds it
    fixture.turn();
    expect(fixture.keptAlive).toEqual([true, false, false]);
    fixture.runner.keepAlive = true;
    expect(fixture.keptAlive.at(-1)).toBe(true);
    expect(fixture.turns).toHaveLength(1);
  });
});

describe('the runner of an agent with sockets', () => {
  const always = () => true;

  it('leaves the thread to the event loop as soon as the agent idles', () => {
    const fixture = newFixture(3 * PARK_NS, (pass) => (pass < 5 ? 1 : 0), always);
    fixture.runner.start();
    fixture.turn();
    expect(fixture.passes()).toBe(5);
    expect(fixture.parks).toEqual([]);
    expect(fixture.timers.map(({ delayMs }) => delayMs)).toEqual([3]);
    expect(fixture.turns).toEqual([]);
    fixture.timers.splice(0)[0]?.callback();
    expect(fixture.passes()).toBe(6);
  });

  it('gives the event loop a turn every 200 us while there is work', () => {
    const fixture = newFixture(PARK_NS, () => 1, always);
    fixture.runner.start();
    fixture.turn();
    expect(fixture.passes()).toBe(200);
    expect(fixture.turns).toHaveLength(1);
    expect(fixture.timers).toEqual([]);
  });

  it('parks for what is too short for a timer, once, and then turns the loop', () => {
    const fixture = newFixture(PARK_NS / 4, () => 0, always);
    fixture.runner.start();
    fixture.turn();
    expect(fixture.parks).toEqual([PARK_NS / 4]);
    expect(fixture.turns).toHaveLength(1);
  });

  it('turns the loop as soon as a pass found nothing, also where the idle strategy spins', () => {
    const fixture = newFixture(IDLE_CONTINUE, (pass) => (pass < 5 ? 1 : 0), always);
    fixture.runner.start();
    fixture.turn();
    expect(fixture.passes()).toBe(5);
    expect(fixture.turns).toHaveLength(1);
    fixture.turn();
    expect(fixture.passes()).toBe(6);
  });

  it('turns the loop in place of a park that would take longer than was asked for', () => {
    const fixture = newFixture(PARK_NS / 25, () => 0, always);
    fixture.runner.start();
    fixture.turn();
    expect(fixture.parks).toEqual([]);
    expect([fixture.turns.length, fixture.timers.length]).toEqual([1, 0]);
  });

  it('is woken by a datagram', () => {
    const fixture = newFixture(PARK_NS, () => 0, always);
    fixture.runner.start();
    fixture.turn();
    expect(fixture.timers).toHaveLength(1);
    fixture.runner.wake();
    fixture.runner.wake(); // one turn is enough
    expect(fixture.timers).toEqual([]);
    expect(fixture.turns).toHaveLength(1);
    fixture.turn();
    expect(fixture.passes()).toBe(2);
  });

  it('begins to turn the loop in the pass that opens a socket', () => {
    let passes = 0;
    const fixture = newFixture(
      PARK_NS,
      (pass) => {
        passes = pass;
        return 0;
      },
      () => passes >= 3,
    );
    fixture.runner.start();
    fixture.turn();
    expect(fixture.passes()).toBe(3);
    expect(fixture.turns).toHaveLength(1);
  });

  it('ends at once when it is asked to while it waits', async () => {
    const fixture = newFixture(PARK_NS, () => 0, always);
    fixture.runner.start();
    fixture.turn();
    await fixture.runner.close();
    expect(fixture.life).toEqual(['start', 'close']);
    expect(fixture.timers).toEqual([]);
    fixture.runner.wake();
    expect(fixture.turns).toEqual([]);
  });
});
