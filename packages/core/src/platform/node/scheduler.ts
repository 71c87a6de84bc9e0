// SPDX-License-Identifier: Apache-2.0
/** Callbacks on the event loop of this thread. Not for the data path: each call allocates. */
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { Scheduler } from '../ports.ts';

interface Handle {
  cancel(): void;
}

/** Uses the real timers also where a test has replaced the global ones. */
export class NodeScheduler implements Scheduler {
  soon(callback: () => void, keepAlive = true): unknown {
    const immediate = setImmediate(callback);
    if (!keepAlive) {
      immediate.unref();
    }
    return { cancel: () => clearImmediate(immediate) } satisfies Handle;
  }

  after(delayMs: number, callback: () => void, keepAlive: boolean): unknown {
    const timeout = setTimeout(callback, Math.max(1, Math.ceil(delayMs)));
    if (!keepAlive) {
      timeout.unref();
    }
    return { cancel: () => clearTimeout(timeout) } satisfies Handle;
  }

  cancel(handle: unknown): void {
    (handle as Handle | undefined)?.cancel();
  }
}
