#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** The program loss-stat; what it does is in tools/loss-stat/loss-stat.ts. */
import { lossStat } from '../tools/loss-stat/loss-stat.ts';
import { runToolProgram } from './tool-program.ts';

void runToolProgram({
  name: 'loss-stat',
  description: 'Shows what streams have lost on their way to this driver, as comma-separated values',
  run: ({ call }) => lossStat(call),
});
