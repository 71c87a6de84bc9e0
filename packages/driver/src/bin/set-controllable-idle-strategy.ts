#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** The program set-controllable-idle-strategy; what it does is in tools/controllable-idle/controllable-idle.ts. */
import {
  IDLE_STATUS_NAMES,
  parseIdleStatus,
  setControllableIdle,
} from '../tools/controllable-idle/controllable-idle.ts';
import { runToolProgram } from './tool-program.ts';

const names = [...IDLE_STATUS_NAMES].map(([name, status]) => `${status} ${name}`).join(', ');

void runToolProgram({
  name: 'set-controllable-idle-strategy',
  description: 'Tells a running media driver how its agents shall idle, where their idle strategy is `controllable`',
  configure: (command) => command.argument('<n>', `number or name: ${names}`),
  run: ({ call, args }) => setControllableIdle(call, parseIdleStatus(args[0] ?? '')),
});
