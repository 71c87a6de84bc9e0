// SPDX-License-Identifier: Apache-2.0
/** Values at the bounds of what records can hold, for every field of every event. */
import type { FieldKind, LogEventRow } from '@aeron/codecs/internal';
import type { LogEvent } from '../reader/log-event.ts';

/** Lengths at which the head of a text in CBOR grows. */
const TEXTS = [0, 1, 23, 24, 255, 256].map((length) => 'x'.repeat(length));

const SAMPLES: Readonly<Record<FieldKind, readonly unknown[]>> = {
  i8: [0, 1, 23, 24, 127, -1, -24, -25, -128],
  i32: [0, 23, 24, 255, 256, 65_535, 65_536, 2_147_483_647, -1, -256, -257, -2_147_483_648],
  i64: [
    0,
    4_294_967_295,
    4_294_967_296,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
    -1,
    -4_294_967_296,
    -4_294_967_297,
    2n ** 63n - 1n,
    -(2n ** 63n),
    -7n,
    9n,
  ],
  bool: [true, false],
  text: [...TEXTS, null, 'aeron:udp?endpoint=localhost:40123|alias="x"'],
  enum: ['ACTIVE', 'LEADER_LOG_REPLICATION', null],
  address: ['127.0.0.1', '255.0.255.7', '::1', 'fe80::1', '2001:db8:1:2:3:4:5:6', null],
  bytes: [new Uint8Array(0), Uint8Array.of(1, 2, 3)],
  frame: [new Uint8Array(8), Uint8Array.from({ length: 64 }, (_, i) => i)],
  command: [new Uint8Array(0), Uint8Array.from({ length: 300 }, (_, i) => i)],
  sbe: [new Uint8Array(8), Uint8Array.from({ length: 40 }, (_, i) => 200 - i)],
};

/** Rounds of values: each field goes through its samples, each at its own pace. */
export function sampleValues(row: LogEventRow): Record<string, unknown>[] {
  const kinds = Object.entries(row.fields);
  const rounds = Math.max(...kinds.map(([, kind]) => SAMPLES[kind].length), 1);
  return Array.from({ length: rounds }, (_, round) =>
    Object.fromEntries(
      kinds.map(([name, kind], index) => [name, SAMPLES[kind][(round + index) % SAMPLES[kind].length]]),
    ),
  );
}

/** What was read, in the form of what was written. */
export function readValues(event: LogEvent): Record<string, unknown> {
  return Object.fromEntries(event.fields.map(({ name, value }) => [name, comparable(value.value)]));
}

/** What can be told apart after a round through a record: numbers by their value, addresses and messages by their bytes. */
export function comparable(value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : typeof value === 'number' ? String(value) : bytesOrSame(value);
}

function bytesOrSame(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}
