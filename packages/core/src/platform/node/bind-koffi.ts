// SPDX-License-Identifier: Apache-2.0
import { loadOptionalModule } from './optional-module.ts';

/**
 * Binds calls of the C library through koffi, whichever of its formats the module comes in.
 *
 * @param bind is given koffi, typed as far as the caller uses it.
 * @returns what `bind` made, or why there is none: no koffi for this machine, or no such call in its library.
 */
export function bindKoffi<Koffi, Bound>(bind: (koffi: Koffi) => Bound): Bound | Error {
  const { module, error } = loadOptionalModule('koffi');
  if (error !== undefined) {
    return error;
  }
  try {
    return bind(((module as { default?: Koffi }).default ?? module) as Koffi);
  } catch (cause) {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}
