// SPDX-License-Identifier: Apache-2.0
/** Bytes as a table of sixteen columns with their characters beside them, as the reference draws it. */

const COLUMNS = 16;
const RULE = `+--------+${'-'.repeat(49)}+${'-'.repeat(COLUMNS)}+`;
const HEAD = [
  `         +${'-'.repeat(49)}+`,
  `         |${Array.from({ length: COLUMNS }, (_, i) => `  ${i.toString(16)}`).join('')} |`,
  RULE,
];

/** @source agrona/PrintBufferUtil */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += COLUMNS) {
    const row = [...bytes.subarray(at, at + COLUMNS)];
    const hex = row.map((byte) => ` ${byte.toString(16).padStart(2, '0')}`).join('');
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    const address = at.toString(16).padStart(8, '0');
    lines.push(`|${address}|${hex.padEnd(3 * COLUMNS)} |${text.padEnd(COLUMNS)}|`);
  }
  return [...HEAD, ...lines, RULE].join('\n');
}
