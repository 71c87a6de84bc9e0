// SPDX-License-Identifier: Apache-2.0
/** The public door. `@aeron/agent/register` installs by being imported. */
export {
  archiveEvents,
  clusterEvents,
  driverEvents,
  EventCatalogue,
  EventSource,
  type EventTable,
  type EventValues,
  event,
  eventTable,
  type LogEventRow,
} from '@aeron/codecs/internal';
export { installEventLog } from './bin/install-here.ts';
export { openEvents } from './bin/open-events.ts';
export type { AgentOptions } from './config/agent-config.ts';
export type { AgentConfig } from './config/agent-settings.ts';
export type { EventLog } from './event-log.ts';
export type { EventSinkContext } from './reader/create-sink.ts';
export { decodeRecord } from './reader/decode-record.ts';
export { fieldOf, type LogEvent, type LogField, type LogValue } from './reader/log-event.ts';
export { CollectingSink } from './sinks/collecting-sink.ts';
export { CountingSink } from './sinks/counting-sink.ts';
export type { EventSink } from './sinks/event-sink.ts';
export { ClassicText } from './text/classic-text.ts';
export { JsonLines } from './text/json-lines.ts';
export type { LineFormat } from './text/line-format.ts';
export { ModernText } from './text/modern-text.ts';
