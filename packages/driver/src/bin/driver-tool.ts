#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** The program driver-tool; what it does is in tools/driver-tool/driver-tool.ts. */
import { Argument } from 'commander';
import { type DriverToolTask, driverTool } from '../tools/driver-tool/driver-tool.ts';
import { runToolProgram } from './tool-program.ts';

void runToolProgram({
  name: 'driver-tool',
  description: 'Tells about the media driver of a directory, or asks it to end',
  examples: [
    'driver-tool                 which driver, since when, and when it last showed that it lives',
    'kill $(driver-tool pid)',
    'driver-tool alive > /dev/null && echo yes',
  ],
  configure: (command) =>
    command
      .addArgument(
        new Argument(
          '[task]',
          'alive: fails unless the driver lives; pid: its process id alone; terminate: a request to end',
        ).choices(['alive', 'pid', 'terminate']),
      )
      .option('-P', 'same as pid')
      .option('-T', 'same as terminate'),
  run: ({ call, args, options }) => driverTool(call, taskOf(args[0], options)),
});

/** Where several are named the harmless one is done, as in the reference. */
function taskOf(argument: string | undefined, options: Readonly<Record<string, unknown>>): DriverToolTask {
  if (argument === 'pid' || options['P'] === true) {
    return 'pid';
  }
  if (argument === 'terminate' || options['T'] === true) {
    return 'terminate';
  }
  return argument === 'alive' ? 'alive' : 'describe';
}
