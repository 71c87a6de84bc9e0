// SPDX-License-Identifier: Apache-2.0
/** Where the entry of the driver's thread lies: beside this module when built, in the folder bin when run from source. */

/**
 * Always the ES module, also where this one was required: a thread takes either, and bundling CommonJS with shared chunks
 * turns `?.` and `??` into calls with closures, which the duty cycle need not pay for.
 *
 * @returns URL of the module for a worker thread.
 */
export function driverThreadModule(moduleUrl: string = import.meta.url): string {
  const entry = moduleUrl.endsWith('.ts') ? '../bin/driver-thread.ts' : './driver-thread.js';
  return new URL(entry, moduleUrl).href;
}
