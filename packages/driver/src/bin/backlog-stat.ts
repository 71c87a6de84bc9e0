#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** The program backlog-stat; what it does is in tools/backlog-stat/backlog-stat.ts. */
import { backlogStat } from '../tools/backlog-stat/backlog-stat.ts';
import { runToolProgram } from './tool-program.ts';

void runToolProgram({
  name: 'backlog-stat',
  description: 'Shows where the bytes of every stream wait: before the sender, the receiver or a subscriber',
  configure: (command) => command.option('-a, --all', 'also subscribers over IPC, and spies'),
  run: ({ call, options }) => backlogStat(call, { all: options['all'] === true }),
});
