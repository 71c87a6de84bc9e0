// SPDX-License-Identifier: Apache-2.0
import {
  EVENT_TABLES,
  EventCatalogue,
  EventFlag,
  EventMemory,
  EventSource,
  type EventTable,
  maskOf,
  parseIpAddress,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import { SeededRandom } from '@aeron/core/testing';
import { comparable, readValues, sampleValues } from '../testing/event-samples.ts';
import { decodeRecord } from './decode-record.ts';
import type { LogEvent } from './log-event.ts';

const clock = { nanoTime: () => 12_345_678_900 };
const catalogue = new EventCatalogue();

function newMemory(flags = 0, ringLength = 64 * 1024): EventMemory {
  const memory = EventMemory.create(ringLength);
  memory.flags = flags;
  for (const { typeCode, rows } of EVENT_TABLES) {
    memory.setEnabled(typeCode, maskOf(Object.values(rows).map(({ id }) => id)));
  }
  return memory;
}

function readAll(memory: EventMemory): LogEvent[] {
  const events: LogEvent[] = [];
  while (
    memory.ring.read((typeId, buffer, offset, length) => {
      events.push(decodeRecord(catalogue, typeId, buffer, offset, length));
    }, 100) > 0
  ) {
    // until it is empty
  }
  return events;
}

function logged(table: EventTable, name: string, values: Record<string, unknown>, flags = 0): LogEvent {
  const memory = newMemory(flags);
  new EventSource(table, memory, clock).log(name, values as never);
  const [event, ...more] = readAll(memory);
  expect([more, memory.droppedCount, memory.failedCount]).toEqual([[], 0, 0]);
  if (event === undefined) {
    throw new Error(`nothing was logged: event=${name}`);
  }
  return event;
}

function written(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const address = typeof value === 'string' ? parseIpAddress(value) : undefined;
      return [name, comparable(address ?? value)];
    }),
  );
}

