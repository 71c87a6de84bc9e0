// SPDX-License-Identifier: Apache-2.0
/** The process of a tool: what signals do, and how text gets out. */
import { once } from 'node:events';
import { constants } from 'node:os';
import type { ToolText } from '../tools/tool-call.ts';

/** Status of every failure. */
export const EXIT_FAILURE = 1;
const EXIT_BY_SIGNAL = 128;
/** Ctrl-C is how one leaves a tool that goes on and on, so it is no failure. */
const SIGNALS = [
  ['SIGINT', 0],
  ['SIGTERM', EXIT_BY_SIGNAL + constants.signals.SIGTERM],
] as const;

/**
 * The first signal lets the tool come to its end, a second one ends the process at once. The listeners stay: the library that
 * gives the cursor back would end the process by itself if it saw nobody else listening.
 */
export function stopOnSignals(aborting: AbortController): void {
  for (const [signal, status] of SIGNALS) {
    process.on(signal, () => {
      if (aborting.signal.aborted) {
        process.exit(EXIT_BY_SIGNAL + constants.signals[signal]);
      }
      process.exitCode = status;
      aborting.abort();
    });
  }
}

/** Waits where the reader is slower, so that a large log does not pile up in memory. */
export async function print(text: ToolText): Promise<void> {
  for await (const piece of text) {
    if (!process.stdout.write(piece)) {
      await once(process.stdout, 'drain');
    }
  }
}

/** Nothing is said to someone who has seen enough and reads no more, as `head` does. */
export function onOutputError(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') {
    process.exit(0);
  }
  console.error(`can't write to standard output: ${error.message}`);
  process.exit(EXIT_FAILURE);
}
