// SPDX-License-Identifier: Apache-2.0
/** Waiting for what another process does: conditions are looked at again and again, never is a time slept through in hope. */

const LIMIT_MS = 60_000;
const INTERVAL_MS = 5;

/**
 * Waits until the condition gives something.
 *
 * @param describe what is waited for; for the failure.
 * @returns what it gave.
 */
export async function until<T>(
  condition: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  describe: string | (() => string),
  limitMs = LIMIT_MS,
): Promise<T> {
  const deadlineMs = Date.now() + limitMs;
  for (;;) {
    const result = await condition();
    if (result !== undefined && result !== false && result !== null) {
      return result;
    }
    if (Date.now() > deadlineMs) {
      throw new Error(`waited in vain for ${limitMs} ms: ${typeof describe === 'string' ? describe : describe()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}
