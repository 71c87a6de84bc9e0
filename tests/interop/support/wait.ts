// SPDX-License-Identifier: Apache-2.0
/** Waiting for conditions. */

export const LIMIT_MS = 40_000;

/** Waits until the condition holds; fails after a minute. */
export async function eventually(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + LIMIT_MS;
  while (!(await condition())) {
    if (Date.now() > deadlineMs) {
      throw new Error(`never happened: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
