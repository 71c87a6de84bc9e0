// SPDX-License-Identifier: Apache-2.0
/**
 * Records of log events from the rings of the reference's drivers, with the lines that its readers print of them
 * (event-log.golden.json, which names the versions): of each event at least one, in both forms. Here they are read to the same lines,
 * and what they say is written to the same bytes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClassicText, decodeRecord, type LogEvent, type LogField, ModernText } from '@aeron/agent';
import {
  driverEvents,
  EventCatalogue,
  EventFlag,
  EventMemory,
  EventSource,
  formatIpAddress,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';

interface GoldenRecord {
  readonly typeId: number;
  /** Hexadecimal. */
  readonly record: string;
  readonly line: string;
}

interface Golden {
  /** Of the reference: the older form is that of a released agent, the newer one has not been released yet. */
  readonly versions: { readonly classic: string; readonly modern: string };
  readonly classic: readonly GoldenRecord[];
  readonly modern: readonly GoldenRecord[];
}

const golden = JSON.parse(readFileSync(join(__dirname, 'event-log.golden.json'), 'utf8')) as Golden;
const catalogue = new EventCatalogue();
const nameOf = ({ typeId }: GoldenRecord): string => catalogue.find(typeId)?.name ?? String(typeId);

function decoded({ typeId, record }: GoldenRecord): LogEvent {
  const bytes = Buffer.from(record, 'hex');
  return decodeRecord(catalogue, typeId, new AtomicBuffer(bytes), 0, bytes.length);
}

/** The event as our hooks write it. */
function encoded(event: LogEvent, flags: number): string {
  const memory = EventMemory.create(64 * 1024);
  memory.flags = flags | EventFlag.RENDER_DATA | EventFlag.THROW_EXCEPTIONS;
  const source = new EventSource(driverEvents, memory, { nanoTime: () => event.timeNs });
  const name = event.name as keyof typeof driverEvents.rows;
  const message = event.fields.find(({ value }) => value.kind === 'frame' || value.kind === 'command');
  const values = Object.fromEntries(event.fields.map(({ name: field, value }) => [field, plain(value)]));
  if (message === undefined) {
    source.log(name, values as never);
  } else {
    const buffer = new AtomicBuffer(message.value.value as Uint8Array);
    if (message.value.kind === 'frame') {
      source.logFrame(name, values['dstAddress'] as string, values['dstPort'] as number, buffer, 0, buffer.capacity);
    } else {
      source.logMessage(name, buffer, 0, buffer.capacity);
    }
  }
  let found = '';
  memory.ring.read((_typeId, buffer, offset, length) => {
    found = Buffer.from(buffer.subarray(offset, length)).toString('hex');
  }, 1);
  return found;
}

/** As that release has it: one event has another name, and a flag of one command is not known. */
function inOlderWords(line: string): string {
  return line.replace(' NAK_SENT [', ' SEND_NAK_MESSAGE [').replace(/ revoke=(true|false)$/, '');
}

/** In the newer form the reference counts two bytes too many for an address that is null. */
function excessOf({ name, fields }: LogEvent): string {
  const isExcessive = name === 'NAME_RESOLUTION_RESOLVE' && fields.at(-1)?.value.value === null;
  return isExcessive ? '0000' : '';
}

function plain({ kind, value }: LogField['value']): unknown {
  return kind === 'address' && value !== null ? formatIpAddress(value) : value;
}

describe.each([
  ['modern', golden.versions.modern, golden.modern, new ModernText(false), 0],
  ['classic', golden.versions.classic, golden.classic, new ClassicText(catalogue, false), EventFlag.CLASSIC_RECORDS],
] as const)('%s records of log events, of the reference %s', (_form, _version, records, text, flags) => {
  it('are of all events that its drivers log', () => {
    expect(new Set(records.map(nameOf)).size).toBeGreaterThan(40);
  });

  it.each(records.map((record) => [nameOf(record), record] as const))('are read and written alike: %s', (_, record) => {
    const event = decoded(record);
    const line = flags === 0 ? text.line(event) : inOlderWords(text.line(event));
    expect(line).toBe(record.line);
    expect(encoded(event, flags) + (flags === 0 ? excessOf(event) : '')).toBe(record.record);
  });
});
