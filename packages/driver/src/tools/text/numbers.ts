// SPDX-License-Identifier: Apache-2.0
/** Numbers as the tools print them. Pure. */

const GROUPING = new Intl.NumberFormat('en-US');

/** With a comma between groups of three digits. */
export function groupDigits(value: bigint | number): string {
  return GROUPING.format(value);
}

/** Right-aligned in `width` columns. */
export function alignRight(text: string, width: number): string {
  return text.padStart(width);
}

/** Decimal digits of a non-negative integer. */
export function digitCount(value: number): number {
  return String(Math.max(value, 0)).length;
}
