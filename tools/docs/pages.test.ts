// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '../../packages/core/src/errors/aeron-error.ts';
import { readSourceFiles } from '../tidy/source-files.ts';
import { PAGES } from './pages.ts';

const root = join(__dirname, '..', '..');

it.each(Object.entries(PAGES))('docs/%s says what the tables say; if not, run `npm run docs`', (name, page) => {
  expect(readFileSync(join(root, 'docs', name), 'utf8')).toBe(page());
});

it('every error code is that of an error which some code makes', () => {
  const sources = readSourceFiles(root).filter(({ path, isTest }) => path.startsWith('packages/') && !isTest);
  const text = sources.map((source) => source.text).join('\n');
  const unused = Object.keys(ERROR_CODES).filter((code) => !text.includes(`'${code}'`));
  expect(unused).toEqual([]);
});
