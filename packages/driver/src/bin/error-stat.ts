#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** The program error-stat; what it does is in tools/error-stat/error-stat.ts. */
import { errorStat } from '../tools/error-stat/error-stat.ts';
import { errorStatSettings } from '../tools/tool-settings.ts';
import { runToolProgram } from './tool-program.ts';

void runToolProgram({
  name: 'error-stat',
  description: 'Shows the distinct errors that a media driver has recorded',
  configure: (command) =>
    command
      .option('-f, --file <path>', 'another file that is, or holds, an error log')
      .option('-o, --offset <bytes>', 'where in that file the log starts'),
  run: ({ call, options, settings }) => {
    const { errorFileName, errorFileOffset } = settings(errorStatSettings, {
      errorFileName: options['file'] as string | undefined,
      errorFileOffset: options['offset'] as string | undefined,
    });
    return errorStat(call, { file: errorFileName, fileOffset: errorFileOffset });
  },
});
