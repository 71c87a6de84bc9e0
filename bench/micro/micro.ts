// SPDX-License-Identifier: Apache-2.0
/**
 * Measures single operations: best of several rounds by CPU time, so that a busy machine disturbs little, and heap growth over
 * all calls, which shows allocation. Run each file on its own, for the compiler specialises on what a process has seen:
 *
 *     npx tsx bench/micro/log-append.ts
 */

const ROUNDS = 7;
const WARM_UP_CALLS = 200_000;

/** Runs `operation(count)` and prints ns and heap bytes per call. */
export function measure(name: string, count: number, operation: (count: number) => void): void {
  operation(WARM_UP_CALLS);
  operation(WARM_UP_CALLS);
  let bestNs = Number.POSITIVE_INFINITY;
  let bestBytes = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const heapBefore = process.memoryUsage().heapUsed;
    const before = process.cpuUsage();
    operation(count);
    const { user, system } = process.cpuUsage(before);
    bestBytes = Math.min(bestBytes, Math.max(0, process.memoryUsage().heapUsed - heapBefore));
    bestNs = Math.min(bestNs, ((user + system) * 1000) / count);
  }
  console.log(`${name.padEnd(60)} ${bestNs.toFixed(1).padStart(8)} ns ${(bestBytes / count).toFixed(3).padStart(9)} B`);
}
