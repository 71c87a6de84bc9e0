// SPDX-License-Identifier: Apache-2.0
/**
 * Where an agent's errors go that no caller can be given: a counter, the error log, and whoever asked to be told. Never
 * throws, and loses no error: what can't be logged is printed.
 *
 * @source agrona/CountedErrorHandler, agrona/LoggingErrorHandler
 */
import type { ErrorHandler } from '../agent/agent.ts';
import type { DistinctErrorLog } from './distinct-error-log.ts';
import { errorText } from './error-text.ts';

export interface CountedErrorHandlerOptions {
  readonly errorLog: DistinctErrorLog;
  readonly errorCounter?: { readonly isClosed: boolean; increment(): unknown } | undefined;
  /** Told after the error was logged. */
  readonly delegate?: ErrorHandler | undefined;
  /** Takes what the log has no room for, and all errors after `close`. */
  readonly print: (text: string) => void;
}

export class CountedErrorHandler {
  /** Bound: may be passed around by itself. */
  readonly onError: ErrorHandler;
  #isClosed = false;

  constructor(options: CountedErrorHandlerOptions) {
    this.onError = (error) => this.#onError(error, options);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** To be called before the memory of log and counter is given up. */
  close(): void {
    this.#isClosed = true;
  }

  #onError(error: Error, options: CountedErrorHandlerOptions): void {
    if (this.#isClosed) {
      options.print(`error log is closed\n${errorText(error)}`);
      return;
    }
    if (options.errorCounter?.isClosed === false) {
      options.errorCounter.increment();
    }
    record(error, options);
    try {
      options.delegate?.(error);
    } catch (cause) {
      record(new Error('error handler failed', { cause }), options);
    }
  }
}

function record(error: Error, { errorLog, print }: CountedErrorHandlerOptions): void {
  if (!errorLog.record(error)) {
    print(`error log is full, consider increasing the length of the error buffer\n${errorText(error)}`);
  }
}
