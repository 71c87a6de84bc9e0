// SPDX-License-Identifier: Apache-2.0
/**
 * Every block of code in README and guides does what the page says; how blocks are marked is said in support/markdown.ts. The
 * two commands of a clone in README.md are tested where there is a fresh one: tests/readme.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Block, parseBlocks, readBlocks } from '../support/markdown.ts';
import { PageRunner } from '../support/page-runner.ts';

const root = join(__dirname, '..', '..');
const GUIDES = join('docs', 'guides');
const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'README.md'));
const guides = readdirSync(join(root, GUIDES)).map((name) => join(GUIDES, name));
const pages = ['README.md', ...guides, ...packages];
const IN_A_FRESH_CLONE = /^npm (start|test)\b/m;
const LIMIT_MS = 60_000;

// Inside the tests' own folder, so that the packages are found as they would be by a user.
const folder = mkdtempSync(join(root, 'tests', '.docs-'));
const sharedMemory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'aeron-docs-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(sharedMemory, { recursive: true, force: true });
});

const title = ({ line, language, mode }: Block): string => `line ${line} ${language} ${mode ?? ''}`.trim();

describe.each(pages)('%s', (page) => {
  const isHere = ({ notRun, text }: Block) =>
    notRun === undefined && !(page === 'README.md' && IN_A_FRESH_CLONE.test(text));
  const blocks = readBlocks(join(root, page)).filter(isHere);
  const place = join(folder, page.replaceAll(/\W+/g, '-'));
  const runner = new PageRunner(place, {
    // A driver that is inside of a program has a directory of its own, and the others one in common.
    shellVariables: {
      AERON_DIR: join(sharedMemory, page.replaceAll(/\W+/g, '-')),
      PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH']}`,
    },
    limitMs: LIMIT_MS,
  });
  writeFileSync(join(place, 'package.json'), JSON.stringify({ name: 'reader', private: true, type: 'module' }));

  afterAll(() => runner.close());

  if (blocks.length === 0) {
    it('has no code', () => undefined);
  }
  for (const block of blocks) {
    it(title(block), () => runner.run(block), 2 * LIMIT_MS);
  }
});

it('types of all TypeScript are right', () => {
  const files = pages.flatMap((page) =>
    readBlocks(join(root, page))
      .filter(({ language }) => language === 'ts')
      .map(({ line, text }) => {
        const name = `${page.replaceAll(/\W+/g, '-')}-${line}.ts`;
        writeFileSync(join(folder, name), `${text}\nexport {};\n`);
        return name;
      }),
  );
  const compilerOptions = { noUnusedLocals: false, types: ['node'] };
  const config = { extends: '../../tsconfig.json', compilerOptions, include: [], files };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules', 'typescript-native', 'bin', 'tsc');
  try {
    execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    throw new Error((error as { stdout?: string }).stdout);
  }
}, 120_000);

describe('blocks', () => {
  it.each([
    ['```\nx\n```', 'a block is of one of'],
    ['```python\nx\n```', 'a block is of one of'],
    ['```sh skip\nx\n```', 'nothing is known'],
    ['```ts terminal\nx\n```', 'nothing is known'],
    ['```sh not-run=""\nx\n```', 'nothing is known'],
  ])('that nobody can tell how to test are refused: %j', (page, problem) => {
    expect(() => parseBlocks(page)).toThrow(problem);
  });

  it('are told apart', () => {
    const page =
      'a\n```js\n// x.mjs: a file\n```\n\n```sh not-run="two machines"\nb\n```\n```text output\nc … d\n```\n';
    expect(parseBlocks(page)).toMatchObject([
      { line: 2, language: 'js', fileName: 'x.mjs', text: '// x.mjs: a file\n' },
      { line: 6, language: 'sh', notRun: 'two machines' },
      { line: 9, language: 'text', mode: 'output' },
    ]);
  });
});

describe('a reader', () => {
  const reader = (name: string, limitMs = LIMIT_MS) => new PageRunner(join(folder, name), { limitMs });
  const only = (page: string): Block => parseBlocks(page)[0] as Block;

  it.each([
    ['```js\nprocess.exitCode = 3;\n```', 'status=3'],
    ['```js\nconst quiet = 1;\n```', 'prints something'],
    ['```js\nconsole.log(1);\nconsole.error("oops");\n```', 'oops'],
    ['```ts\nthrow new Error("thrown" as string);\n```', 'thrown'],
    ['```js\n// broken.mjs\nconst =\n```', 'SyntaxError'],
    ['```sh\nfalse | true\necho done\n```', 'status=1'],
    ['```sh\necho $NOBODY_SET_THIS\n```', 'unbound'],
  ])('notices that %j fails', async (page, problem) => {
    await expect(reader('failing').run(only(page))).rejects.toThrow(problem);
  });

  it('notices what takes too long, and what was not printed', async () => {
    await expect(reader('slow', 200).run(only('```sh\nsleep 60\n```'))).rejects.toThrow('no end within 200 ms');
    await expect(reader('mute', 200).run(only('```text output\nnothing like this\n```'))).rejects.toThrow(
      'nothing like',
    );
  });

  it('leaves terminals running, sees what they print, and ends them', async () => {
    const terminals = reader('terminals');
    await terminals.run(only('```sh terminal\necho ready 17; sleep 60\n```'));
    await terminals.run(only('```text output\nready …\n```'));
    await terminals.close();
  });
});
