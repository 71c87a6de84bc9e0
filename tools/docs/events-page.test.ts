// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsPage } from './events-page.ts';

describe('docs/EVENTS.md', () => {
  it('says what the tables of events say; if not, run `npx tsx tools/docs/main.ts`', () => {
    expect(readFileSync(join(__dirname, '..', '..', 'docs', 'EVENTS.md'), 'utf8')).toBe(eventsPage());
  });
});
