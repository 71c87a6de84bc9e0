// SPDX-License-Identifier: Apache-2.0
/** Writes the generated pages of docs/. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventsPage } from './events-page.ts';
import { settingsPage } from './settings-page.ts';

const docs = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs');
writeFileSync(join(docs, 'CONFIG.md'), settingsPage());
writeFileSync(join(docs, 'EVENTS.md'), eventsPage());
