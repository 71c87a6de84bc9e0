// SPDX-License-Identifier: Apache-2.0
/** Counts in system counters. Conductor only. */
import type { SystemCounters } from '../status/system-counters.ts';

/** Adds 1 to a system counter that only the conductor writes. */
export function counting(systemCounters: SystemCounters, name: Parameters<SystemCounters['get']>[0]): () => void {
  const counter = systemCounters.get(name);
  return () => {
    counter.incrementRelease();
  };
}
