// SPDX-License-Identifier: Apache-2.0
/** The counters of each stream side by side. Pure. @source aeron-samples/StreamStat */
import { DRIVER_COUNTERS } from '@aeron/codecs/internal';
import type { CounterRow } from '../counters/counter-row.ts';
import { groupByStream, type StreamCounterRow } from '../counters/stream-key.ts';

export interface StreamPosition {
  /** Start of the counter's label, such as `pub-lmt`. */
  readonly name: string;
  readonly registrationId: number;
  readonly value: bigint;
}

export interface StreamPositions {
  readonly sessionId: number;
  readonly streamId: number;
  /** As complete as any label has it. */
  readonly channel: string;
  readonly positions: readonly StreamPosition[];
}

const STREAM_TYPE_IDS: ReadonlySet<number> = new Set([
  DRIVER_COUNTERS.PUBLISHER_LIMIT.typeId,
  DRIVER_COUNTERS.SENDER_POSITION.typeId,
  DRIVER_COUNTERS.RECEIVER_HWM.typeId,
  DRIVER_COUNTERS.SUBSCRIBER_POSITION.typeId,
  DRIVER_COUNTERS.RECEIVER_POSITION.typeId,
  DRIVER_COUNTERS.SENDER_LIMIT.typeId,
  DRIVER_COUNTERS.PUBLISHER_POSITION_CONCURRENT.typeId,
  DRIVER_COUNTERS.SENDER_BACK_PRESSURE_EVENTS.typeId,
  DRIVER_COUNTERS.SENDER_NAKS_RECEIVED.typeId,
  DRIVER_COUNTERS.RECEIVER_NAKS_SENT.typeId,
]);

/** By session, stream and channel. */
export function streamPositions(counters: readonly CounterRow[]): StreamPositions[] {
  return groupByStream(counters, STREAM_TYPE_IDS).map(({ sessionId, streamId, channel, counters: rows }) => ({
    sessionId,
    streamId,
    channel: rows.map(channelOfLabel).reduce(longer, channel),
    positions: rows.map((row) => ({
      name: nameOfLabel(row.label),
      registrationId: row.stream.registrationId,
      value: row.value,
    })),
  }));
}

function nameOfLabel(label: string): string {
  const end = label.indexOf(':');
  return end < 0 ? label : label.slice(0, end);
}

/** A label has room for more of a channel than a key; that of a subscriber ends with the join position. */
function channelOfLabel({ typeId, label }: StreamCounterRow): string {
  const start = label.indexOf('aeron:');
  if (start < 0) {
    return '';
  }
  const end = typeId === DRIVER_COUNTERS.SUBSCRIBER_POSITION.typeId ? label.lastIndexOf(' @') : -1;
  return end > start ? label.slice(start, end) : label.slice(start);
}

function longer(a: string, b: string): string {
  return b.length > a.length ? b : a;
}
