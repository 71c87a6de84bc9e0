// SPDX-License-Identifier: Apache-2.0
/** backlog-stat: where the bytes of each stream wait. @source aeron-samples/BacklogStat */
import { remarkIfGone, takeSnapshot } from '../counters/driver-snapshot.ts';
import { jsonLine } from '../text/json.ts';
import { printable } from '../text/printable.ts';
import { cncFileLine, type ToolCall, textOf } from '../tool-call.ts';
import { type StreamBacklog, type SubscriberBacklog, streamBacklogs } from './stream-backlogs.ts';

export interface BacklogOptions {
  /** Shows also those subscribers that read the publication's own log: over IPC, and spies. */
  readonly all: boolean;
}

/** @throws AeronError as `openCncFile`. */
export async function* backlogStat(call: ToolCall, options: BacklogOptions): AsyncGenerator<string> {
  const snapshot = await takeSnapshot(call);
  remarkIfGone(call, snapshot);
  const streams = streamBacklogs(snapshot.counters);
  yield call.json
    ? jsonLine({ timestampMs: snapshot.timestampMs, path: snapshot.path, streams })
    : textOf([cncFileLine(snapshot.path), ...streams.flatMap((stream) => backlogLines(stream, options))]);
}

/** One stream as a small tree. */
export function backlogLines(stream: StreamBacklog, { all }: BacklogOptions): string[] {
  const { sessionId, streamId, channel, receiver, subscribers } = stream;
  const lines = [`sessionId=${sessionId} streamId=${streamId} channel=${channel} : `, ...publisherLines(stream)];
  if (receiver !== undefined) {
    lines.push(`┌─receiver ${receiver.registrationId} is at position ${receiver.position}`);
  } else if (all && subscribers.length > 0) {
    lines.push('┌─no receiver');
  }
  if (receiver !== undefined || all) {
    lines.push(...subscribers.map((subscriber, index) => subscriberLine(subscriber, index === subscribers.length - 1)));
  }
  return [...lines.map(printable), ''];
}

function publisherLines({ publisher, sender }: StreamBacklog): string[] {
  if (publisher === undefined) {
    return [];
  }
  const { registrationId, position, remainingWindow } = publisher;
  const first = `┌─for publisher ${registrationId} the last sampled position is ${position} (~${remainingWindow} bytes before back-pressure)`;
  if (sender === undefined) {
    return [first, '└─no sender'];
  }
  const progress = sender.backlog >= 0n ? `has to send ${sender.backlog} bytes` : `is at position ${sender.position}`;
  const window = `(${sender.remainingWindow} bytes remaining in the sender window)`;
  return [first, `└─sender ${sender.registrationId} ${progress} ${window}`];
}

function subscriberLine(
  { registrationId, position, publicationId, backlog }: SubscriberBacklog,
  isLast: boolean,
): string {
  const progress = backlog === undefined ? `is at position ${position}` : `has ${backlog} backlog bytes`;
  const source = publicationId === undefined ? '' : ` of publication ${publicationId}`;
  return `${isLast ? '└' : '├'}─subscriber ${registrationId} ${progress}${source}`;
}
