// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { EventQueue } from './event-queue.ts';

describe('EventQueue', () => {
  it('runs events by time, equal times in the order of adding', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 200 }), (delays) => {
        const queue = new EventQueue();
        const ran: number[] = [];
        delays.forEach((delay, index) => void queue.add(delay, () => ran.push(index)));
        queue.runUntil(100);
        const expected = delays.map((delay, index) => ({ delay, index }));
        expected.sort((a, b) => a.delay - b.delay || a.index - b.index);
        expect(ran).toEqual(expected.map(({ index }) => index));
      }),
    );
  });

  it('shows each event its own time and stops at the limit', () => {
    const queue = new EventQueue();
    const times: number[] = [];
    for (const delay of [30, 10, 20, 40]) {
      queue.add(delay, () => times.push(queue.nowNs));
    }
    expect(queue.runUntil(30)).toBe(3);
    expect(times).toEqual([10, 20, 30]);
    expect([queue.nowNs, queue.length]).toEqual([30, 1]);
  });

  it('runs what events add, while it is due', () => {
    const queue = new EventQueue();
    const ran: string[] = [];
    queue.add(10, () => {
      ran.push('first');
      queue.add(5, () => ran.push('second'));
      queue.add(50, () => ran.push('late'));
    });
    queue.runUntil(20);
    expect(ran).toEqual(['first', 'second']);
  });

  it('forgets cancelled events', () => {
    const queue = new EventQueue();
    const event = queue.add(1, () => {
      throw new Error('cancelled event ran');
    });
    queue.cancel(event);
    expect(queue.runUntil(5)).toBe(0);
  });

  it('goes on after a callback that threw', () => {
    const queue = new EventQueue();
    let ran = false;
    queue.add(1, () => {
      throw new Error('callback failed');
    });
    queue.add(2, () => {
      ran = true;
    });
    expect(() => queue.runUntil(5)).toThrow('callback failed');
    expect(queue.nowNs).toBe(1);
    queue.runUntil(5);
    expect(ran).toBe(true);
  });
});
