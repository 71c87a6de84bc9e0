// SPDX-License-Identifier: Apache-2.0
/** The page docs/EVENTS.md, made of the tables of log events. */
import { EVENT_TABLES } from '../../packages/codecs/src/eventlog/catalogue.ts';
import type { EventTable, FieldKind, LogEventRow } from '../../packages/codecs/src/eventlog/event-table.ts';
import { GENERATED } from './markdown.ts';

const INTRODUCTION = `# Log events

${GENERATED} How to switch events on:
[event logging](guides/event-logging.md).

Ids and names are the reference's and never change. Fields stand in the order of the lines of releases from 1.53 on. The lines of
releases up to 1.52, and of the C driver, have the same values in the order of the last column; \`{field}\` is the value without its name.`;

const KINDS: Readonly<Record<FieldKind, string>> = {
  i8: 'int8',
  i32: 'int32',
  i64: 'int64',
  bool: 'boolean',
  text: 'text',
  enum: 'word',
  address: 'IP address',
  bytes: 'bytes',
  frame: 'UDP frame',
  command: 'message',
  sbe: 'SBE message',
};

export function eventsPage(): string {
  return [INTRODUCTION, ...EVENT_TABLES.map(tableText)].join('\n\n').concat('\n');
}

function tableText(table: EventTable): string {
  const { context, typeCode, property, rows, groups } = table;
  const words = ['all', ...Object.keys(groups)].map((word) => `\`${word}\``).join(', ');
  const head = `## ${context}\n\nType code ${typeCode}; property \`${property}\`; groups ${words}.`;
  const columns = '| id | event | when | fields | older line |\n| --- | --- | --- | --- | --- |';
  const lines = Object.entries(rows)
    .sort(([, a], [, b]) => a.id - b.id)
    .map(([name, row]) => rowText(name, row));
  return [head, [columns, ...lines].join('\n')].join('\n\n');
}

function rowText(name: string, { id, doc, fields, classic }: LogEventRow): string {
  const kinds = Object.entries(fields).map(([field, kind]) => `${field}: ${KINDS[kind]}`);
  return `| ${id} | ${name} | ${doc} | ${kinds.join(', ')} | \`${classic.text}\` |`;
}
