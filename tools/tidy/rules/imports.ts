// SPDX-License-Identifier: Apache-2.0
/** Who may import whom: the table of the architecture as data. */
import { posix } from 'node:path';
import { type Finding, importsOf, lineOf, type Rule, type SourceFile } from '../source-files.ts';

/** Package → sister packages that it may import. */
const ALLOWED: Record<string, readonly string[]> = {
  core: [],
  codecs: ['core'],
  client: ['core', 'codecs'],
  driver: ['core', 'codecs'],
  archive: ['core', 'codecs', 'client'],
  cluster: ['core', 'codecs', 'client', 'archive'],
  agent: ['core', 'codecs'],
};

/** Part of the language as Node users know it, not of the operating system. */
const HARMLESS_MODULES = new Set(['node:events']);

/** Folders and files that may reach the operating system directly. */
const MAY_TOUCH_SYSTEM = [
  /^packages\/core\/src\/platform\/(node|conformance)\//,
  /^packages\/[a-z]+\/src\/bin\//,
  /^packages\/client\/src\/streams\//,
  /^packages\/core\/src\/testing\//,
];

export const imports: Rule = (files) => {
  const findings: Finding[] = [];
  for (const file of files) {
    const owner = /^packages\/([a-z]+)\/src\//.exec(file.path)?.[1];
    if (owner === undefined) {
      continue;
    }
    for (const { specifier, node } of importsOf(file)) {
      const message = problemWith(file, owner, specifier);
      if (message !== undefined) {
        findings.push({ path: file.path, line: lineOf(file, node), rule: 'imports', message });
      }
    }
  }
  return [...findings, ...cycles(files)];
};

function problemWith(file: SourceFile, owner: string, specifier: string): string | undefined {
  const sister = /^@aeron\/([a-z]+)(?:\/([a-z]+))?$/.exec(specifier);
  if (sister !== null) {
    if (sister[1] === owner) {
      return `a package does not import itself by name: ${specifier}`;
    }
    return file.isTest || ALLOWED[owner]?.includes(sister[1] ?? '')
      ? undefined
      : `${owner} may import ${ALLOWED[owner]?.join(', ') || 'nothing of ours'}, not ${specifier}`;
  }
  if (specifier.startsWith('.')) {
    if (!specifier.endsWith('.ts')) {
      return `relative imports name the file with .ts: ${specifier}`;
    }
    const target = posix.join(posix.dirname(file.path), specifier);
    const isDoor = /^packages\/[a-z]+\/src\/(index|internal|testing|events|metrics)\.ts$/;
    return isDoor.test(target) && !isDoor.test(file.path)
      ? `import the file itself, not the door ${specifier}`
      : undefined;
  }
  if (HARMLESS_MODULES.has(specifier) || file.isTest || MAY_TOUCH_SYSTEM.some((allowed) => allowed.test(file.path))) {
    return undefined;
  }
  return `only core/src/platform reaches the operating system or a foreign package: ${specifier}`;
}

/** Import cycles between files, each reported once at its smallest member. */
function cycles(files: readonly SourceFile[]): Finding[] {
  const edges = new Map<string, string[]>();
  for (const file of files) {
    const targets = importsOf(file)
      .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
      .map(({ specifier }) => posix.join(posix.dirname(file.path), specifier));
    edges.set(file.path, targets);
  }
  const findings: Finding[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): void => {
    const at = path.indexOf(node);
    if (at >= 0) {
      const cycle = [...path.slice(at), node];
      findings.push({ path: node, line: 1, rule: 'imports', message: `import cycle: ${cycle.join(' → ')}` });
      return;
    }
    if (done.has(node)) {
      return;
    }
    path.push(node);
    for (const next of edges.get(node) ?? []) {
      visit(next);
    }
    path.pop();
    done.add(node);
  };
  for (const file of files) {
    visit(file.path);
  }
  return findings;
}
