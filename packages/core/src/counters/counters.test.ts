// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { AtomicBuffer } from '../buffer/atomic-buffer.ts';
import { INT64_MAX_AS_NUMBER } from '../buffer/int64.ts';
import { isAeronError } from '../errors/aeron-error.ts';
import { AtomicCounter } from './atomic-counter.ts';
import { CounterState, NULL_COUNTER_ID, STATIC_COUNTER_OWNER_ID } from './counters-descriptor.ts';
import { CountersManager, type CountersManagerOptions } from './counters-manager.ts';
import { CountersReader } from './counters-reader.ts';
import { ReadableCounter } from './readable-counter.ts';

const REUSE_TIMEOUT_MS = 1000;

class ManualClock {
  nowMs = 5000;

  epochMs(): number {
    return this.nowMs;
  }
}

function newCounters(count = 8, options: Partial<CountersManagerOptions> = {}) {
  const clock = new ManualClock();
  const metadata = AtomicBuffer.allocate(count * 512);
  const values = AtomicBuffer.allocate(count * 128);
  const manager = new CountersManager(metadata, values, {
    epochClock: clock,
    freeToReuseTimeoutMs: REUSE_TIMEOUT_MS,
    ...options,
  });
  return { clock, metadata, values, manager, reader: new CountersReader(metadata, values) };
}

function labelsOf(reader: CountersReader): string[] {
  const labels: string[] = [];
  reader.forEach((value, counterId, label) => {
    labels.push(`${counterId}:${label}=${value}`);
  });
  return labels;
}

