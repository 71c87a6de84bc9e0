// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsPage } from './settings-page.ts';

describe('docs/CONFIG.md', () => {
  it('says what the settings tables say; if not, run `npx tsx tools/docs/main.ts`', () => {
    expect(readFileSync(join(__dirname, '..', '..', 'docs', 'CONFIG.md'), 'utf8')).toBe(settingsPage());
  });
});
