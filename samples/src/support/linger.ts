// SPDX-License-Identifier: Apache-2.0
/** Waits, and no longer than the program is wanted. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SampleSettings } from '../options/sample-settings.ts';

const NS_PER_MS = 1_000_000;

/** Sleeps, unless `stopping` is or gets aborted. */
export async function pause(durationMs: number, stopping: AbortSignal): Promise<void> {
  await sleep(durationMs, undefined, { signal: stopping }).catch(() => undefined);
}

/** Stays as long as the settings say, so that subscribers can finish. */
export async function linger(settings: SampleSettings, stopping: AbortSignal): Promise<void> {
  const lingerMs = settings.lingerNs > 0 ? settings.lingerNs / NS_PER_MS : settings.lingerTimeoutMs;
  if (lingerMs > 0) {
    console.log(`Lingering for ${lingerMs} milliseconds...`);
    await pause(lingerMs, stopping);
  }
}