describe('CountersManager', () => {
  it('lays a counter out as the reference does', () => {
    const { manager, metadata, values } = newCounters();
    manager.allocate('first');
    const id = manager.allocate('second', 101, (key) => key.putInt64(0, 42));
    manager.setCounterValue(id, 7);
    manager.setCounterRegistrationId(id, 11);
    manager.setCounterOwnerId(id, 12);
    manager.setCounterReferenceId(id, 13);
    expect(id).toBe(1);
    expect([0, 8, 16, 24].map((offset) => values.getInt64(128 + offset))).toEqual([7, 11, 12, 13]);
    expect([metadata.getInt32(512), metadata.getInt32(516)]).toEqual([1, 101]);
    expect(metadata.getBigInt64(520)).toBe(0x7fffffffffffffffn);
    expect(metadata.getInt64(528)).toBe(42);
    expect([metadata.getInt32(640), metadata.getAscii(644, 6)]).toEqual([6, 'second']);
  });

  it('keeps ids that need all 64 bits apart', () => {
    const { manager, reader, values } = newCounters();
    const large = 2n ** 62n;
    const ids = [large, large + 1n, -1n].map((registrationId) => {
      const id = manager.allocate('static', 7);
      manager.setCounterRegistrationId(id, registrationId);
      return id;
    });
    expect(ids.map((id) => reader.getCounterRegistrationIdBigInt(id))).toEqual([large, large + 1n, -1n]);
    expect(reader.findByRegistrationId(large + 1n)).toBe(ids[1]);
    expect(reader.findByTypeIdAndRegistrationId(7, large + 1n)).toBe(ids[1]);
    expect(reader.findByTypeIdAndRegistrationId(7, -1n)).toBe(ids[2]);
    expect(reader.findByTypeIdAndRegistrationId(8, -1n)).toBe(-1);
    values.putBigInt64(24, -large);
    expect(reader.getCounterReferenceIdBigInt(0)).toBe(-large);
  });

  it('shows readers all of it', () => {
    const { manager, reader } = newCounters();
    const id = manager.allocate('label', 9, (key) => key.putAscii(0, 'key'));
    manager.setCounterRegistrationId(id, 100);
    manager.setCounterOwnerId(id, STATIC_COUNTER_OWNER_ID);
    manager.setCounterReferenceId(id, 300);
    manager.setCounterValue(id, -5);
    expect([
      reader.getCounterValue(id),
      reader.getCounterRegistrationId(id),
      reader.getCounterOwnerId(id),
      reader.getCounterReferenceId(id),
      reader.getCounterState(id),
      reader.getCounterTypeId(id),
      reader.getFreeForReuseDeadlineMs(id),
      reader.getCounterLabel(id),
      reader.getCounterKey(id).getAscii(0, 3),
      reader.getCounterValueBigInt(id),
    ]).toEqual([-5, 100, -1, 300, CounterState.ALLOCATED, 9, INT64_MAX_AS_NUMBER, 'label', 'key', -5n]);
    const seen: unknown[] = [];
    reader.forEachMetadata((counterId, typeId, key, label) =>
      seen.push([counterId, typeId, key.capacity, key.getAscii(0, 3), label]),
    );
    expect(seen).toEqual([[0, 9, 112, 'key', 'label']]);
  });

  it('lets a freed id rest, then uses the one first that was freed first', () => {
    const { clock, manager, reader } = newCounters();
    for (const name of ['a', 'b', 'c']) {
      manager.allocate(name, 1, (key) => key.putAscii(0, name));
    }
    manager.setCounterRegistrationId(1, 77);
    manager.setCounterOwnerId(1, 78);
    manager.setCounterReferenceId(1, 79);
    manager.setCounterValue(1, 80);
    manager.free(1);
    clock.nowMs += 10;
    manager.free(0);
    expect(reader.getCounterState(1)).toBe(CounterState.RECLAIMED);
    expect(reader.getFreeForReuseDeadlineMs(1)).toBe(6000);
    expect(reader.getCounterKey(1).getUint8(0)).toBe(0);
    expect(labelsOf(reader)).toEqual(['2:c=0']);
    clock.nowMs = 5999;
    expect(manager.available).toBe(5);
    expect(manager.allocate('d')).toBe(3);
    clock.nowMs = 6000;
    expect(manager.available).toBe(5);
    expect(manager.allocate('e')).toBe(1);
    expect([reader.getCounterRegistrationId(1), reader.getCounterOwnerId(1)]).toEqual([0, 0]);
    expect([reader.getCounterReferenceId(1), reader.getCounterValue(1)]).toEqual([0, 0]);
    expect(manager.allocate('f')).toBe(4);
    clock.nowMs = 6010;
    expect(manager.allocate('g')).toBe(0);
    expect(labelsOf(reader)).toEqual(['0:g=0', '1:e=0', '2:c=0', '3:d=0', '4:f=0']);
  });

  it('says when all are in use, and takes nothing back twice', () => {
    const { manager } = newCounters(2);
    expect(manager.capacity).toBe(2);
    manager.allocate('a');
    manager.allocate('b');
    let error: unknown;
    try {
      manager.allocate('c');
    } catch (thrown) {
      error = thrown;
    }
    expect(isAeronError(error, 'INSUFFICIENT_CAPACITY')).toBe(true);
    expect(String(error)).toContain('maxCounterId=1');
    manager.free(0);
    expect(() => manager.free(0)).toThrow('counter not allocated: counterId=0');
    for (const counterId of [-1, 2, 0.5 + 2, Number.NaN]) {
      expect(() => manager.free(counterId)).toThrow(`counterId=${counterId}`);
      expect(() => manager.getCounterValue(counterId)).toThrow(`counterId=${counterId}`);
      expect(() => manager.setCounterLabel(counterId, 'x')).toThrow(`counterId=${counterId}`);
    }
  });

  it('uses an id again at once whose key could not be written', () => {
    const { manager, reader } = newCounters();
    manager.allocate('a');
    expect(() =>
      manager.allocate('b', 1, (key) => {
        key.putInt32(0, 9);
        throw new Error('key');
      }),
    ).toThrow('key');
    expect(manager.allocate('c')).toBe(1);
    expect(reader.getCounterKey(1).getInt32(0)).toBe(0);
    expect(manager.allocate('d')).toBe(2);
    expect(labelsOf(reader)).toHaveLength(3);
  });

  it('allocates from bytes, and cuts what is too long', () => {
    const { manager, reader } = newCounters();
    const id = manager.allocateFromBytes(5, new Uint8Array(200).fill(1), Buffer.from('l'.repeat(500)));
    expect(
      reader
        .getCounterKey(id)
        .subarray(0, 112)
        .every((byte) => byte === 1),
    ).toBe(true);
    expect(reader.getCounterLabel(id)).toBe('l'.repeat(380));
    expect(reader.getCounterTypeId(id)).toBe(5);
    expect(reader.getCounterState(id + 1)).toBe(CounterState.UNUSED);
  });

  it('changes and appends labels and keys', () => {
    const { manager, reader } = newCounters();
    const id = manager.allocate('start');
    manager.appendToLabel(id, ' and end');
    expect(reader.getCounterLabel(id)).toBe('start and end');
    manager.setCounterLabel(id, 'x'.repeat(378));
    manager.appendToLabel(id, 'yyyy');
    expect(reader.getCounterLabel(id)).toBe(`${'x'.repeat(378)}yy`);
    manager.appendToLabel(id, 'z');
    expect(reader.getCounterLabel(id)).toHaveLength(380);
    manager.setCounterKey(id, (key) => key.putInt32(0, 6));
    expect(reader.getCounterKey(id).getInt32(0)).toBe(6);
  });

  it('cuts UTF-8 labels between characters, and writes ASCII with question marks', () => {
    const utf8 = newCounters();
    const id = utf8.manager.allocate('é'.repeat(300));
    expect(utf8.reader.getCounterLabel(id)).toBe('é'.repeat(190));
    utf8.manager.setCounterLabel(id, `x${'é'.repeat(300)}`);
    expect(utf8.reader.getCounterLabel(id)).toBe(`x${'é'.repeat(189)}`);
    const ascii = newCounters(8, { labelCharset: 'ascii' });
    expect(ascii.reader.getCounterLabel(ascii.manager.allocate('naïve €'))).toBe('na?ve ?');
  });

  it('behaves like a simple model of it', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('allocate'), value: fc.nat(1000) }),
      fc.record({ kind: fc.constant('free'), value: fc.nat(15) }),
      fc.record({ kind: fc.constant('wait'), value: fc.nat(600) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { clock, manager, reader } = newCounters(16);
        const live = new Map<number, string>();
        const freedAt = new Map<number, number>();
        for (const { kind, value } of steps) {
          if (kind === 'wait') {
            clock.nowMs += value;
          } else if (kind === 'free' && live.delete(value)) {
            manager.free(value);
            freedAt.set(value, clock.nowMs);
          } else if (kind === 'allocate' && manager.available > 0) {
            const id = manager.allocate(`label ${value}`);
            expect(live.has(id)).toBe(false);
            expect(clock.nowMs - (freedAt.get(id) ?? -Infinity)).toBeGreaterThanOrEqual(REUSE_TIMEOUT_MS);
            live.set(id, `label ${value}`);
          }
          const seen = new Map<number, string>();
          reader.forEach((_value, id, label) => {
            seen.set(id, label);
          });
          expect([...seen].sort()).toEqual([...live].sort());
        }
      }),
    );
  });
});

