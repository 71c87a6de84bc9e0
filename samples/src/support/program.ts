// SPDX-License-Identifier: Apache-2.0
/** What every sample does around its work: ends cleanly when interrupted, says in one line what went wrong. */
import { isAeronError } from '@aeron/core';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** The reason of the signal when a person or the system asked the program to end. */
export const INTERRUPTED = 'interrupted';

/**
 * Runs `main`, whose `stopping` is aborted by SIGINT and SIGTERM; a second one ends the process at once. The exit status is 0
 * also after an interruption.
 */
export async function runProgram(name: string, main: (stopping: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(INTERRUPTED);
  for (const signal of STOP_SIGNALS) {
    process.once(signal, stop);
  }
  try {
    await main(controller.signal);
  } catch (error) {
    // What was being waited for rejects when interrupted; that is an end like any other.
    if (!controller.signal.aborted) {
      console.error(`${name}: ${describeFailure(error)}`);
      process.exitCode = 1;
    }
  } finally {
    for (const signal of STOP_SIGNALS) {
      process.off(signal, stop);
    }
  }
}

/** One line for a failure that Aeron has a name for, all that is known of any other. */
export function describeFailure(error: unknown): string {
  if (isAeronError(error)) {
    return `${error.code}: ${error.message}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
