// SPDX-License-Identifier: Apache-2.0
/** What people read about a settings table: command-line help, a documentation page, and the print at start. Pure. */
import { environmentName, type Setting, type SettingsConfig, type SettingsTable } from './settings.ts';

const HELP_COLUMNS = 100;
const HELP_INDENT = '      ';

/** All settings of a table for `--help`, by group. */
export function helpText(table: SettingsTable): string {
  const lines: string[] = [];
  for (const { title, rows } of table.groups) {
    lines.push('', `${title}:`);
    for (const row of Object.values(rows)) {
      if (row.property !== undefined) {
        const bounds = row.bounds === '' ? '' : `  [${row.bounds}]`;
        lines.push(`  ${row.property}=${row.defaultText ?? ''}${bounds}`, ...wrap(row.doc));
      }
    }
  }
  return lines.slice(1).join('\n');
}

/**
 * The settings of a table as Markdown tables, one per group.
 *
 * @param level of the groups' headings.
 */
export function settingsMarkdown(table: SettingsTable, level = 2): string {
  const lines: string[] = [];
  for (const { title, rows } of table.groups) {
    lines.push(
      `${'#'.repeat(level)} ${title}`,
      '',
      '| option | property | environment | default | bounds | meaning |',
      '| --- | --- | --- | --- | --- | --- |',
      ...Object.entries(rows).map(([key, row]) => markdownRow(key, row)),
      '',
    );
  }
  return lines.join('\n');
}

/** `property=value` of every setting, in the table's order, for the print at start. */
export function describeSettings<T extends SettingsTable>(table: T, config: SettingsConfig<T>): string {
  const values = config as Readonly<Record<string, unknown>>;
  return Object.entries(table.rows)
    .map(([key, row]) => `${row.property ?? key}=${row.format(values[key]) ?? ''}`)
    .join('\n');
}

function markdownRow(key: string, row: Setting<unknown, unknown>): string {
  const uri = row.uriParameter === undefined ? '' : ` Channel parameter \`${row.uriParameter}\`.`;
  const cells = [
    code(key),
    code(row.property),
    code(environmentName(row)),
    row.defaultText === undefined ? 'unset' : code(row.defaultText),
    row.bounds,
    `${row.doc.replaceAll('<', '\\<')}${uri}`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function code(text: string | undefined): string {
  return text === undefined || text === '' ? '–' : `\`${text}\``;
}

function wrap(doc: string): string[] {
  const lines: string[] = [];
  let line = HELP_INDENT;
  for (const word of doc.split(' ')) {
    if (line.length + word.length > HELP_COLUMNS && line !== HELP_INDENT) {
      lines.push(line.trimEnd());
      line = HELP_INDENT;
    }
    line += `${word} `;
  }
  lines.push(line.trimEnd());
  return lines;
}
