// SPDX-License-Identifier: Apache-2.0
/** How every package is built: ESM and CommonJS with shared chunks, declarations and source maps. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import type { Options } from 'tsup';
import { withConstants } from './constants.ts';

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
    esbuildOptions(options, { format }) {
      if (format === 'cjs') {
        // The step that turns shared chunks into CommonJS would rewrite these to calls with closures, which is slow in hot
        // code; esbuild lowers them to plain conditions before it.
        options.supported = { ...options.supported, 'optional-chain': false, 'nullish-coalescing': false };
      }
    },
    plugins: [constants, relativeMaps],
    define: { AERON_BUILD_COMMIT: JSON.stringify(commit()) },
  };
}

/**
 * The step that turns shared chunks into CommonJS names the chunk itself, by its path on this machine, as the source of the few
 * lines that it adds. The name of the file beside the map says the same to everybody.
 */
function makeRelative(path: string): void {
  if (!path.endsWith('.map')) {
    return;
  }
  const map = JSON.parse(readFileSync(path, 'utf8')) as { sources: string[] };
  const sources = map.sources.map((source) => (isAbsolute(source) ? basename(source) : source));
  writeFileSync(path, JSON.stringify({ ...map, sources }));
}

const constants: NonNullable<Options['plugins']>[number] = {
  name: 'constants',
  renderChunk(code, { path }) {
    return /\.c?js$/.test(path) ? { code: withConstants(code) } : undefined;
  },
};

const relativeMaps: NonNullable<Options['plugins']>[number] = {
  name: 'relative-maps',
  buildEnd({ writtenFiles }) {
    for (const { name } of writtenFiles) {
      makeRelative(name);
    }
  },
};

/** Abbreviated id of what is being built; `unknown` outside a repository. */
function commit(): string {
  const result = spawnSync('git', ['rev-parse', '--short=10', 'HEAD'], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : 'unknown';
}
