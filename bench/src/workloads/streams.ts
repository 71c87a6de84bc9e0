// SPDX-License-Identifier: Apache-2.0
/** What idle streams cost the driver, and how fast streams come and go. */
import { freePort } from '../contenders/places.ts';
import type { Values } from '../contenders/program.ts';
import { type Metric, namedValue, type Stage, type Workload } from './workload.ts';

const COUNTS = [1, 100, 1_000] as const;

const KINDS = [
  { id: 'ipc', name: 'IPC', isQuick: true, channel: async () => 'aeron:ipc' },
  { id: 'udp', name: 'UDP', isQuick: false, channel: async () => `aeron:udp?endpoint=127.0.0.1:${await freePort()}` },
] as const;

type Kind = (typeof KINDS)[number];

export const streams: readonly Workload[] = KINDS.map((kind) => ({
  group: 'Streams: each a publication and a subscription, driver and client in one thread',
  isQuick: kind.isQuick,
  metrics: [...COUNTS.flatMap((count) => metricsOf(kind, count)), perStreamMetric(kind)],
  run: async (stage) => {
    const values: Record<string, number> = {};
    for (const count of COUNTS) {
      Object.assign(values, await measure(stage, kind, count));
    }
    const least = COUNTS[0];
    const most = COUNTS[COUNTS.length - 1] as number;
    const growth = namedValue(values, passId(kind, most)) - namedValue(values, passId(kind, least));
    return { ...values, [perStreamMetric(kind).id]: (growth * 1_000) / (most - least) };
  },
}));

function passId({ id }: Kind, count: number): string {
  return `streams.${id}.${count}.pass`;
}

function metricsOf(kind: Kind, count: number): Metric[] {
  const { id, name } = kind;
  const pass = {
    id: passId(kind, count),
    name: `${count} idle ${name} streams: duty cycle`,
    unit: 'µs',
    isMoreBetter: false,
  };
  return count === 1
    ? [pass]
    : [
        pass,
        { id: `streams.${id}.${count}.add`, name: '  added', unit: 'streams/s', isMoreBetter: true },
        { id: `streams.${id}.${count}.remove`, name: '  removed', unit: 'streams/s', isMoreBetter: true },
      ];
}

function perStreamMetric({ id, name }: Kind): Metric {
  return {
    ...{
      id: `streams.${id}.cost`,
      name: `each idle ${name} stream adds to the duty cycle`,
      unit: 'ns',
      isMoreBetter: false,
    },
    targets: { '': { ratio: 1 / 1.5 } },
  };
}

async function measure(stage: Stage, kind: Kind, count: number): Promise<Values> {
  const { windowMs } = stage.scale;
  const result = await stage.runAlone('streams', { channel: await kind.channel(), streams: count, windowMs });
  return {
    [passId(kind, count)]: namedValue(result, 'passNs') / 1_000,
    ...(count === 1
      ? {}
      : {
          [`streams.${kind.id}.${count}.add`]: namedValue(result, 'addPerSecond'),
          [`streams.${kind.id}.${count}.remove`]: namedValue(result, 'removePerSecond'),
        }),
  };
}
