// SPDX-License-Identifier: Apache-2.0
import { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { AeronError } from './aeron-error.ts';
import { CountedErrorHandler } from './counted-error-handler.ts';
import { DistinctErrorLog } from './distinct-error-log.ts';
import { hasErrors, readErrorLog } from './distinct-error-log-reader.ts';

/** Holds some dozen errors wherever the project lies: a stack names the path of the checkout in each of up to a hundred lines. */
const AMPLE_LENGTH = 1024 * 1024;

class TickingClock {
  nowMs = 1000;

  epochMs(): number {
    return this.nowMs;
  }
}

interface Entry {
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly text: string;
}

function entriesOf(buffer: AtomicBuffer, sinceMs?: number): Entry[] {
  const entries: Entry[] = [];
  const read = readErrorLog(buffer, (count, first, last, text) => entries.push({ count, first, last, text }), sinceMs);
  expect(read).toBe(entries.length);
  return entries;
}

function failAt(message: string, cause?: unknown): Error {
  return new Error(message, { cause });
}

describe('DistinctErrorLog', () => {
  const clock = new TickingClock();
  let buffer: AtomicBuffer;
  let log: DistinctErrorLog;

  beforeEach(() => {
    clock.nowMs = 1000;
    buffer = AtomicBuffer.allocate(AMPLE_LENGTH);
    log = new DistinctErrorLog(buffer, clock);
  });

  it('lays a record out as the reference does', () => {
    const error = new AeronError('MAPPING', 'no memory: length=7');
    expect(hasErrors(buffer)).toBe(false);
    expect(log.record(error)).toBe(true);
    expect(hasErrors(buffer)).toBe(true);
    const length = buffer.getInt32(0);
    const text = buffer.getUtf8(24, length - 24);
    expect(text.startsWith('AeronError [MAPPING]: no memory: length=7\n    at ')).toBe(true);
    expect([buffer.getInt32(4), buffer.getInt64(8), buffer.getInt64(16)]).toEqual([1, 1000, 1000]);
    expect(buffer.getInt32((length + 7) & ~7)).toBe(0);
  });

  it('counts an error that comes again, and notes when it last did', () => {
    const errors = [1, 2, 3].map(() => failAt('again'));
    for (const error of errors) {
      log.record(error);
      clock.nowMs += 10;
    }
    expect(entriesOf(buffer)).toMatchObject([{ count: 3, first: 1000, last: 1020 }]);
  });

  it('keeps errors apart that differ in name, message, place or cause', () => {
    const make = (message: string, cause?: unknown) => failAt(message, cause);
    for (const [message, cause] of [
      ['a', undefined],
      ['b', undefined],
      ['a', 'text'],
      ['a', make('inner')],
      ['a', make('other')],
    ] as const) {
      log.record(make(message, cause));
    }
    log.record(failAt('a'));
    log.record(new TypeError('a'));
    expect(entriesOf(buffer).map((entry) => entry.count)).toEqual(Array(7).fill(1));
    expect(entriesOf(buffer)[3]?.text).toMatch(/^Error: a\n( {4}at .*\n)+Caused by: Error: inner\n( {4}at .*\n)+$/);
  });

  it('survives a ring of causes', () => {
    const a = failAt('a');
    const b = failAt('b', a);
    a.cause = b;
    expect(log.record(a)).toBe(true);
    const lines = entriesOf(buffer)[0]
      ?.text.split('\n')
      .filter((line) => !line.startsWith(' '));
    expect(lines).toEqual(['Error: a', 'Caused by: Error: b', 'Caused by: Error: as above, or left out', '']);
  });

  it('tells all parts of an aggregate', () => {
    log.record(new AggregateError([failAt('a'), 'b'], 'both'));
    const lines = entriesOf(buffer)[0]
      ?.text.split('\n')
      .filter((line) => !line.startsWith(' '));
    expect(lines).toEqual(['AggregateError: both', 'Together with: Error: a', 'Together with: b', '']);
  });

  it('says so when the log is full, and still counts what it holds', () => {
    const first = failAt('first');
    // Room for about three; how long a stack is depends on where the project lies.
    const small = AtomicBuffer.allocate(Math.ceil((String(first.stack).length * 3.5) / 8) * 8);
    const full = new DistinctErrorLog(small, clock);
    expect(full.record(first)).toBe(true);
    let recorded = 1;
    while (full.record(failAt(`filler ${recorded}`))) {
      recorded++;
    }
    expect(full.record(first)).toBe(true);
    expect(entriesOf(small).map((entry) => entry.count)).toEqual([2, ...Array(recorded - 1).fill(1)]);
  });

  it('appends behind what another thread has recorded in the same memory', () => {
    const other = new DistinctErrorLog(buffer, clock);
    log.record(failAt('a'));
    other.record(failAt('b'));
    log.record(failAt('c'));
    other.record(failAt('d'));
    expect(entriesOf(buffer).map((entry) => entry.text.slice(7, 8))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('refuses unaligned memory', () => {
    expect(() => new DistinctErrorLog(new AtomicBuffer(new ArrayBuffer(64), 4, 32), clock)).toThrow('length=32');
  });
});

describe('readErrorLog', () => {
  it('leaves out what was last observed before a time', () => {
    const clock = new TickingClock();
    const buffer = AtomicBuffer.allocate(AMPLE_LENGTH);
    const log = new DistinctErrorLog(buffer, clock);
    log.record(failAt('old'));
    clock.nowMs = 2000;
    log.record(failAt('new'));
    expect(entriesOf(buffer, 2000).map((entry) => entry.first)).toEqual([2000]);
    expect(entriesOf(buffer, 1000)).toHaveLength(2);
    expect(entriesOf(buffer, 2001)).toEqual([]);
  });

  it.each([0, 1, 23, -40, -(2 ** 31)])('takes a length of %i for the end', (length) => {
    const buffer = AtomicBuffer.allocate(64);
    buffer.putInt32(0, length);
    expect(entriesOf(buffer)).toEqual([]);
  });

  it('cuts a record that reaches past the end', () => {
    const buffer = AtomicBuffer.allocate(64);
    buffer.putInt32(0, 0x7fffffff);
    buffer.putInt32(4, 3);
    buffer.putAscii(24, 'x'.repeat(40));
    expect(entriesOf(buffer)).toEqual([{ count: 3, first: 0, last: 0, text: 'x'.repeat(40) }]);
    expect(entriesOf(AtomicBuffer.allocate(0))).toEqual([]);
    expect(hasErrors(AtomicBuffer.allocate(0))).toBe(false);
  });
});

describe('CountedErrorHandler', () => {
  function handlerOver(length: number, delegate?: (error: Error) => void) {
    const buffer = AtomicBuffer.allocate(length);
    const errorCounter = { isClosed: false, count: 0, increment: () => ++errorCounter.count };
    const printed: string[] = [];
    const handler = new CountedErrorHandler({
      errorLog: new DistinctErrorLog(buffer, new TickingClock()),
      errorCounter,
      delegate,
      print: (text) => printed.push(text),
    });
    return { buffer, errorCounter, printed, handler };
  }

  it('counts, logs, and tells its delegate', () => {
    const told: Error[] = [];
    const { buffer, errorCounter, printed, handler } = handlerOver(AMPLE_LENGTH, (error) => told.push(error));
    const error = failAt('x');
    const { onError } = handler;
    onError(error);
    expect(errorCounter.count).toBe(1);
    expect(entriesOf(buffer)).toHaveLength(1);
    expect(told).toEqual([error]);
    expect(printed).toEqual([]);
  });

  it('logs that its delegate failed', () => {
    const { buffer, handler } = handlerOver(AMPLE_LENGTH, () => {
      throw failAt('delegate');
    });
    handler.onError(failAt('x'));
    expect(entriesOf(buffer)[1]?.text).toContain('Caused by: Error: delegate');
  });

  it('prints what does not fit, and everything once it is closed', () => {
    const { errorCounter, printed, handler } = handlerOver(64);
    handler.onError(failAt('too long'));
    handler.close();
    handler.onError(failAt('late'));
    expect(handler.isClosed).toBe(true);
    expect(errorCounter.count).toBe(1);
    expect(printed.map((text) => text.split('\n').slice(0, 2))).toEqual([
      ['error log is full, consider increasing the length of the error buffer', 'Error: too long'],
      ['error log is closed', 'Error: late'],
    ]);
  });
});
