// SPDX-License-Identifier: Apache-2.0
import { FixedIdleStrategy, IDLE_CONTINUE, IDLE_YIELD } from '@aeron/core/internal';
import { ManualLoop } from '../testing/subscription-fixture.ts';
import { EventLoopPace } from './event-loop-pace.ts';

describe('EventLoopPace', () => {
  it('looks again at once, then once per turn, then once per millisecond', async () => {
    const loop = new ManualLoop();
    const pace = new EventLoopPace(loop, loop);
    let spins = 0;
    while (pace.idled(() => undefined)) {
      spins++;
    }
    expect(spins).toBe(10);
    // Each turn of the loop brings one more look, as long as turns without time do.
    let turns = 0;
    for (;;) {
      await loop.turn(0);
      if (pace.isScheduled) {
        break;
      }
      turns++;
      pace.idled(() => undefined);
    }
    expect(turns).toBe(1000);
    await loop.turn(1);
    expect(pace.isScheduled).toBe(false);
  });

  it('starts anew after work', () => {
    const loop = new ManualLoop();
    const pace = new EventLoopPace(loop, loop);
    const countSpins = (): number => {
      let spins = 0;
      while (pace.idled(() => undefined)) {
        spins++;
      }
      return spins;
    };
    countSpins();
    expect(countSpins()).toBe(0);
    pace.worked(1);
    expect(countSpins()).toBe(10);
  });

  it('ends the turn of work after a millisecond', async () => {
    const loop = new ManualLoop();
    const pace = new EventLoopPace(loop, loop);
    for (let i = 0; i < 100; i++) {
      pace.worked(1);
    }
    expect(pace.isTurnOver).toBe(false);
    loop.spend(1_000_000);
    for (let i = 0; i < 16; i++) {
      pace.worked(1);
    }
    expect(pace.isTurnOver).toBe(true);
    pace.yieldTurn(() => undefined);
    await loop.turn();
    expect(pace.isTurnOver).toBe(false);
  });

  it('gives the loop its turn although a strategy never does', () => {
    const loop = new ManualLoop();
    const pace = new EventLoopPace(loop, loop, { idleStrategy: new FixedIdleStrategy('spin', IDLE_CONTINUE) });
    let spins = 0;
    while (pace.idled(() => undefined)) {
      spins++;
    }
    expect(spins).toBeLessThan(100);
    expect(loop.pendingCount).toBe(1);
  });

  it('keeps the process alive unless told not to', async () => {
    for (const keepAlive of [true, false]) {
      const loop = new ManualLoop();
      const pace = new EventLoopPace(loop, loop, { keepAlive });
      pace.yieldTurn(() => undefined);
      expect(loop.keepsAlive).toBe(keepAlive);
      await loop.turn();
      for (let i = 0; i < 2000; i++) {
        pace.idled(() => undefined);
      }
      expect([loop.pendingCount, loop.keepsAlive]).toEqual([1, keepAlive]);
    }
  });

  it('calls nobody after cancel, and only the last who asked', async () => {
    const loop = new ManualLoop();
    const pace = new EventLoopPace(loop, loop, { idleStrategy: new FixedIdleStrategy('yield', IDLE_YIELD) });
    const called: string[] = [];
    pace.idled(() => called.push('first'));
    pace.idled(() => called.push('second'));
    await loop.turn();
    expect(called).toEqual(['second']);
    pace.idled(() => called.push('third'));
    pace.cancel();
    pace.cancel();
    await loop.turn();
    expect(called).toEqual(['second']);
  });
});