describe('a record', () => {
  const rows = EVENT_TABLES.flatMap((table) => Object.entries(table.rows).map(([name, row]) => ({ table, name, row })));

  it.each([
    ['from 1.53 on', 0],
    ['up to 1.52', EventFlag.CLASSIC_RECORDS],
  ])('of each event says what was logged, at the bounds of all values: form %s', (_, flags) => {
    for (const { table, name, row } of rows) {
      for (const values of sampleValues(row)) {
        const event = logged(table, name, values, flags);
        expect([name, readValues(event)]).toEqual([name, written(values)]);
        expect(event).toMatchObject({ context: table.context, name, timeNs: 12_345_678_900, isTruncated: false });
      }
    }
  });

  it('keeps the order of its fields and gives nulls the kind that the table says', () => {
    const table = EVENT_TABLES[0] as EventTable;
    const event = logged(table, 'NAME_RESOLUTION_RESOLVE', {
      ...{ resolverName: null, durationNs: 5, name: 'host', isReResolution: true, address: null },
    });
    expect(event.fields).toEqual([
      { name: 'resolverName', value: { kind: 'text', value: null } },
      { name: 'durationNs', value: { kind: 'number', value: 5 } },
      { name: 'name', value: { kind: 'text', value: 'host' } },
      { name: 'isReResolution', value: { kind: 'bool', value: true } },
      { name: 'address', value: { kind: 'address', value: null } },
    ]);
  });

  it('has the bytes of the reference: shortest numbers, tags, an open map, a flag', () => {
    const memory = newMemory();
    const source = new EventSource(EVENT_TABLES[0] as EventTable, memory, { nanoTime: () => 1_000_000 });
    source.log('NAK_SENT', {
      ...{ address: '10.0.0.1', port: 40_123, sessionId: -1, streamId: 1001, termId: 7, termOffset: 64 },
      ...{ nakLength: 1376, channel: 'aeron:udp' },
    } as never);
    let bytes = '';
    let type = 0;
    memory.ring.read((typeId, buffer, offset, length) => {
      type = typeId;
      bytes = Buffer.from(buffer.subarray(offset, length)).toString('hex');
    }, 1);
    const text = (value: string): string => Buffer.from(value).toString('hex');
    expect(type).toBe(54);
    expect(bytes).toBe(
      [
        '85 1a000f4240 1836',
        `68${text('NAK_SENT')} bf`,
        `67${text('address')} d834 44 0a000001`,
        `64${text('port')} 199cbb`,
        `69${text('sessionId')} 20`,
        `68${text('streamId')} 1903e9`,
        `66${text('termId')} 07`,
        `6a${text('termOffset')} 1840`,
        `69${text('nakLength')} 190560`,
        `67${text('channel')} 69${text('aeron:udp')}`,
        'ff f4',
      ]
        .join('')
        .replaceAll(' ', ''),
    );
  });

  it('is cut where it is full: a frame at its end, a reason with dots, any other field with all behind it', () => {
    const [driver, , cluster] = EVENT_TABLES as [EventTable, EventTable, EventTable];
    const frame = new Uint8Array(5000).fill(7);
    const frameEvent = logged(driver, 'FRAME_IN', { dstAddress: '1.2.3.4', dstPort: 5, buffer: frame });
    expect(frameEvent.isTruncated).toBe(true);
    const kept = frameEvent.fields.find(({ name }) => name === 'buffer')?.value.value;
    expect(kept instanceof Uint8Array && kept.length > 4000).toBe(true);
    const reason = 'r'.repeat(5000);
    const states = { memberId: 1, oldState: 'INIT', newState: 'CANVASS', leaderId: -1 };
    const positions = Object.fromEntries(
      [
        'candidateTermId',
        'leadershipTermId',
        'logPosition',
        'logLeadershipTermId',
        'appendPosition',
        'catchupPosition',
      ].map((name) => [name, -1]),
    );
    const election = logged(cluster, 'ELECTION_STATE_CHANGE', { ...states, ...positions, reason });
    expect(election.isTruncated).toBe(true);
    expect(election.fields.at(-1)?.value.value).toMatch(/^r{3000,}\.\.\.$/);
    const cleanup = logged(driver, 'REMOVE_PUBLICATION_CLEANUP', { channel: reason, sessionId: 1, streamId: 2 });
    expect(cleanup).toMatchObject({ isTruncated: true, fields: [] });
    const classic = logged(
      driver,
      'REMOVE_PUBLICATION_CLEANUP',
      { channel: reason, sessionId: 1, streamId: 2 },
      EventFlag.CLASSIC_RECORDS,
    );
    expect(classic).toMatchObject({ isTruncated: true, captureLength: 4079, originalLength: 5012 });
    expect(classic.fields[0]?.value.value).toMatch(/^r+\.\.\.$/);
  });

  it('of the reference is read, although it counts two bytes too many for an address that is null', () => {
    const memory = newMemory();
    const values = { resolverName: 'r', durationNs: 9, name: 'h', isReResolution: false, address: null };
    new EventSource(EVENT_TABLES[0] as EventTable, memory, clock).log('NAME_RESOLUTION_RESOLVE', values as never);
    let record = Buffer.alloc(0);
    memory.ring.read((_, buffer, offset, length) => {
      record = Buffer.from(buffer.subarray(offset, length));
    }, 1);
    const read = (...rest: number[]) => {
      const bytes = Buffer.concat([record, Buffer.from(rest)]);
      return readValues(decodeRecord(catalogue, 50, new AtomicBuffer(bytes), 0, bytes.length));
    };
    expect(read(0, 0)).toEqual(written(values));
    expect(() => read(0, 0, 0)).toThrow('bytes behind the end: length=3');
    expect(() => read(0, 1)).toThrow('bytes behind the end: length=2');
  });

  it('that nobody wrote like this is refused, whatever its bytes are', () => {
    const random = new SeededRandom(20);
    const memory = newMemory();
    new EventSource(EVENT_TABLES[0] as EventTable, memory, clock).log('NAK_SENT', {
      ...{ address: '10.0.0.1', port: 1, sessionId: -1, streamId: 1001, termId: 7, termOffset: 64 },
      ...{ nakLength: 1376, channel: 'aeron:udp' },
    } as never);
    let good = new Uint8Array(0);
    memory.ring.read((_, buffer, offset, length) => {
      good = Uint8Array.from(buffer.subarray(offset, length));
    }, 1);
    let refused = 0;
    for (let round = 0; round < 20_000; round++) {
      const bytes = round % 2 === 0 ? good.slice(0, random.nextInt(good.length + 1)) : good.slice();
      for (let i = 0; i < 1 + (round % 3) && bytes.length > 0; i++) {
        bytes[random.nextInt(bytes.length)] = random.nextInt(256);
      }
      try {
        decodeRecord(
          catalogue,
          random.nextInt(5) === 0 ? random.nextInt(300) : 54,
          new AtomicBuffer(bytes),
          0,
          bytes.length,
        );
      } catch (error) {
        refused++;
        expect((error as Error).name).toBe('MalformedRecordError');
      }
    }
    expect(refused).toBeGreaterThan(10_000);
  });
});
