// SPDX-License-Identifier: Apache-2.0
/** The layout tables there are. A new table is one import and one row here. */
import * as cnc from '../../packages/codecs/src/cnc/cnc.layout.ts';
import * as sharedMemory from '../../packages/codecs/src/cnc/shared-memory.layout.ts';
import * as commands from '../../packages/codecs/src/command/commands.layout.ts';
import * as events from '../../packages/codecs/src/command/events.layout.ts';
import * as logbuffer from '../../packages/codecs/src/logbuffer/log-metadata.layout.ts';
import * as frames from '../../packages/codecs/src/protocol/frames.layout.ts';
import * as keys from '../../packages/codecs/src/status/counter-keys.layout.ts';
import type { TableSource } from './generate.ts';

export const TABLES: readonly TableSource[] = [
  { folder: 'cnc', table: 'cnc.layout.ts', exports: cnc },
  { folder: 'cnc', table: 'shared-memory.layout.ts', exports: sharedMemory },
  { folder: 'command', table: 'commands.layout.ts', exports: commands },
  { folder: 'command', table: 'events.layout.ts', exports: events },
  { folder: 'logbuffer', table: 'log-metadata.layout.ts', exports: logbuffer },
  { folder: 'protocol', table: 'frames.layout.ts', exports: frames },
  { folder: 'status', table: 'counter-keys.layout.ts', exports: keys },
];