describe('CountersReader', () => {
  it('finds by registration id and type, first match first', () => {
    const { manager, reader } = newCounters();
    for (const [typeId, registrationId] of [
      [1, 50],
      [2, 60],
      [3, 60],
      [3, 60],
    ] as const) {
      manager.setCounterRegistrationId(manager.allocate('x', typeId), registrationId);
    }
    expect(reader.findByRegistrationId(60)).toBe(1);
    expect(reader.findByTypeIdAndRegistrationId(3, 60)).toBe(2);
    expect(reader.findByTypeIdAndRegistrationId(1, 60)).toBe(NULL_COUNTER_ID);
    expect(reader.findByRegistrationId(61)).toBe(NULL_COUNTER_ID);
    manager.free(1);
    expect(reader.findByRegistrationId(60)).toBe(2);
  });

  it('goes through to the last counter when all are in use', () => {
    const { manager, reader } = newCounters(2);
    manager.allocate('a');
    manager.setCounterRegistrationId(manager.allocate('b'), 9);
    expect(labelsOf(reader)).toEqual(['0:a=0', '1:b=0']);
    expect(reader.findByRegistrationId(9)).toBe(1);
    expect(reader.nextAllocated(2)).toBe(NULL_COUNTER_ID);
    expect(reader.nextAllocated(-3)).toBe(0);
  });

  it.each([-1, 381, 2 ** 31 - 1, -(2 ** 31)])('clamps a label length of %i', (length) => {
    const { manager, reader, metadata } = newCounters();
    manager.allocate('label');
    metadata.putInt32(128, length);
    expect(reader.getCounterLabel(0).length).toBe(length < 0 ? 0 : 380);
    manager.appendToLabel(0, 'x');
    expect(reader.getCounterLabel(0).length).toBe(length < 0 ? 1 : 380);
  });

  it('refuses buffers that do not belong together, or are unaligned', () => {
    const values = AtomicBuffer.allocate(256);
    expect(() => new CountersReader(AtomicBuffer.allocate(1023), values)).toThrow(
      'metadataLength=1023 valuesLength=256',
    );
    expect(
      () => new CountersReader(AtomicBuffer.allocate(1024), new AtomicBuffer(new ArrayBuffer(512), 4, 256)),
    ).toThrow('multiple of 8');
    expect(new CountersReader(AtomicBuffer.allocate(0), AtomicBuffer.allocate(0)).maxCounterId).toBe(-1);
  });
});

