// SPDX-License-Identifier: Apache-2.0
/**
 * Runs an agent by its caller's hand: each `invoke` is one duty cycle. It is also what every runner is built on, so that an
 * agent's errors and its end are treated the same however it is run.
 *
 * @source agrona/AgentInvoker
 */
import { AeronError, isAeronError } from '../errors/aeron-error.ts';
import type { Agent, ErrorHandler } from './agent.ts';

export interface ErrorCounter {
  readonly isClosed: boolean;
  increment(): unknown;
}

export interface AgentInvokerOptions {
  readonly agent: Agent;
  /** Told of whatever the agent throws, except of an expected termination. */
  readonly errorHandler: ErrorHandler;
  /** Incremented for each error of `doWork`. */
  readonly errorCounter?: ErrorCounter | undefined;
}

export class AgentInvoker {
  readonly agent: Agent;
  readonly #errorHandler: ErrorHandler;
  readonly #errorCounter: ErrorCounter | undefined;
  #isStarted = false;
  #isRunning = false;
  #isClosed = false;

  constructor(options: AgentInvokerOptions) {
    this.agent = options.agent;
    this.#errorHandler = options.errorHandler;
    this.#errorCounter = options.errorCounter;
  }

  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** Between a successful start and the end, whoever asked for it. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Starts the agent, once. If that fails the error handler is told and the agent is closed. */
  start(): void {
    if (this.#isStarted || this.#isClosed) {
      return;
    }
    this.#isStarted = true;
    try {
      this.agent.onStart?.();
      this.#isRunning = true;
    } catch (error) {
      try {
        this.#errorHandler(toError(error));
      } finally {
        this.close();
      }
    }
  }

  /**
   * One duty cycle, if the agent is running. An AgentTerminationError from it closes the agent.
   *
   * @returns work count; 0 when not running or after an error.
   */
  invoke(): number {
    if (!this.#isRunning) {
      return 0;
    }
    try {
      return this.agent.doWork();
    } catch (error) {
      this.#onWorkError(error);
      return 0;
    }
  }

  /** Ends the agent, once, also one that never started. */
  close(): void {
    if (this.#isClosed) {
      return;
    }
    this.#isRunning = false;
    this.#isClosed = true;
    try {
      this.agent.onClose?.();
    } catch (error) {
      this.#errorHandler(toError(error));
    }
  }

  #onWorkError(error: unknown): void {
    const isTermination = isAeronError(error, 'TERMINATED');
    try {
      if (!isTermination || (error as { isExpected?: unknown }).isExpected !== true) {
        if (this.#errorCounter?.isClosed === false) {
          this.#errorCounter.increment();
        }
        this.#errorHandler(toError(error));
      }
    } finally {
      if (isTermination) {
        this.close();
      }
    }
  }
}

/** Whatever was thrown, as an Error. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error
    ? thrown
    : new AeronError('AERON', `not an Error was thrown: ${String(thrown)}`, { cause: thrown });
}
