// SPDX-License-Identifier: Apache-2.0
/** The page docs/COUNTERS.md, made of the tables of counters and of the layouts of their keys. */
import { COUNTER_FAMILIES, type CounterFamily } from '../../packages/client/src/metrics/counter-families.ts';
import { prometheusName } from '../../packages/client/src/metrics/prometheus.ts';
import * as keyLayouts from '../../packages/codecs/src/status/counter-keys.layout.ts';
import type { CounterKind, CounterUnit } from '../../packages/codecs/src/status/counter-kinds.ts';
import {
  COUNTER_TYPE_RANGES,
  type CounterKeyKind,
  DRIVER_COUNTERS,
  type DriverCounterRow,
  FIRST_APPLICATION_COUNTER_TYPE_ID,
  SYSTEM_COUNTER_TYPE_ID,
  TRANSPORT_COUNTER_TYPE_RANGES,
} from '../../packages/codecs/src/status/driver-counters.ts';
import { SYSTEM_COUNTERS, type SystemCounterRow } from '../../packages/codecs/src/status/system-counters.ts';
import { NAME_ENTRY_COUNTER } from '../../packages/driver/src/naming/resolver-counters.ts';
import { DATAGRAM_TRANSPORT_COUNTER } from '../../packages/driver/src/status/datagram-transport-counter.ts';
import { diagram } from '../codegen/diagram.ts';
import type { MessageLayout } from '../codegen/model.ts';
import { GENERATED, markdownTable } from './markdown.ts';

const INTRODUCTION = `# Counters

${GENERATED} Type ids, labels and keys are the reference's.

A driver shows what it does in counters: 64-bit numbers in \`cnc.dat\`, each with a type id, a label for people and a key of at most 112
bytes for programs. [\`aeron-stat\`](guides/tools.md#aeron-stat) shows them live, \`aeron.countersReader\` gives them to programs, and
[metrics](guides/diagnostics.md#metrics) to Prometheus and OpenTelemetry, under the names of the last column.

\`count\` only grows; \`gauge\` may do anything. Metrics convert ns and ms to seconds.`;

const SYSTEM = `## System counters

Type id ${SYSTEM_COUNTER_TYPE_ID}. Each driver has one of each, and the id here is also that of the counter. Some labels go on with a version,
threading mode or threshold. They belong to no client.`;

const DRIVER = `## Counters of streams, channels and clients

As many as there are publications, images, channels and clients; several names may share a type id. Labels go on with what tells them apart, for a
stream *registration id, session id, stream id, channel*. **Owner** is whose id stands in the counter's owner field: that of the client
that added the publication or subscription, or none (0 or -1).`;

const OTHERS = `## Further counters of the driver

The first is of this implementation alone, the second of the C driver too.`;

const KEYS = `## Keys

Little-endian. A channel that does not fit is cut.`;

const APPLICATION = `## Counters of applications

\`aeron.addCounter(typeId, …)\` takes type ids from ${FIRST_APPLICATION_COUNTER_TYPE_ID} on. They become the metric \`aeron_counter\`, told apart by its labels. Below that, type ids
belong to parts of Aeron:`;

/** What the page calls the keys, and the layouts that it draws. */
const KEY_NAMES: Readonly<Record<CounterKeyKind, string>> = {
  stream: keyLayouts.streamCounterKey.name,
  channel: keyLayouts.channelCounterKey.name,
  localSocketAddress: keyLayouts.localSocketAddressKey.name,
  heartbeat: keyLayouts.heartbeatTimestampKey.name,
  empty: 'none',
  index: 'int32 index',
};

export function countersPage(): string {
  return [
    INTRODUCTION,
    SYSTEM,
    markdownTable(['id', 'label', 'kind', 'meaning', 'metric'], SYSTEM_COUNTERS.map(systemRow)),
    DRIVER,
    markdownTable(
      ['type id', 'label', 'kind', 'key', 'owner', 'meaning', 'metric'],
      Object.entries(DRIVER_COUNTERS).map(([name, row]) => driverRow(name, row)),
    ),
    OTHERS,
    markdownTable(
      ['type id', 'label', 'kind', 'key', 'owner', 'meaning'],
      [DATAGRAM_TRANSPORT_COUNTER, NAME_ENTRY_COUNTER].map(({ typeId, label, key, doc }) => [
        typeId,
        `\`${label}\``,
        'gauge',
        key,
        'driver',
        doc,
      ]),
    ),
    KEYS,
    ...Object.values(keyLayouts).map(keyText),
    APPLICATION,
    markdownTable(
      ['type ids', 'of'],
      [...COUNTER_TYPE_RANGES, ...TRANSPORT_COUNTER_TYPE_RANGES].map(({ from, to, owner }) => [
        `${from} to ${to}`,
        owner,
      ]),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

function systemRow({ id, label, kind, unit, doc }: SystemCounterRow): readonly (string | number)[] {
  const family = COUNTER_FAMILIES[id];
  return [id, `\`${label.trim().replace(/:$/, '')}\``, kindText({ kind, unit }), doc, metricText(family)];
}

function driverRow(name: string, row: DriverCounterRow): readonly (string | number)[] {
  const { typeId, label, key, owner, doc } = row;
  const family = COUNTER_FAMILIES.find(({ nameParts }) => nameParts.join('_') === name.toLowerCase());
  return [typeId, `\`${label}\``, kindText(row), KEY_NAMES[key], owner, doc, metricText(family)];
}

function kindText({ kind, unit }: { readonly kind: CounterKind; readonly unit?: CounterUnit | undefined }): string {
  return unit === undefined ? kind : `${kind}, ${unit}`;
}

function metricText(family: CounterFamily | undefined): string {
  return family === undefined ? '' : `\`${prometheusName(family, 'aeron')}\``;
}

function keyText(layout: MessageLayout): string {
  return [`### ${layout.name}`, layout.doc, ['```text', ...diagram(layout), '```'].join('\n')].join('\n\n');
}
