// SPDX-License-Identifier: Apache-2.0

import { AtomicBuffer } from '@aeron/core/internal';
import fc from 'fast-check';
import type { CounterRow } from '../counters/counter-row.ts';
import type { DriverSnapshot } from '../counters/driver-snapshot.ts';
import { pageLength, type ScreenView, screenLines, scrolled } from './stat-screen.ts';

const NOW_MS = 1_700_000_000_000;

function row(id: number, value: bigint, changes: Partial<CounterRow> = {}): CounterRow {
  const label = `counter ${id}`;
  const key = AtomicBuffer.allocate(112);
  return { id, typeId: 1001, value, registrationId: 0, ownerId: 0, referenceId: 0, label, key, ...changes };
}

function snapshot(counters: CounterRow[], changes: Partial<DriverSnapshot> = {}): DriverSnapshot {
  return {
    timestampMs: NOW_MS,
    path: '/dev/shm/aeron/cnc.dat',
    cncVersion: 0x200,
    pid: 99,
    startTimestampMs: NOW_MS - 5000,
    heartbeatMs: NOW_MS - 3,
    maxCounterId: 999,
    counters,
    ...changes,
  };
}

function lines(now: DriverSnapshot, changes: Partial<ScreenView> = {}) {
  return screenLines({ snapshot: now, previous: undefined, filter: {}, rows: 24, columns: 80, top: 0, ...changes });
}

const texts = (found: ReturnType<typeof lines>) => found.map(({ text }) => text);
const styles = (found: ReturnType<typeof lines>) => found.map(({ style }) => style);

describe('a frame of the screen', () => {
  const five = snapshot([0, 1, 2, 3, 4].map((id) => row(id, BigInt(id) * 1000n)));

  it('has a header, a page of counters and a footer', () => {
    expect(texts(lines(five, { rows: 6, top: 1 }))).toEqual([
      expect.stringMatching(/^\d\d:\d\d:20 - Aeron Stat \(CnC v0\.2\.0\), pid 99, heartbeat age 3ms$/),
      '='.repeat(70),
      '  1:                      1,000 - counter 1',
      '  2:                      2,000 - counter 2',
      '  3:                      3,000 - counter 3',
      '2-4 of 5   q quit  ↑ ↓ PgUp PgDn Home End scroll',
    ]);
  });

  it('names the filter', () => {
    expect(texts(lines(five, { filter: { type: /^10/ } })).at(-1)).toMatch(/^1-5 of 5 for type=\^10 {3}q quit/);
    expect(texts(lines(snapshot([]), { filter: { type: /x/ } })).at(-1)).toMatch(/^no counters for type=x/);
  });

  it('marks what has changed since the frame before, and nothing in the first one', () => {
    const before = snapshot([row(0, 1n), row(1, 1n), row(2, 1n, { registrationId: 8 })]);
    const now = snapshot([row(0, 1n), row(1, 2n), row(2, 1n, { registrationId: 9 }), row(3, 0n)]);
    expect(styles(lines(now))).toEqual(['title', 'faint', 'plain', 'plain', 'plain', 'plain', 'faint']);
    expect(styles(lines(now, { previous: before })).slice(2, -1)).toEqual(['plain', 'changed', 'changed', 'changed']);
  });

  it('raises an alarm for errors, and for channels that could not be opened', () => {
    const now = snapshot([
      row(14, 3n, { typeId: 0 }),
      row(15, 3n, { typeId: 0 }),
      row(46, -1n, { typeId: 6 }),
      row(47, 1n, { typeId: 7 }),
    ]);
    expect(styles(lines(now)).slice(2, -1)).toEqual(['plain', 'alarm', 'alarm', 'plain']);
    expect(styles(lines(snapshot([row(15, 0n, { typeId: 0 })])))[2]).toBe('plain');
  });

  it('says when the driver has gone', () => {
    const silent = lines(snapshot([], { heartbeatMs: NOW_MS - 10_001 }));
    expect(styles(silent).slice(0, 2)).toEqual(['alarm', 'alarm']);
    expect(texts(silent).slice(0, 2)).toEqual([
      expect.stringMatching(/heartbeat age 10001ms$/),
      `== the driver does not run any more ${'='.repeat(34)}`,
    ]);
    expect(texts(lines(snapshot([], { heartbeatMs: -1 })))[1]).toMatch(/^== the driver has ended =+$/);
  });

  it('shows by how much a counter changes each second where there is room', () => {
    const before = snapshot([row(0, 1000n), row(1, 5n), row(2, 5n)], { timestampMs: NOW_MS - 500 });
    const now = snapshot([row(0, 2_000_000n), row(1, 2n), row(2, 5n), row(3, 1n)]);
    expect(texts(lines(now, { previous: before, columns: 120 })).slice(2, -1)).toEqual([
      '  0:                  2,000,000     +3,998,000/s - counter 0',
      '  1:                          2             -6/s - counter 1',
      '  2:                          5                  - counter 2',
      '  3:                          1                  - counter 3',
    ]);
    expect(texts(lines(now, { previous: before, columns: 119 }))[2]).not.toContain('/s');
  });

  it('never exceeds the terminal', () => {
    const long = snapshot(Array.from({ length: 50 }, (_, id) => row(id, 2n ** 62n, { label: 'x'.repeat(300) })));
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 300 }),
        fc.nat(60),
        (rows, columns, top) => {
          const frame = texts(lines(long, { rows, columns, top }));
          expect(frame.length).toBeLessThanOrEqual(rows);
          expect(Math.max(...frame.map((text) => text.length))).toBeLessThanOrEqual(columns);
        },
      ),
      { seed: 5 },
    );
  });
});

describe('scrolling', () => {
  it.each([
    [0, 'up', 0],
    [5, 'up', 4],
    [5, 'down', 6],
    [40, 'down', 40],
    [5, 'pageup', 0],
    [15, 'pageup', 5],
    [5, 'pagedown', 15],
    [35, 'pagedown', 40],
    [17, 'home', 0],
    [17, 'end', 40],
    [17, undefined, 17],
    [60, undefined, 40],
  ] as const)('from %d by %s goes to %d', (top, key, expected) => {
    expect(scrolled(top, key, 10, 50)).toBe(expected);
  });

  it('has nowhere to go when everything fits', () => {
    expect((['down', 'pagedown', 'end'] as const).map((key) => scrolled(0, key, 10, 10))).toEqual([0, 0, 0]);
    expect(pageLength(2)).toBe(1);
  });
});
