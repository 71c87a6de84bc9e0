// SPDX-License-Identifier: Apache-2.0
/** Where the entry of the driver's thread lies: beside this module when built, in the folder bin when run from source. */

/** @returns URL of the module for a worker thread, in the format that this module itself was loaded in. */
export function driverThreadModule(moduleUrl: string = import.meta.url): string {
  if (moduleUrl.endsWith('.ts')) {
    return new URL('../bin/driver-thread.ts', moduleUrl).href;
  }
  const extension = moduleUrl.endsWith('.cjs') ? 'cjs' : 'js';
  return new URL(`./driver-thread.${extension}`, moduleUrl).href;
}
