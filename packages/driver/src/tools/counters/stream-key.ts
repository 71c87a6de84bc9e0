// SPDX-License-Identifier: Apache-2.0
/** Gathers counters by the stream that they are about: session, stream and channel as in their keys. Pure. */
import { readStreamCounterKey, type StreamIdentity } from '@aeron/codecs/internal';
import type { CounterRow } from './counter-row.ts';

/** A counter of a stream, with what its key says. */
export interface StreamCounterRow extends CounterRow {
  readonly stream: StreamIdentity;
}

/** One stream and all of its counters, in the order of their ids. */
export interface StreamGroup {
  readonly sessionId: number;
  readonly streamId: number;
  /** As the key holds it: cut to what fits there. */
  readonly channel: string;
  readonly counters: readonly StreamCounterRow[];
}

/** The streams of the counters of some types, by session, stream and channel. A counter whose key can't be read is left out. */
export function groupByStream(counters: readonly CounterRow[], typeIds: ReadonlySet<number>): StreamGroup[] {
  const groups = new Map<string, StreamGroup & { counters: StreamCounterRow[] }>();
  for (const row of counters) {
    const stream = typeIds.has(row.typeId) ? readStreamCounterKey(row.key) : undefined;
    if (stream === undefined) {
      continue;
    }
    const { sessionId, streamId, channel } = stream;
    const name = `${sessionId} ${streamId} ${channel}`;
    const group = groups.get(name) ?? { sessionId, streamId, channel, counters: [] };
    groups.set(name, group);
    group.counters.push({ ...row, stream });
  }
  return [...groups.values()].sort(inOrder);
}

function inOrder(a: StreamGroup, b: StreamGroup): number {
  return a.sessionId - b.sessionId || a.streamId - b.streamId || compareText(a.channel, b.channel);
}

function compareText(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
