#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** The program stream-stat; what it does is in tools/stream-stat/stream-stat.ts. */
import { streamStat } from '../tools/stream-stat/stream-stat.ts';
import { runToolProgram } from './tool-program.ts';

void runToolProgram({
  name: 'stream-stat',
  description: 'Shows the positions of every stream, a line each',
  run: ({ call }) => streamStat(call),
});
