// SPDX-License-Identifier: Apache-2.0
/** Every TypeScript block of the README and the guides is a program that runs to its end. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guides = readdirSync(join(root, 'docs', 'guides')).map((name) => join('docs', 'guides', name));

function blocksOf(page: string): [string, string][] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match, i) => [`${page} block ${i + 1}`, match[1] ?? '']);
}

describe('documentation', () => {
  // Inside the tests' own folder, so that the packages are found as they would be by a user.
  const folder = mkdtempSync(join(root, 'tests', '.docs-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['README.md', ...guides].flatMap(blocksOf))('%s runs', (name, program) => {
    const script = join(folder, `${name.replaceAll(/\W+/g, '-')}.mjs`);
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
    writeFileSync(script, ts.transpileModule(program, { compilerOptions }).outputText);
    const result = spawnSync(process.execPath, [script], { encoding: 'utf8', timeout: 50_000 });
    expect(result).toMatchObject({ status: 0, stderr: '' });
    expect(result.stdout).not.toBe('');
  });
});
