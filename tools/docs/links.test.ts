// SPDX-License-Identifier: Apache-2.0
/** Every link in every page leads somewhere, and every path that a page names is there. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { anchorsOf, linksOf, pathsNamedIn } from './links.ts';

const root = join(__dirname, '..', '..');
/** Not ours, not committed, or made of docstrings and checked when it is made. */
const LEFT_OUT = ['node_modules', 'dist', 'target', '.git', join('docs', 'api')];

function pagesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const isLeftOut = LEFT_OUT.some((each) => path.endsWith(each)) || entry.name.startsWith('.docs-');
      return isLeftOut ? [] : pagesBelow(path);
    }
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

function problemWith(page: string, link: string): string | undefined {
  const [target = '', anchor] = link.split('#');
  const path = target === '' ? page : resolve(dirname(page), decodeURI(target));
  if (!existsSync(path)) {
    return 'no such file';
  }
  if (anchor === undefined) {
    return undefined;
  }
  return statSync(path).isFile() && anchorsOf(readFileSync(path, 'utf8')).includes(anchor)
    ? undefined
    : 'no such heading';
}

/** What a command writes, so that a fresh clone does not have it. */
const WRITTEN_BY_COMMANDS: readonly string[] = ['docs/api'];

const pages = pagesBelow(root).map((path): [string, string] => [relative(root, path), path]);

describe.each(pages)('%s', (_name, path) => {
  const text = readFileSync(path, 'utf8');

  it('has links that lead somewhere', () => {
    const broken = linksOf(text)
      .map((link) => [link, problemWith(path, link)])
      .filter(([, problem]) => problem !== undefined);
    expect(broken).toEqual([]);
  });

  it('names files that are there', () => {
    const bases = [root, join(root, 'packages'), dirname(path)];
    const missing = pathsNamedIn(text).filter((named) => !bases.some((base) => existsSync(join(base, named))));
    expect(missing.filter((named) => !WRITTEN_BY_COMMANDS.includes(named))).toEqual([]);
  });
});

it('docs/README.md leads to every guide and generated page, docs/adr/README.md to every decision', () => {
  const index = (...page: string[]) => linksOf(readFileSync(join(root, 'docs', ...page), 'utf8'));
  const pagesIn = (...folder: string[]) =>
    readdirSync(join(root, 'docs', ...folder)).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(index('README.md')).toEqual(
    expect.arrayContaining([...pagesIn(), ...pagesIn('guides').map((n) => `guides/${n}`)]),
  );
  expect(index('adr', 'README.md')).toEqual(expect.arrayContaining(pagesIn('adr')));
});

describe('what is read of a page', () => {
  it('is links, but none in code and none to elsewhere', () => {
    const page = '[a](b.md#c) ![d](e.png) [f](https://x/y) `[g](h)`\n```ts\n[i](j)\n```\n[k](<l m.md>) [n](#o "title")';
    expect(linksOf(page)).toEqual(['b.md#c', 'e.png', 'l m.md', '#o']);
  });

  it('is headings as GitHub makes anchors of them', () => {
    const page = '# A b\n## `aeron-stat`, live: 2\n## Same\n## Same\n```\n# no heading\n```\n### [L](x) & _y_';
    expect(anchorsOf(page)).toEqual(['a-b', 'aeron-stat-live-2', 'same', 'same-1', 'l--y']);
  });

  it('is paths in code', () => {
    expect(
      pathsNamedIn('`tools/tidy` and `packages/x.ts`, not `a/b` nor tools/y, `core/src/*.ts`, `npm run x`'),
    ).toEqual(['tools/tidy', 'packages/x.ts']);
  });
});
