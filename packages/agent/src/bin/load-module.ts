// SPDX-License-Identifier: Apache-2.0
/** Loads what the settings name, ES modules and CommonJS alike, at once. */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

/** A path is relative to the working directory; what is none is a package that the program there has. */
export function loadModule(specifier: string): unknown {
  const require = createRequire(`${process.cwd()}/`);
  return require(specifier.startsWith('.') ? resolve(specifier) : specifier);
}
