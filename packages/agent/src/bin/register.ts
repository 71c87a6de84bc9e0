// SPDX-License-Identifier: Apache-2.0
/**
 * `node --import @aeron/agent/register program.js`: event logging for every driver of the process. Worker threads run this too,
 * and find what the main thread has installed.
 */
import { isMainThread } from 'node:worker_threads';
import { isAeronError } from '@aeron/core/internal';
import { installForProgram } from './install-here.ts';

const EXIT_FAILURE = 1;

if (isMainThread) {
  try {
    installForProgram();
  } catch (error) {
    console.error(`event log: ${isAeronError(error) ? error.message : String((error as Error)?.stack ?? error)}`);
    process.exit(EXIT_FAILURE);
  }
}
