// SPDX-License-Identifier: Apache-2.0
/**
 * Whether the client may be called now: open, and not from inside one of its own callbacks. Runs those callbacks, so that what
 * they throw ends up with the error handler and never in the conductor.
 */
import { AeronError, isAeronError } from '@aeron/core';

export type ClientState = 'active' | 'terminating' | 'closed';

export class ClientGuard {
  state: ClientState = 'active';
  readonly #reportError: (error: unknown) => void;
  #isInCallback = false;

  constructor(reportError: (error: unknown) => void) {
    this.#reportError = reportError;
  }

  get isActive(): boolean {
    return this.state === 'active';
  }

  /** @throws AeronError CLOSED or REENTRANT_CALL. */
  ensureUsable(): void {
    this.ensureActive();
    this.ensureNotReentrant();
  }

  ensureActive(): void {
    if (this.state !== 'active') {
      throw new AeronError('CLOSED', `Aeron client is ${this.state}`);
    }
  }

  ensureNotReentrant(): void {
    if (this.#isInCallback) {
      throw new AeronError('REENTRANT_CALL', 'reentrant calls are not permitted during callbacks');
    }
  }

  /**
   * Calls a handler of the application.
   *
   * @throws AeronError TERMINATED when the handler did, to end the client in order, unless it is ending already.
   */
  callBack(handler: () => unknown): void {
    const wasInCallback = this.#isInCallback;
    this.#isInCallback = true;
    try {
      const result = handler();
      if (result instanceof Promise) {
        // An async handler is not awaited, but its failure must not take the process down as an unhandled rejection.
        result.catch(this.#reportError);
      }
    } catch (error) {
      if (isAeronError(error, 'TERMINATED') && this.isActive) {
        throw error;
      }
      this.#reportError(error);
    } finally {
      this.#isInCallback = wasInCallback;
    }
  }
}
