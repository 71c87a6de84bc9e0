// SPDX-License-Identifier: Apache-2.0
/** Settings of event logging, resolved, and which events they switch on. */

import { EventFlag, type EventMask, type EventTable } from '@aeron/codecs/internal';
import { environmentNameOf, parseSize, resolveSettings, type SettingsOptions } from '@aeron/core/internal';
import { type AgentConfig, agentSettings } from './agent-settings.ts';
import { selectedMask } from './event-selection.ts';

/** The settings of the event log as options. */
export type AgentOptions = SettingsOptions<typeof agentSettings>;

/** Where settings come from. */
export interface AgentSources {
  readonly options?: AgentOptions;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly properties: Readonly<Record<string, string | undefined>>;
}

/** @throws ConfigurationError with everything that is wrong. */
export function resolveAgentConfig(sources: AgentSources): AgentConfig {
  return resolveSettings(agentSettings, { options: {}, ...sources });
}

/** What the settings switch on of a component, also of one that is defined outside. */
export function enabledEvents(
  table: EventTable,
  { options = {}, environment, properties }: AgentSources,
  warn: (text: string) => void,
): EventMask {
  const rows = Object.entries(agentSettings.rows);
  const given = (property: string): string | undefined => {
    const key = rows.find(([, row]) => row.property === property)?.[0];
    const option = key === undefined ? undefined : (options as Readonly<Record<string, unknown>>)[key];
    const value = option ?? environment[environmentNameOf(property)] ?? properties[property];
    return value === undefined || value === '@null' ? undefined : String(value);
  };
  return selectedMask(table, given(table.property), given(`${table.property}.disable`), (token) =>
    warn(`unknown event code: ${token}`),
  );
}

/** Bytes after which a file is full. */
export function fileMaxLength({ eventLogFileMaxLength: text }: AgentConfig, warn: (text: string) => void): number {
  const length = text === undefined ? Number.POSITIVE_INFINITY : parseSize(text);
  if (length === undefined || length <= 0) {
    warn(`log files will not be rolled, no size: aeron.event.log.file.max.length=${text}`);
    return Number.POSITIVE_INFINITY;
  }
  return length;
}

export function memoryFlags(config: AgentConfig): number {
  return (
    (config.eventLogRenderData ? EventFlag.RENDER_DATA : 0) |
    (config.eventLogRecord === '1.52' ? EventFlag.CLASSIC_RECORDS : 0) |
    (config.eventLogThrowExceptions ? EventFlag.THROW_EXCEPTIONS : 0)
  );
}
