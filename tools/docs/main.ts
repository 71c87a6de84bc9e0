// SPDX-License-Identifier: Apache-2.0
/** Writes the generated pages of docs/. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PAGES } from './pages.ts';

const docs = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs');
for (const [name, page] of Object.entries(PAGES)) {
  writeFileSync(join(docs, name), page());
}
