// SPDX-License-Identifier: Apache-2.0
import {
  driverEvents,
  EventCatalogue,
  EventFlag,
  EventMemory,
  EventSource,
  maskOf,
  NO_EVENTS,
} from '@aeron/codecs/internal';
import { CountingSink } from '../sinks/counting-sink.ts';
import type { EventSink } from '../sinks/event-sink.ts';
import { EventLogReader } from './event-log-reader.ts';

const ALL = maskOf(Object.values(driverEvents.rows).map(({ id }) => id));

function newLog(flags = 0) {
  const memory = EventMemory.create(64 * 1024);
  memory.flags = flags;
  memory.setEnabled(0, ALL);
  let nowNs = 0;
  const clock = { nanoTime: () => nowNs };
  const counts = new CountingSink();
  const calls: string[] = [];
  const errors: string[] = [];
  const sink: EventSink = {
    onEvent: ({ name }) => calls.push(name),
    onDropped: (count, total) => calls.push(`dropped ${count} of ${total}`),
    flush: () => calls.push('flush'),
    close: () => calls.push('close'),
  };
  const broken: EventSink = {
    onEvent: () => {
      throw new Error('broken sink');
    },
  };
  const onError = (error: Error): void => {
    errors.push(error.message);
  };
  const reader = new EventLogReader({
    memory,
    catalogue: new EventCatalogue(),
    sinks: [sink, counts, broken],
    clock,
    onError,
  });
  const events = new EventSource(driverEvents, memory, clock);
  const advance = (durationNs: number): void => {
    nowNs += durationNs;
  };
  return { memory, reader, events, counts, calls, errors, advance };
}

describe('the reader of events', () => {
  it('hands events to all sinks, whatever one of them does, and flushes after each batch', () => {
    const { reader, events, calls, errors, counts } = newLog();
    events.log('TEXT_DATA', { value: 'a' });
    events.log('START', { version: '1' });
    expect(reader.doWork()).toBe(2);
    expect(reader.doWork()).toBe(0);
    expect(calls).toEqual(['TEXT_DATA', 'START', 'flush']);
    expect(errors).toEqual(['broken sink', 'broken sink']);
    expect(counts.countOf('DRIVER', 'START')).toBe(1);
    events.log('TEXT_DATA', { value: 'b' });
    reader.onClose();
    expect(calls.slice(3)).toEqual(['TEXT_DATA', 'flush', 'close']);
  });

  it('counts what the ring had no room for, and says so', () => {
    const { memory, reader, events, calls, counts } = newLog();
    for (let i = 0; i < 1000; i++) {
      events.log('TEXT_DATA', { value: 'x'.repeat(1000) });
    }
    const dropped = memory.droppedCount;
    expect(dropped).toBeGreaterThan(900);
    reader.drain();
    expect(calls).toContain(`dropped ${dropped} of ${dropped}`);
    expect(counts.countOf('DRIVER', 'TEXT_DATA')).toBe(1000 - dropped);
    expect(counts.droppedCount).toBe(dropped);
    events.log('TEXT_DATA', { value: 'there is room again' });
    reader.drain();
    expect(counts.countOf('DRIVER', 'TEXT_DATA')).toBe(1001 - dropped);
  });

  it('goes on after a record that is none', () => {
    const { memory, reader, events, counts } = newLog();
    const at = memory.ring.tryClaim(54, 20);
    memory.ring.buffer.setMemory(at, 20, 0xee);
    memory.ring.commit(at);
    events.log('TEXT_DATA', { value: 'a' });
    reader.drain();
    expect(reader.malformedCount).toBe(1);
    expect(counts.countOf('DRIVER', 'TEXT_DATA')).toBe(1);
  });

  it('steps over a record whose thread ended while it wrote', () => {
    const { memory, reader, events, counts, advance } = newLog();
    memory.ring.tryClaim(54, 20);
    events.log('TEXT_DATA', { value: 'a' });
    for (let i = 0; i < 5; i++) {
      reader.doWork();
      advance(1_000_000_000);
    }
    expect(counts.countOf('DRIVER', 'TEXT_DATA')).toBe(1);
  });
});

describe('a source of events', () => {
  it('learns what is on when it looks, and does nothing while all is off', () => {
    const { memory, events } = newLog();
    expect([events.isOn.RESEND, events.isAnyOn]).toEqual([true, true]);
    memory.setEnabled(0, NO_EVENTS);
    expect(events.isOn.RESEND).toBe(true);
    events.refresh();
    expect([events.isOn.RESEND, events.isAnyOn]).toEqual([false, false]);
    memory.setEnabled(0, maskOf([55]));
    events.refresh();
    expect([events.isOn.RESEND, events.isOn.NAK_SENT]).toEqual([true, false]);
    const off = new EventSource(driverEvents);
    off.refresh();
    off.log('TEXT_DATA', { value: 'nowhere' });
    expect(off.isAnyOn).toBe(false);
  });

  it('never throws for what it is given, unless a test asks for it', () => {
    const { memory, events } = newLog();
    events.log('TEXT_DATA', { value: 5 as never });
    events.log('NAK_SENT', undefined as never);
    events.log('NO_SUCH_EVENT' as never, {} as never);
    expect(memory.failedCount).toBe(2);
    const strict = newLog(EventFlag.THROW_EXCEPTIONS);
    expect(() => strict.events.log('NO_SUCH_EVENT' as never, {} as never)).toThrow('event=NO_SUCH_EVENT');
  });

  it('shares its memory with sources of other threads, and refuses what another version made', () => {
    const { memory } = newLog();
    const again = new EventMemory(memory.shared);
    expect(again.enabled(0)).toEqual(ALL);
    expect(() => new EventMemory(new SharedArrayBuffer(1 << 17))).toThrow('another version: version=0 expected=1');
    expect(() => new EventMemory(new SharedArrayBuffer(8))).toThrow('another version');
  });

  it('has room for a bounded number of components and directories', () => {
    const { memory } = newLog();
    for (let typeCode = 100; typeCode < 115; typeCode++) {
      memory.setEnabled(typeCode, maskOf([1]));
    }
    expect(() => memory.setEnabled(200, maskOf([1]))).toThrow('too many components with events: typeCode=200 max=16');
    const indexes = Array.from({ length: 17 }, (_, i) => memory.openDirectory(`/dev/shm/aeron-${i}`));
    expect(indexes.at(-1)).toBe(-1);
    expect(memory.openDirectory('x'.repeat(2000))).toBe(-1);
    memory.closeDirectory(3);
    memory.closeDirectory(-1);
    expect(memory.directories().map(({ path }) => path)).toEqual(
      Array.from({ length: 16 }, (_, i) => `/dev/shm/aeron-${i}`).filter((path) => path !== '/dev/shm/aeron-3'),
    );
    expect(memory.openDirectory('/again')).toBe(3);
  });
});
