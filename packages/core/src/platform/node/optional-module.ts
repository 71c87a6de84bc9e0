// SPDX-License-Identifier: Apache-2.0
/**
 * Loads a module that may be missing or may not fit this machine, without failing at import time. Works in both formats the
 * package ships in.
 */
import { createRequire } from 'node:module';

const requireHere = createRequire(typeof __filename === 'string' ? __filename : import.meta.url);

/** The exports of a module, or why it can not be had. */
export type OptionalModule =
  | { readonly module: unknown; readonly error?: undefined }
  | { readonly module?: undefined; readonly error: Error };

/** @param name a package name, or an absolute path. */
export function loadOptionalModule(name: string): OptionalModule {
  try {
    return { module: requireHere(name) as unknown };
  } catch (error) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
}
