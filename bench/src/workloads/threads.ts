// SPDX-License-Identifier: Apache-2.0
/** The threading modes, over UDP by the transport that the driver takes by itself. */
import { idle } from './driver-life.ts';
import { udpRate, udpRoundTrips } from './udp-runs.ts';
import { type Metric, namedValue, type Workload } from './workload.ts';

const GROUP = 'Threads: a driver in each threading mode, over UDP';
const LENGTH = 1344;
const NS_PER_US = 1_000;
const MODES = ['SHARED', 'SHARED_NETWORK', 'DEDICATED'] as const;

type Mode = (typeof MODES)[number];

export const threads: readonly Workload[] = [...MODES.map(rate), ...MODES.map(roundTrips), idleDedicated()];

function propertiesOf(mode: Mode) {
  return { 'aeron.threading.mode': mode };
}

function rate(mode: Mode): Workload {
  const id = `threads.rate.${mode}`;
  return {
    group: GROUP,
    metrics: [{ id, name: `${mode}: rate, ${LENGTH} bytes`, unit: 'k msg/s', isMoreBetter: true }],
    run: async (stage) => ({ [id]: await udpRate(stage, LENGTH, propertiesOf(mode)) }),
  };
}

function roundTrips(mode: Mode): Workload {
  const id = `threads.ping.${mode}`;
  const metric = (percentile: string, name: string): Metric => {
    return { id: `${id}.${percentile}`, name, unit: 'µs', isMoreBetter: false };
  };
  return {
    group: GROUP,
    metrics: [metric('p50', `${mode}: round trips, 32 bytes, p50`), metric('p99', '  p99')],
    run: async (stage) => {
      const result = await udpRoundTrips(stage, 0, propertiesOf(mode));
      return {
        [`${id}.p50`]: namedValue(result, 'p50') / NS_PER_US,
        [`${id}.p99`]: namedValue(result, 'p99') / NS_PER_US,
      };
    },
  };
}

function idleDedicated(): Workload {
  const id = 'threads.dedicated';
  return {
    group: GROUP,
    metrics: [
      { id: `${id}.cpu`, name: 'DEDICATED: idle driver, processor', unit: '% of a core', isMoreBetter: false },
      { id: `${id}.memory`, name: 'DEDICATED: idle driver, resident', unit: 'MB', isMoreBetter: false },
    ],
    run: (stage) => stage.withDriver(propertiesOf('DEDICATED'), (driver) => idle(id, stage, driver)),
  };
}
