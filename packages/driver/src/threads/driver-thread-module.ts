// SPDX-License-Identifier: Apache-2.0
/** Where the entries of the driver's threads lie: beside this module when built, in the folder bin when run from source. */

/**
 * Always the ES module, also where this one was required: a thread takes either, and bundling CommonJS with shared chunks
 * turns `?.` and `??` into calls with closures, which the duty cycle need not pay for.
 *
 * @returns URL of the module for the thread that runs the driver.
 */
export function driverThreadModule(moduleUrl: string = import.meta.url): string {
  return threadModule('driver-thread', moduleUrl);
}

/** @returns URL of the module for a thread that runs agents beside the conductor. */
export function agentThreadModule(moduleUrl: string = import.meta.url): string {
  return threadModule('agent-thread', moduleUrl);
}

function threadModule(name: string, moduleUrl: string): string {
  const entry = moduleUrl.endsWith('.ts') ? `../bin/${name}.ts` : `./${name}.js`;
  return new URL(entry, moduleUrl).href;
}
