// SPDX-License-Identifier: Apache-2.0
/** The generated pages of docs/, by file name. */
import { channelsPage } from './channels-page.ts';
import { countersPage } from './counters-page.ts';
import { diagnosticsPage } from './diagnostics-page.ts';
import { errorsPage } from './errors-page.ts';
import { eventsPage } from './events-page.ts';
import { settingsPage } from './settings-page.ts';

export const PAGES: Readonly<Record<string, () => string>> = {
  'CHANNELS.md': channelsPage,
  'CONFIG.md': settingsPage,
  'COUNTERS.md': countersPage,
  'DIAGNOSTICS.md': diagnosticsPage,
  'ERRORS.md': errorsPage,
  'EVENTS.md': eventsPage,
};
