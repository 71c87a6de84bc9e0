// SPDX-License-Identifier: Apache-2.0
/** stream-stat: one line per stream with all its positions. @source aeron-samples/StreamStat */
import { remarkIfGone, takeSnapshot } from '../counters/driver-snapshot.ts';
import { jsonLine } from '../text/json.ts';
import { printable } from '../text/printable.ts';
import { cncFileLine, type ToolCall, textOf } from '../tool-call.ts';
import { type StreamPositions, streamPositions } from './stream-positions.ts';

/** @throws AeronError as `openCncFile`. */
export async function* streamStat(call: ToolCall): AsyncGenerator<string> {
  const snapshot = await takeSnapshot(call);
  remarkIfGone(call, snapshot);
  const streams = streamPositions(snapshot.counters);
  yield call.json
    ? jsonLine({ timestampMs: snapshot.timestampMs, path: snapshot.path, streams })
    : textOf([cncFileLine(snapshot.path), ...streams.map(streamLine)]);
}

/** `sessionId=1 streamId=2 channel=aeron:ipc : pub-pos:5:128 …` */
export function streamLine({ sessionId, streamId, channel, positions }: StreamPositions): string {
  const values = positions.map(({ name, registrationId, value }) => ` ${name}:${registrationId}:${value}`).join('');
  return printable(`sessionId=${sessionId} streamId=${streamId} channel=${channel} :${values}`);
}
