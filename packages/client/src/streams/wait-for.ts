// SPDX-License-Identifier: Apache-2.0
/**
 * Waits for something to become true of a resource, in the event loop: looks, services the client, looks again.
 */
import { AeronError } from '@aeron/core';
import type { Scheduler } from '@aeron/core/internal';
import { checkTimeout } from '../conductor/arguments.ts';
import type { ClientPort } from '../conductor/ports.ts';

const NS_PER_MS = 1_000_000;
const ROUND_MS = 1;

/** What ends a wait. */
export interface EventWaitOptions {
  /** Ends the wait; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Ends the wait with an error of code TIMEOUT. Ms; no limit when left out. */
  readonly timeoutMs?: number;
}

/** What is waited for, and what may be wrong when it does not come. */
export interface Awaited {
  readonly what: string;
  readonly advice: string;
}

/**
 * @param probe the awaited thing, or undefined as long as it is not there; what it throws rejects the promise.
 * @param what names the awaited thing in messages.
 * @returns rejects with the signal's reason, TIMEOUT, or CLOSED when the client closes.
 */
export async function waitFor<T>(
  conductor: ClientPort,
  { what, advice }: Awaited,
  probe: () => T | undefined,
  options: EventWaitOptions = {},
): Promise<T> {
  checkTimeout(options);
  const { signal, timeoutMs = Number.POSITIVE_INFINITY } = options;
  const { clock } = conductor;
  const deadlineNs = clock.nanoTime() + timeoutMs * NS_PER_MS;
  for (;;) {
    signal?.throwIfAborted();
    const found = probe();
    if (found !== undefined) {
      return found;
    }
    if (conductor.isClosed) {
      throw new AeronError('CLOSED', `the client was closed while waiting for ${what}`);
    }
    if (clock.nanoTime() >= deadlineNs) {
      throw new AeronError('TIMEOUT', `waited in vain for ${what}: timeoutMs=${timeoutMs}: ${advice}`);
    }
    await nextRound(conductor.scheduler, signal);
    conductor.service();
  }
}

/** Resolves when it is time to look again, or at once when the signal fires. */
function nextRound(scheduler: Scheduler, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      scheduler.cancel(handle);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const handle = scheduler.after(ROUND_MS, finish, true);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
