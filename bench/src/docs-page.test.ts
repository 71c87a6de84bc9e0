// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performancePage } from './docs-page.ts';

describe('docs/performance.md', () => {
  it('says what bench/results says; if not, run `npm run bench -- --docs`', () => {
    const root = join(__dirname, '..', '..');
    expect(readFileSync(join(root, 'docs', 'performance.md'), 'utf8')).toBe(performancePage(root));
  });
});
