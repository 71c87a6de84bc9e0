// SPDX-License-Identifier: Apache-2.0
// A reader of events of the user's own: names and lines into the file that the environment names.
import { appendFileSync } from 'node:fs';

export function createEventSink({ config, format }) {
  const write = (text) => appendFileSync(process.env.OWN_READER_FILE, `${text}\n`);
  write(`reader=${config.eventLogReader}`);
  return { onEvent: (event) => write(`${event.name} ${format.line(event)}`), close: () => write('closed') };
}
