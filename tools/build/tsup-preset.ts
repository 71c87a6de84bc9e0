// SPDX-License-Identifier: Apache-2.0
/** How every package is built: ESM and CommonJS with shared chunks, declarations and source maps. */
import type { Options } from 'tsup';

/**
 * @param entry output name → source file.
 * @returns the options for one package; `AERON_BUILD_TYPES=false` leaves the declarations out (the quick build).
 */
export function packageBuild(entry: Record<string, string>): Options {
  return {
    entry,
    format: ['esm', 'cjs'],
    platform: 'node',
    target: 'node20',
    // Without shared chunks each entry would carry its own copy of every class, and `instanceof` between them would fail.
    splitting: true,
    shims: true,
    sourcemap: true,
    clean: true,
    dts: process.env['AERON_BUILD_TYPES'] === 'false' ? false : { entry },
    tsconfig: 'tsconfig.json',
  };
}
