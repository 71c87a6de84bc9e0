// SPDX-License-Identifier: Apache-2.0
/**
 * How much a call allocates on the JavaScript heap. Tests only: it reads the heap's size around batches of calls, so nothing
 * else should be going on meanwhile.
 */

const WARM_UP_CALLS = 300_000;
const CALLS_PER_BATCH = 10_000;
const DEFAULT_CALLS = 1_000_000;

/**
 * Calls `operation` over and over, after a warm-up that lets it be compiled.
 *
 * @returns bytes per call: the median of the batches, so that a collection or a recompilation in some of them does not count.
 *   Bookkeeping of the measurement itself stays below 0.2.
 */
export function allocationPerCall(operation: () => void, calls = DEFAULT_CALLS): number {
  for (let i = 0; i < WARM_UP_CALLS; i++) {
    operation();
  }
  const growths = new Float64Array(Math.max(3, Math.ceil(calls / CALLS_PER_BATCH)));
  for (let batch = 0; batch < growths.length; batch++) {
    growths[batch] = growthOfBatch(operation);
  }
  const collectedNothing = growths.filter((growth) => growth >= 0).sort();
  return (collectedNothing[collectedNothing.length >> 1] ?? Number.POSITIVE_INFINITY) / CALLS_PER_BATCH;
}

function growthOfBatch(operation: () => void): number {
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < CALLS_PER_BATCH; i++) {
    operation();
  }
  return process.memoryUsage().heapUsed - before;
}
