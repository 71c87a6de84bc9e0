// SPDX-License-Identifier: Apache-2.0
/** Brings event logging into a process: memory that all its threads find, what the settings switch on, and the reader's thread. */
import { EVENT_MEMORY_NAME, EVENT_TABLES, EventMemory } from '@aeron/codecs/internal';
import type { Platform } from '@aeron/core/internal';
import { type AgentSources, enabledEvents, memoryFlags, resolveAgentConfig } from './config/agent-config.ts';
import { EventLog } from './event-log.ts';
import { type LoadModule, loadEventTables } from './reader/load-extensions.ts';
import type { ReaderConfig } from './reader/reader-config.ts';

export interface InstallPorts {
  readonly platform: Platform;
  /** Tells people what is wrong. */
  readonly warn: (text: string) => void;
  /** The script of the reader's thread. */
  readonly readerModule: string;
  readonly load: LoadModule;
}

/** @throws ConfigurationError with everything that is wrong with the settings. */
export function install(sources: AgentSources, { platform, warn, readerModule, load }: InstallPorts): EventLog {
  const config = resolveAgentConfig(sources);
  const tables = [...EVENT_TABLES, ...loadEventTables(config.eventLogExtensions, load)];
  const memory = EventMemory.create(config.eventBufferLength);
  memory.flags = memoryFlags(config);
  for (const table of tables) {
    memory.setEnabled(table.typeCode, enabledEvents(table, sources, warn));
  }
  platform.host.offerSharedMemory(EVENT_MEMORY_NAME, memory.shared);
  const data: ReaderConfig = { memory: memory.shared, config };
  const thread = platform.threads.spawn('event-log-reader', readerModule, data);
  thread.onError((error) => warn(`the reader of events has ended: ${error.message}`));
  const log = new EventLog(memory, { platform, thread, warn });
  thread.holdProcess(false); // after the listeners, which would hold the process
  return log;
}
