// SPDX-License-Identifier: Apache-2.0
/** The driver by itself: how soon it serves, and what it takes while nobody wants anything. */
import { setTimeout as sleep } from 'node:timers/promises';
import { driverFootprint } from '../contenders/footprint.ts';
import { freePort } from '../contenders/places.ts';
import type { Values } from '../contenders/program.ts';
import { TRANSPORTS } from './transports.ts';
import { namedValue, type RunningDriver, type Stage, type Workload } from './workload.ts';

/** Until a client has its stream, with time to calm down. */
const HOLDER_START_MS = 1_500;

export const driverLife: readonly Workload[] = [
  {
    group: 'Driver',
    isQuick: true,
    metrics: [
      {
        ...{ id: 'start.first-message', name: 'start of the process to first message, embedded', unit: 'ms' },
        isMoreBetter: false,
        targets: { '': { atMost: 400 } },
      },
    ],
    run: async (stage) => {
      const result = await stage.runAlone('first-message', { channel: 'aeron:ipc', stream: 1001, length: 32 });
      return { 'start.first-message': namedValue(result, 'firstMessageMs') };
    },
  },
  idleWorkload('idle', 'idle driver', [], (stage) => stage.withDriver({}, (driver) => idle('idle', stage, driver))),
  idleWorkload('idle.udp', 'idle driver with a UDP stream', TRANSPORTS, idleWithStream),
];

function idleWorkload(
  id: string,
  name: string,
  variants: NonNullable<Workload['variants']>,
  run: Workload['run'],
): Workload {
  const hasTarget = id === 'idle';
  return {
    group: 'Driver',
    isQuick: hasTarget,
    ...(variants.length === 0 ? {} : { variants }),
    metrics: [
      {
        ...{ id: `${id}.cpu`, name: `${name}, processor`, unit: '% of a core', isMoreBetter: false },
        ...(hasTarget ? { targets: { '': { atMost: 1 } } } : {}),
      },
      {
        ...{ id: `${id}.memory`, name: `${name}, resident`, unit: 'MB', isMoreBetter: false },
        ...(hasTarget ? { targets: { '': { atMost: 80 } } } : {}),
      },
    ],
    run,
  };
}

/** What the start leaves to do is not what idling costs: V8 compiles for some seconds, and collects all garbage eight seconds after it. */
export async function idle(id: string, { scale }: Stage, { program }: RunningDriver): Promise<Values> {
  const { settleMs, idleMs } = scale;
  await sleep(settleMs);
  const before = driverFootprint(program.pid);
  const startMs = performance.now();
  await sleep(idleMs);
  const elapsedMs = performance.now() - startMs;
  const after = driverFootprint(program.pid);
  return {
    [`${id}.cpu`]: ((after.cpuMs - before.cpuMs) * 100) / elapsedMs,
    [`${id}.memory`]: after.residentBytes / 1e6,
  };
}

/** The stream belongs to a client that does nothing with it. */
function idleWithStream(stage: Stage): Promise<Values> {
  return stage.withDriver({}, async (driver) => {
    const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
    const holder = driver.start('churn', { channel, holdMs: 0 });
    try {
      await sleep(HOLDER_START_MS);
      return await idle('idle.udp', stage, driver);
    } finally {
      await holder.stop();
    }
  });
}
