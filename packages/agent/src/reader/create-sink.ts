// SPDX-License-Identifier: Apache-2.0
/** Makes the sink that the settings ask for. Runs in the thread of the reader. */
import { type EventCatalogue, type EventMemory, hasEvent } from '@aeron/codecs/internal';
import { COMMIT, ConfigurationError, type ErrorHandler, type Platform, VERSION } from '@aeron/core/internal';
import { fileMaxLength } from '../config/agent-config.ts';
import { type AgentConfig, readerOf } from '../config/agent-settings.ts';
import { CollectingSink } from '../sinks/collecting-sink.ts';
import { CountingSink } from '../sinks/counting-sink.ts';
import type { EventSink } from '../sinks/event-sink.ts';
import { type LineOutput, StreamOutput } from '../sinks/line-output.ts';
import { LineSink } from '../sinks/line-sink.ts';
import { RollingFile } from '../sinks/rolling-file.ts';
import { ClassicText } from '../text/classic-text.ts';
import { dateTimeText } from '../text/date-time.ts';
import { JsonLines } from '../text/json-lines.ts';
import type { LineFormat } from '../text/line-format.ts';
import { ModernText } from '../text/modern-text.ts';
import { exportOf, type LoadModule } from './load-extensions.ts';

/** What a reader of the user's own is given. */
export interface EventSinkContext {
  readonly config: AgentConfig;
  readonly catalogue: EventCatalogue;
  readonly platform: Platform;
  /** The lines of the settings, for who only wants to put them elsewhere. */
  readonly format: LineFormat;
}

export interface SinkPorts {
  readonly platform: Platform;
  readonly catalogue: EventCatalogue;
  readonly memory: EventMemory;
  /** Writes to standard output, all of it, before it returns. */
  readonly print: (bytes: Uint8Array) => void;
  readonly warn: (text: string) => void;
  readonly onError: ErrorHandler;
  readonly load: LoadModule;
}

/** The sinks of ours that have no output. */
export type NamedSink = CollectingSink | CountingSink;

export function newLineFormat(config: AgentConfig, { catalogue, platform }: Pick<SinkPorts, 'catalogue' | 'platform'>) {
  switch (config.eventLogStyle) {
    case '1.52':
      return new ClassicText(catalogue, config.eventLogRenderData);
    case 'json':
      return new JsonLines(platform.clock, config.eventLogRenderData);
    default:
      return new ModernText(config.eventLogRenderData);
  }
}

/**
 * @throws ConfigurationError for a module that can't be loaded or exports no `createEventSink`; Error when the file can't be made.
 */
export function createSink(config: AgentConfig, ports: SinkPorts): EventSink {
  const format = newLineFormat(config, ports);
  switch (readerOf(config.eventLogReader)) {
    case 'default':
      return new LineSink(format, newOutput(config, format, ports), ports.platform.clock);
    case 'collecting':
      return new CollectingSink();
    case 'counting':
      return new CountingSink();
    default:
      return loadSink({ config, format, catalogue: ports.catalogue, platform: ports.platform }, ports.load);
  }
}

function newOutput(config: AgentConfig, format: LineFormat, ports: SinkPorts): LineOutput {
  const { platform, warn, onError } = ports;
  const firstLine = (): string =>
    format.started(platform.clock.nanoTime(), dateTimeText(platform.clock.epochMs()), loggersText(ports));
  const { eventLogFilename: path } = config;
  return path === undefined
    ? new StreamOutput(ports.print, firstLine())
    : new RollingFile({ files: platform.files, path, maxLength: fileMaxLength(config, warn), firstLine, onError });
}

/** The components of which something is on, with their versions. */
function loggersText({ catalogue, memory }: SinkPorts): string {
  return catalogue.tables
    .filter(({ typeCode, rows }) => Object.values(rows).some(({ id }) => hasEvent(memory.enabled(typeCode), id)))
    .map(({ context }) => `${context}: version=${VERSION} commit=${COMMIT}`)
    .join(', ');
}

function loadSink(context: EventSinkContext, load: LoadModule): EventSink {
  const property = 'aeron.event.log.reader.classname';
  const { eventLogReader: specifier } = context.config;
  const create = exportOf(load, property, specifier, 'createEventSink');
  if (typeof create !== 'function') {
    throw new ConfigurationError(`module exports no function createEventSink: ${property}=${specifier}`);
  }
  return create(context) as EventSink;
}
