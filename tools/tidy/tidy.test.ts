// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';
import { parseSource, readSourceFiles } from './source-files.ts';
import { format, tidy } from './tidy.ts';

const LICENCE = '// SPDX-License-Identifier: Apache-2.0\n';

function findingsFor(path: string, body: string): string[] {
  return tidy([parseSource(path, LICENCE + body)]).map((finding) => finding.rule);
}

describe('tidy', () => {
  it('finds nothing wrong in this repository', () => {
    const errors = tidy(readSourceFiles(fileURLToPath(new URL('../..', import.meta.url)))).filter(
      (finding) => !finding.advice,
    );
    expect(errors.map(format)).toEqual([]);
  });

  it.each([
    ['packages/core/src/a.ts', "import { x } from '@aeron/client';", ['imports']],
    ['packages/client/src/a.ts', "import { x } from '@aeron/driver/internal';", ['imports']],
    ['packages/client/src/a.ts', "import { x } from '@aeron/core/internal';", []],
    ['packages/codecs/src/uri/a.ts', "import fs from 'node:fs';", ['imports']],
    ['packages/core/src/platform/node/files.ts', "import fs from 'node:fs';", []],
    ['packages/driver/src/ipc/a.ts', "import { x } from '../index.ts';", ['imports']],
    ['packages/driver/src/ipc/a.ts', "import { x } from './b';", ['imports']],
  ])('checks the import table: %s %s', (path, body, expected) => {
    expect(findingsFor(path, body)).toEqual(expected);
  });

  it('finds import cycles', () => {
    const files = [
      parseSource('packages/core/src/a.ts', `${LICENCE}import { b } from './b.ts';`),
      parseSource('packages/core/src/b.ts', `${LICENCE}import { a } from './a.ts';`),
    ];
    expect(tidy(files).map((finding) => finding.message)).toEqual([
      'import cycle: packages/core/src/a.ts → packages/core/src/b.ts → packages/core/src/a.ts',
    ]);
  });

  it.each([
    ['return [1];', ['hot']],
    ['return () => 1;', ['hot']],
    ['return new Map();', ['hot']],
    ['return 1n;', ['hot']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a program
    ['return `${a}`;', ['hot']],
    ['for (const x of a) { f(x); }', ['hot']],
    ["throw Error('no');", ['hot']],
    ['return a + 1;', []],
  ])('keeps hot functions free of what allocates: %s', (body, expected) => {
    const header = '/**\n * Something hot.\n *\n * @hot\n */\n';
    expect(findingsFor('packages/core/src/a.ts', `${header}export function f(a) { ${body} }`)).toEqual(expected);
  });

  it('exempts what a hot file marks as cold, and what only throws', () => {
    const header = '/**\n * Something hot.\n *\n * @hot\n */\n';
    const cold = '/** @cold */ function f() { return [1]; }\nfunction g(): never { throw new Error("no"); }';
    expect(findingsFor('packages/core/src/a.ts', header + cold)).toEqual([]);
  });

  it('finds unfinished work and a missing licence line', () => {
    expect(findingsFor('packages/core/src/a.ts', `// ${'TO'}${'DO'} later`)).toEqual(['unfinished']);
    expect(tidy([parseSource('packages/core/src/a.ts', 'export {};')]).map((finding) => finding.rule)).toEqual([
      'licence',
    ]);
  });
});
