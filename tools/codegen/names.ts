// SPDX-License-Identifier: Apache-2.0
/** Spellings of one name in the generated code. */

/** `termOffset` → `TERM_OFFSET`. */
export function upperSnake(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();
}

/** `StatusMessage` → `status-message`. */
export function kebab(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}

/** `label` → `Label`. */
export function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
