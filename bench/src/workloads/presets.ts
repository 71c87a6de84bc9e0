// SPDX-License-Identifier: Apache-2.0
/**
 * The presets that the driver's package ships, read from its files, one after the other in one run: what each does to rates and to
 * round trips, also as a multiple of what the defaults do. The reference has the same settings.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { parseProperties } from '@aeron/core/internal';
import { type DriverProperties, OURS } from '../contenders/contender.ts';
import type { Values } from '../contenders/program.ts';
import { udpRate, udpRoundTrips } from './udp-runs.ts';
import { type Metric, namedValue, type Stage, type Workload } from './workload.ts';

const GROUP = 'Presets, over UDP';
const NS_PER_US = 1_000;
const PACED_US = 2_000;

/** Each of its threads needs a core, and so does the client: with fewer it measures the scheduler. */
const DEDICATED = availableParallelism() >= 4 ? (['low-latency'] as const) : [];
const LOW_LATENCY = [...DEDICATED, 'low-latency-shared'] as const;
const ALL = [...LOW_LATENCY, 'throughput'] as const;

type Preset = 'default' | 'low-latency' | 'low-latency-shared' | 'throughput';

export const presets: readonly Workload[] = [
  rates(1344, ALL),
  rates(32, ['throughput']),
  roundTrips('ping', 'one after the other', 0, ALL),
  roundTrips('paced', `one each ${PACED_US / 1_000} ms`, PACED_US, LOW_LATENCY),
];

function rates(length: number, names: readonly Preset[]): Workload {
  const id = (name: Preset): string => `preset.rate.${length}.${name}`;
  const rate = (name: Preset): Metric => {
    return { id: id(name), name: `${name}: rate, ${length} bytes`, unit: 'k msg/s', isMoreBetter: true };
  };
  return {
    group: GROUP,
    metrics: [rate('default'), ...names.flatMap((name) => [rate(name), gain(id(name))])],
    run: (stage) =>
      eachPreset(names, async (name, properties, before) => {
        const value = await udpRate(stage, length, properties);
        return { [id(name)]: value, ...gainOf(stage, id(name), value / (before[id('default')] ?? Number.NaN)) };
      }),
  };
}

function roundTrips(kind: string, pace: string, everyUs: number, names: readonly Preset[]): Workload {
  const id = (name: Preset, percentile: string): string => `preset.${kind}.${name}.${percentile}`;
  const both = (name: Preset): Metric[] => [
    { id: id(name, 'p50'), name: `${name}: round trips, ${pace}, p50`, unit: 'µs', isMoreBetter: false },
    { id: id(name, 'p99'), name: '  p99', unit: 'µs', isMoreBetter: false },
  ];
  return {
    group: GROUP,
    metrics: [...both('default'), ...names.flatMap((name) => [...both(name), gain(id(name, 'p50'))])],
    run: (stage) =>
      eachPreset(names, async (name, properties, before) => {
        const result = await udpRoundTrips(stage, everyUs, properties);
        const p50 = namedValue(result, 'p50') / NS_PER_US;
        return {
          [id(name, 'p50')]: p50,
          [id(name, 'p99')]: namedValue(result, 'p99') / NS_PER_US,
          ...gainOf(stage, id(name, 'p50'), (before[id('default', 'p50')] ?? Number.NaN) / p50),
        };
      }),
  };
}

function gain(id: string): Metric {
  return { id: `${id}.gain`, name: '  times as good as the defaults', unit: 'x', isMoreBetter: true };
}

/** Of this implementation alone: what a preset does for the reference is no yardstick. */
function gainOf({ contender }: Stage, id: string, value: number): Values {
  return contender.name === OURS && Number.isFinite(value) && !id.includes('.default') ? { [`${id}.gain`]: value } : {};
}

/** The defaults first. @param measure is given what was measured before. */
async function eachPreset(
  names: readonly Preset[],
  measure: (name: Preset, properties: DriverProperties, before: Values) => Promise<Values>,
): Promise<Values> {
  let values = await measure('default', {}, {});
  for (const name of names) {
    values = { ...values, ...(await measure(name, presetProperties(name), values)) };
  }
  return values;
}

function presetProperties(name: Preset): DriverProperties {
  const folder = dirname(createRequire(import.meta.url).resolve('@aeron/driver/package.json'));
  return parseProperties(readFileSync(join(folder, 'presets', `${name}.properties`), 'utf8'), name);
}
