// SPDX-License-Identifier: Apache-2.0
/** What the tools print with `--json`: one document on one line. Pure. */

/** Integers beyond 2^53, which many readers of JSON would round, become strings of their digits. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, exactIntegers)}\n`;
}

function exactIntegers(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') {
    const asNumber = Number(value);
    return Number.isSafeInteger(asNumber) ? asNumber : String(value);
  }
  return value;
}
