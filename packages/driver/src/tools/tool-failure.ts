// SPDX-License-Identifier: Apache-2.0
/** What a tool says when it can't do its work: what is wrong, and what to do about it. Cold. */
import { driverDirectoriesNearby } from '@aeron/codecs/internal';
import { type AeronErrorCode, isAeronError, USAGE_ADVICE } from '@aeron/core/internal';
import type { ToolPorts } from './tool-call.ts';

const PERMISSION_CODES = /\b(EACCES|EPERM)\b/;

/** Lines for standard error; the stack of an error that should not happen is in them. */
export function failureLines(error: unknown, ports: ToolPorts, directory: string | undefined): string[] {
  const code = isAeronError(error) ? error.code : undefined;
  const isRefused = PERMISSION_CODES.test(String((error as Error).message));
  if (code === undefined && !isRefused) {
    return [String((error as Error)?.stack ?? error)];
  }
  const what = code === undefined ? String((error as Error).message) : `${code}: ${(error as Error).message}`;
  return [what, ...(isRefused ? permissionAdvice() : adviceFor(code, ports, directory))];
}

function permissionAdvice(): string[] {
  return [
    'This user may not use that file: its driver runs as another user, or with a umask that keeps others out.',
    'Run the tool as the user of the driver.',
  ];
}

function adviceFor(code: AeronErrorCode | undefined, ports: ToolPorts, directory: string | undefined): string[] {
  if (code === 'INVALID_ARGUMENT' || code === 'CONFIGURATION') {
    return [USAGE_ADVICE];
  }
  if (directory === undefined) {
    return [];
  }
  switch (code) {
    case 'CNC_NOT_READY':
      return noDriverAdvice(ports, directory);
    case 'CNC_VERSION':
      return [
        'The driver of that directory belongs to another version of Aeron: use the tools of that version.',
        'Or the file is none of a driver.',
      ];
    case 'CNC_CORRUPT':
      return [
        'The file is damaged or no file of a driver. If a driver runs there, stop it; then start it with',
        '  aeron.dir.delete.on.start=true',
      ];
    default:
      return [];
  }
}

function noDriverAdvice(ports: ToolPorts, directory: string): string[] {
  const advice = [
    'No media driver has been started in that directory. Start one:',
    `  aeronmd -Daeron.dir=${directory}`,
    'or name the directory of the one that runs: -d <directory>, -Daeron.dir=<directory> or AERON_DIR=<directory>.',
  ];
  const others = driverDirectoriesNearby(ports.files, directory);
  return others.length === 0 ? advice : [...advice, `Drivers have left files in: ${others.join(' ')}`];
}
