#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** The program log-inspector; what it does is in tools/log-inspector/log-inspector.ts. */
import { InvalidArgumentError, Option } from 'commander';
import { inspectLog } from '../tools/log-inspector/log-inspector.ts';
import { logInspectorSettings } from '../tools/tool-settings.ts';
import { runToolProgram } from './tool-program.ts';

const BOOLEANS = ['true', 'false'];

void runToolProgram({
  name: 'log-inspector',
  description: 'Prints everything that a log buffer file holds',
  usesDirectory: false,
  examples: ['log-inspector -f ascii -d true /dev/shm/aeron-user/publications/5.logbuffer 100'],
  configure: (command) =>
    command
      .argument('<file>', 'the log buffer file of a publication or an image')
      .argument('[bytes]', 'how much of each message is shown (default: all of it)', parseLimit)
      .addOption(
        new Option('-d, --skip-default-header <boolean>', 'without the prepared frame header').choices(BOOLEANS),
      )
      .addOption(new Option('-f, --format <format>', 'how messages are shown').choices(['hex', 'ascii']))
      .addOption(
        new Option('-z, --scan-over-zeroes <boolean>', 'goes on behind places where nothing was written').choices(
          BOOLEANS,
        ),
      ),
  run: ({ call, args, options, settings }) => {
    const { dataFormat, skipDefaultHeader, scanOverZeroes } = settings(logInspectorSettings, {
      dataFormat: options['format'] as string | undefined,
      skipDefaultHeader: options['skipDefaultHeader'] as string | undefined,
      scanOverZeroes: options['scanOverZeroes'] as string | undefined,
    });
    return inspectLog(call, {
      path: args[0] ?? '',
      dumpLimit: args[1] === undefined ? Number.MAX_SAFE_INTEGER : parseLimit(args[1]),
      format: dataFormat,
      skipDefaultHeader,
      scanOverZeroes,
      visible: process.stdout.isTTY,
    });
  },
});

function parseLimit(text: string): number {
  if (!/^\d+$/.test(text)) {
    throw new InvalidArgumentError('A whole number of bytes is expected.');
  }
  return Number(text);
}
