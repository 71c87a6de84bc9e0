// SPDX-License-Identifier: Apache-2.0
/** The settings of event logging. Names are the reference's; the last group has none there. */
import {
  boolean,
  choice,
  joinSettings,
  list,
  type SettingsConfig,
  settingsTable,
  size,
  text,
} from '@aeron/core/internal';

const isPowerOfTwo = (value: number): string | undefined =>
  Number.isInteger(Math.log2(value)) ? undefined : 'expected a power of two';

const events = (property: string, whose: string) =>
  text({
    property,
    doc: `Events of ${whose} to log: a comma list of \`all\`, names and ids, for the driver also \`admin\` (all but frames). Case matters; what is unknown is told and left out.`,
  });
const disabled = (property: string, whose: string) =>
  text({ property, doc: `Events of ${whose} to leave out of those, in the same words.` });

const selectionSettings = settingsTable(
  {
    eventLog: events('aeron.event.log', 'the driver'),
    eventLogDisable: disabled('aeron.event.log.disable', 'the driver'),
    eventArchiveLog: events('aeron.event.archive.log', 'the archive'),
    eventArchiveLogDisable: disabled('aeron.event.archive.log.disable', 'the archive'),
    eventClusterLog: events('aeron.event.cluster.log', 'the cluster'),
    eventClusterLogDisable: disabled('aeron.event.cluster.log.disable', 'the cluster'),
  },
  'Events',
);

/** The reference's readers, whichever release they are of. */
const READERS = {
  'io.aeron.agent.EventLogReaderAgent': 'default',
  'io.aeron.logging.CborLoggerReaderAgent': 'default',
  'io.aeron.agent.CollectingEventLogReaderAgent': 'collecting',
  'io.aeron.logging.CollectingEventLogReaderAgent': 'collecting',
  'io.aeron.test.CountingEventReaderAgent': 'counting',
} as const;

/** What a text of the setting `eventLogReader` means: a word for a reader of ours, or the module of another. */
export function readerOf(name: string): string {
  return (READERS as Readonly<Record<string, string>>)[name] ?? name;
}

const outputSettings = settingsTable(
  {
    eventLogFilename: text({
      property: 'aeron.event.log.filename',
      doc: 'Append to this file; to standard output when unset.',
    }),
    eventLogFileMaxLength: text({
      property: 'aeron.event.log.file.max.length',
      doc: 'Bytes after which the file is renamed to `<file>.<n>` and a new one begun, such as `64m`. What is no size is told, and then files have no bound, as when unset.',
    }),
    eventLogReader: text({
      property: 'aeron.event.log.reader.classname',
      default: 'default',
      doc: "What takes the events: `default` writes lines, `collecting` keeps them in memory, `counting` counts them; the reference's class names stand for these; else a module that exports `createEventSink`.",
    }),
    eventLogRenderData: boolean({
      property: 'aeron.event.log.render.data',
      default: false,
      doc: 'Whether payloads, keys and labels of counters are logged too. Credentials and tokens never are.',
    }),
    eventLogThrowExceptions: boolean({
      property: 'aeron.event.log.throw.exceptions',
      default: false,
      doc: 'For tests: whether a hook that fails throws; otherwise it is counted.',
    }),
    eventBufferLength: size({
      property: 'aeron.event.buffer.length',
      default: '8m',
      min: '64k',
      max: '1g',
      check: isPowerOfTwo,
      doc: 'Bytes of the ring between the hooks and the reader. Events for which it has no room are dropped and counted.',
    }),
  },
  'Output',
);

const ownSettings = settingsTable(
  {
    eventLogStyle: choice(['1.53', '1.52', 'json'], {
      property: 'aeron.event.log.style',
      default: '1.53',
      aliases: { cbor: '1.53', classic: '1.52', c: '1.52', ndjson: 'json' },
      doc: 'How lines look: as the reference writes them from 1.53 on, up to 1.52 (and in C), or one JSON document each.',
    }),
    eventLogRecord: choice(['1.53', '1.52'], {
      property: 'aeron.event.log.record',
      default: '1.53',
      aliases: { cbor: '1.53', classic: '1.52' },
      doc: 'The form of the records in the ring: CBOR as from 1.53 on, or the records of releases up to 1.52.',
    }),
    eventLogExtensions: list({
      property: 'aeron.event.log.extensions',
      default: '',
      doc: 'Modules that export `eventTables`: events of your own. Paths and URLs; each has a property of its own to switch it.',
    }),
  },
  'Beyond the reference',
);

export const agentSettings = joinSettings(selectionSettings, outputSettings, ownSettings);

/** The settings of the event log, resolved. */
export type AgentConfig = SettingsConfig<typeof agentSettings>;