describe('AtomicCounter', () => {
  it.each([0, 5, 2 ** 31, 2 ** 40, -1])('is found moved or where it was: %d', (value) => {
    const counter = newCounters().manager.newCounter('moving');
    counter.set(value);
    expect([counter.getSince(value), counter.getSince(value + 1), counter.getSince(-7)]).toEqual([value, value, value]);
    counter.set(value + 32);
    expect(counter.getSince(value)).toBe(value + 32);
  });

  it('reads and changes its value and label, and frees itself once', () => {
    const { manager, reader } = newCounters();
    manager.allocate('other');
    const counter = manager.newCounter('mine', 4);
    expect(counter.id).toBe(1);
    expect([counter.increment(), counter.incrementRelease(), counter.getAndAdd(10)]).toEqual([0, 1, 2]);
    expect([counter.getAndAddRelease(-2), counter.decrement(), counter.get()]).toEqual([12, 10, 9]);
    expect([counter.proposeMax(9), counter.proposeMax(12), counter.proposeMaxRelease(11)]).toEqual([
      false,
      true,
      false,
    ]);
    expect(counter.proposeMaxRelease(2 ** 40)).toBe(true);
    expect([counter.get(), counter.getPlain(), counter.getBigInt()]).toEqual([2 ** 40, 2 ** 40, 1n << 40n]);
    expect([counter.compareAndSet(1, 2), counter.compareAndSet(2 ** 40, -3)]).toEqual([false, true]);
    expect([counter.get(), counter.getPlain()]).toEqual([-3, -3]);
    counter.setBigInt(-(1n << 62n) - 1n);
    expect(counter.getBigInt()).toBe(-(1n << 62n) - 1n);
    counter.set(5);
    counter.setPlain(6);
    expect(reader.getCounterValue(1)).toBe(6);
    expect(reader.getCounterValue(0)).toBe(0);
    counter.updateLabel('renamed');
    counter.appendToLabel('!');
    expect(counter.label).toBe('renamed!');
    counter.close();
    counter.close();
    expect(counter.isClosed).toBe(true);
    expect(reader.getCounterState(1)).toBe(CounterState.RECLAIMED);
  });

  it('does nothing to the memory on close without an owner, and refuses an id past the end', () => {
    const { manager, values, reader } = newCounters(1);
    manager.allocate('a');
    const counter = new AtomicCounter(values, 0);
    counter.close();
    expect([counter.isClosed, counter.label]).toEqual([true, '']);
    expect(reader.getCounterState(0)).toBe(CounterState.ALLOCATED);
    expect(() => new AtomicCounter(values, 1)).toThrow(RangeError);
    expect(() => new AtomicCounter(values, -1)).toThrow(RangeError);
  });
});

describe('ReadableCounter', () => {
  it('watches a counter of someone else', () => {
    const { manager, reader } = newCounters();
    const id = manager.allocate('watched');
    manager.setCounterRegistrationId(id, 8);
    const counter = new ReadableCounter(reader, id);
    manager.setCounterValue(id, 99);
    expect([counter.get(), counter.getPlain(), counter.getBigInt()]).toEqual([99, 99, 99n]);
    expect([counter.registrationId, counter.label, counter.state]).toEqual([8, 'watched', CounterState.ALLOCATED]);
    expect(new ReadableCounter(reader, id, 12).registrationId).toBe(12);
    manager.free(id);
    expect(counter.state).toBe(CounterState.RECLAIMED);
    counter.close();
    expect(counter.isClosed).toBe(true);
    expect(() => new ReadableCounter(reader, id)).toThrow('counter not allocated: counterId=0 state=-1');
  });
});
