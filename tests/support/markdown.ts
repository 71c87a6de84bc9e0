// SPDX-License-Identifier: Apache-2.0
/**
 * Code blocks of a page. How they are tested is said behind the language:
 *
 *     ```ts                      a program: types are checked, it runs to its end and prints something
 *     ```js                      the same without types; one whose first line is `// name.mjs` is a file for later blocks
 *     ```sh                      commands, run by bash; each must succeed
 *     ```sh terminal             commands that go on: the reader leaves them running in a terminal of their own
 *     ```text output             what those above print, `…` for what differs; `text` alone is only looked at
 *     ```sh not-run="reason"     left out of the test, and why
 */
import { readFileSync } from 'node:fs';

const LANGUAGES = ['ts', 'js', 'sh', 'text', 'yaml', 'mermaid'] as const;
const MODES: Readonly<Record<string, readonly string[]>> = { sh: ['terminal'], text: ['output'] };
const FENCE = /^( *)```([^\n]*)\n([\s\S]*?)^\1```$/gm;
const NOT_RUN = /^not-run="([^"]+)"$/;
const FILE_NAME = /^\/\/ ([\w-]+\.[cm]?js)(?::.*)?$/;

export type Language = (typeof LANGUAGES)[number];

export interface Block {
  /** Of the opening fence, from 1 on. */
  readonly line: number;
  readonly language: Language;
  readonly mode: 'terminal' | 'output' | undefined;
  /** Why it is not run. */
  readonly notRun: string | undefined;
  /** The file that it is, by its first line. */
  readonly fileName: string | undefined;
  readonly text: string;
}

/** @throws Error for a block without a language, or whose words behind it say nothing known. */
export function readBlocks(path: string): Block[] {
  return parseBlocks(readFileSync(path, 'utf8'));
}

export function parseBlocks(page: string): Block[] {
  return [...page.matchAll(FENCE)].map(({ 2: info = '', 3: text = '', index }) => {
    const line = page.slice(0, index).split('\n').length;
    const [language = '', ...rest] = info.trim().split(' ');
    const words = rest.join(' ');
    if (!isLanguage(language)) {
      throw new Error(`line ${line}: a block is of one of ${LANGUAGES.join(', ')}: \`\`\`${info}`);
    }
    const notRun = NOT_RUN.exec(words)?.[1];
    const mode = MODES[language]?.find((known) => known === words) as Block['mode'];
    if (words !== '' && notRun === undefined && mode === undefined) {
      throw new Error(`line ${line}: nothing is known of a block that is \`\`\`${info}`);
    }
    const fileName = language === 'js' ? FILE_NAME.exec(text.split('\n')[0] ?? '')?.[1] : undefined;
    return { line, language, mode, notRun, fileName, text };
  });
}

function isLanguage(word: string): word is Language {
  return (LANGUAGES as readonly string[]).includes(word);
}
