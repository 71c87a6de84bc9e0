// SPDX-License-Identifier: Apache-2.0
/** Comparisons of Node versions that are kept: one Markdown file each, which docs/performance.md shows. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folded } from './table.ts';

const FOLDER = ['bench', 'results', 'nodes'];
const SUFFIX = '.md';

/** @param name of the file. @param text the machine, an empty line, a table. */
export function writeComparison(root: string, name: string, text: string): void {
  const folder = join(root, ...FOLDER);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}${SUFFIX}`), `${text.trim()}\n`);
}

/** The section of the page, with what it stands behind, the latest open; empty where nothing was kept. */
export function comparisonsPart(root: string): string {
  const folder = join(root, ...FOLDER);
  const names = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.endsWith(SUFFIX)).sort();
  const parts = names.map((name, index) => {
    const text = readFileSync(join(folder, name), 'utf8').trim();
    const run = name.slice(0, -SUFFIX.length);
    const isLatest = index === names.length - 1;
    const said = `Run ${run}, this implementation alone. ${text}`;
    return isLatest ? said : folded(`Node versions, run ${run}`, said);
  });
  return parts.length === 0 ? '' : `\n\n## Node versions\n\n${parts.reverse().join('\n\n')}`;
}
