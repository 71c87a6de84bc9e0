// SPDX-License-Identifier: Apache-2.0
/** What every clock and scheduler must do. */
import { eventually, type MakeSubject, withSubject } from './subjects.ts';

const NS_PER_MS = 1_000_000;

/** Order, resolution and agreement of the two clocks. */
export function clockConformance(name: string, make: MakeSubject): void {
  describe(`clock: ${name}`, () => {
    const test = withSubject(make);

    test('monotonic time never goes back and moves on', async (subject) => {
      const { clock } = subject.platform;
      let last = clock.nanoTime();
      const start = last;
      for (let i = 0; i < 1000; i++) {
        const now = clock.nanoTime();
        expect(now).toBeGreaterThanOrEqual(last);
        last = now;
      }
      await subject.pass();
      expect(clock.nanoTime()).toBeGreaterThan(start);
    });

    test('times are whole numbers that a double holds exactly', ({ platform: { clock } }) => {
      expect(Number.isSafeInteger(clock.nanoTime())).toBe(true);
      expect(Number.isSafeInteger(clock.epochMs())).toBe(true);
    });

    test('both clocks pass the same time', async (subject) => {
      const { clock } = subject.platform;
      const startNs = clock.nanoTime();
      const startMs = clock.epochMs();
      await eventually(subject, '20 ms pass', () => clock.nanoTime() - startNs >= 20 * NS_PER_MS);
      const elapsedMs = (clock.nanoTime() - startNs) / NS_PER_MS;
      expect(Math.abs(clock.epochMs() - startMs - elapsedMs)).toBeLessThan(10 + elapsedMs / 2);
    });
  });
}

/** Order, delay and cancelling of callbacks. */
export function schedulerConformance(name: string, make: MakeSubject): void {
  describe(`scheduler: ${name}`, () => {
    const test = withSubject(make);

    test('a callback for soon runs after the call returned, once, in order', async (subject) => {
      const { scheduler } = subject.platform;
      const ran: string[] = [];
      scheduler.soon(() => ran.push('first'));
      scheduler.soon(() => ran.push('second'), false);
      scheduler.soon(() => ran.push('third'));
      expect(ran).toEqual([]);
      await eventually(subject, 'three callbacks run', () => ran.length >= 3);
      await subject.pass();
      expect(ran).toEqual(['first', 'second', 'third']);
    });

    test('a delayed callback does not run before its time', async (subject) => {
      const { scheduler, clock } = subject.platform;
      const startNs = clock.nanoTime();
      let ranAfterNs = 0;
      scheduler.after(
        5,
        () => {
          ranAfterNs = clock.nanoTime() - startNs;
        },
        true,
      );
      await eventually(subject, 'callback runs', () => ranAfterNs > 0);
      expect(ranAfterNs).toBeGreaterThanOrEqual(4 * NS_PER_MS); // an event loop rounds its times to whole ms
    });

    test('a cancelled callback does not run, and cancelling again or too late is fine', async (subject) => {
      const { scheduler } = subject.platform;
      let ran = 0;
      const handles = [scheduler.soon(() => ran++), scheduler.after(1, () => ran++, true)];
      handles.forEach((handle) => {
        scheduler.cancel(handle);
        scheduler.cancel(handle);
      });
      let isDone = false;
      const late = scheduler.after(3, () => (isDone = true), true);
      await eventually(subject, 'a later callback runs', () => isDone);
      scheduler.cancel(late);
      scheduler.cancel(undefined);
      expect(ran).toBe(0);
    });
  });
}
