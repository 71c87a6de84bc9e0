// SPDX-License-Identifier: Apache-2.0
/** What generated pages are made of. */

/** Says where a page comes from. */
export const GENERATED = 'Generated from the tables by `npm run docs`: change those, never this page.';

/** A table; `|` inside cells is escaped. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(columns), `|${' --- |'.repeat(columns.length)}`, ...rows.map(line)].join('\n');
}
