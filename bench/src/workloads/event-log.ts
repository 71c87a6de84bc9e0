// SPDX-License-Identifier: Apache-2.0
/**
 * What the event log costs: rates without it, with it loaded but off, with the events of a quiet driver (`admin`: all but frames),
 * and with all of them. Several turns each in one measurement, one after the other, since what is off should cost less than rates vary.
 * Lines go to the null device, so that no disk has a part in it.
 */
import type { DriverProperties } from '../contenders/contender.ts';
import { udpRate } from './udp-runs.ts';
import { type DriverExtras, type Metric, megaRate, type Stage, type Workload } from './workload.ts';

const GROUP = 'Event log in the process of the driver';
const TURNS = 2;
const WITHOUT = 'absent';
const QUIET: DriverProperties = { 'aeron.event.log.filename': '/dev/null' };

const STATES = [
  { id: WITHOUT, name: 'not loaded', hasEventLog: false, properties: {} },
  { id: 'off', name: 'loaded, off', hasEventLog: true, properties: {} },
  { id: 'admin', name: 'admin events on', hasEventLog: true, properties: { ...QUIET, 'aeron.event.log': 'admin' } },
  { id: 'all', name: 'all events on', hasEventLog: true, properties: { ...QUIET, 'aeron.event.log': 'all' } },
] as const;

type Rate = (stage: Stage, properties: DriverProperties, extras: DriverExtras) => Promise<number>;

export const eventLog: readonly Workload[] = [
  workload('ipc.32', 'IPC, exclusive, 32 bytes', 'M msg/s', ipcRate),
  workload('udp.32', 'UDP, 32 bytes', 'k msg/s', (stage, ...how) => udpRate(stage, 32, ...how)),
  workload('udp.1344', 'UDP, 1344 bytes', 'k msg/s', (stage, ...how) => udpRate(stage, 1344, ...how)),
];

function workload(what: string, name: string, unit: string, rate: Rate): Workload {
  const idOf = (state: string): string => `eventlog.${what}.${state}`;
  return {
    group: GROUP,
    isOursOnly: true,
    metrics: STATES.flatMap((state): Metric[] => [
      { id: idOf(state.id), name: `${name}: ${state.name}`, unit, isMoreBetter: true },
      ...(state.id === WITHOUT ? [] : [keptMetric(idOf(state.id))]),
    ]),
    run: async (stage) => {
      const means = await meansOf(stage, rate);
      const without = means.get(WITHOUT) ?? Number.NaN;
      return Object.fromEntries(
        [...means].flatMap(([state, mean]) => [
          [idOf(state), mean],
          ...(state === WITHOUT ? [] : [[`${idOf(state)}.kept`, (mean * 100) / without]]),
        ]),
      );
    },
  };
}

function keptMetric(id: string): Metric {
  return { id: `${id}.kept`, name: '  of what there is without', unit: '%', isMoreBetter: true };
}

async function meansOf(stage: Stage, rate: Rate): Promise<ReadonlyMap<string, number>> {
  const means = new Map<string, number>();
  for (let turn = 0; turn < TURNS; turn++) {
    for (const { id, hasEventLog, properties } of STATES) {
      means.set(id, (means.get(id) ?? 0) + (await rate(stage, properties, { hasEventLog })) / TURNS);
    }
  }
  return means;
}

function ipcRate({ withDriver, scale }: Stage, properties: DriverProperties, extras: DriverExtras): Promise<number> {
  return withDriver(
    properties,
    async (driver) => {
      const place = { channel: 'aeron:ipc', stream: 1001, length: 32 };
      const { warmUpMs, windowMs } = scale;
      const subscriber = driver.start('subscriber', { ...place, reading: 'poll', warmUpMs, windowMs });
      const publisher = driver.start('publisher', { ...place, kind: 'exclusive' });
      const [result] = await Promise.all([subscriber.result(), publisher.result()]);
      return megaRate(result);
    },
    extras,
  );
}
