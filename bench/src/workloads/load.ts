// SPDX-License-Identifier: Apache-2.0
/** What a driver under load needs of memory, and what garbage collection costs it and its client. */
import { setTimeout as sleep } from 'node:timers/promises';
import { driverFootprint, type Footprint } from '../contenders/footprint.ts';
import { freePort } from '../contenders/places.ts';
import type { Program, Values } from '../contenders/program.ts';
import { TRANSPORTS } from './transports.ts';
import { type Metric, namedValue, type Stage, type Workload } from './workload.ts';

const LENGTH = 288;
const LOOK_MS = 100;

const METRICS: readonly Metric[] = [
  { id: 'load.resident', name: 'driver, resident, mapped logs included', unit: 'MB', isMoreBetter: false },
  { id: 'load.private', name: 'driver, its own memory', unit: 'MB', isMoreBetter: false },
  { id: 'load.driver.gc', name: 'driver, garbage collection', unit: 'ms/s', isMoreBetter: false },
  { id: 'load.driver.gc.longest', name: '  longest pause', unit: 'ms', isMoreBetter: false },
  { id: 'load.client.gc', name: 'client, garbage collection', unit: 'ms/s', isMoreBetter: false },
  { id: 'load.client.gc.longest', name: '  longest pause', unit: 'ms', isMoreBetter: false },
];

export const load: readonly Workload[] = [
  { group: `Under load: UDP, ${LENGTH} bytes`, variants: TRANSPORTS, metrics: METRICS, run: underLoad },
];

function underLoad({ scale: { warmUpMs, windowMs }, withDriver }: Stage): Promise<Values> {
  return withDriver({}, async (driver) => {
    const startMs = performance.now();
    const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
    const place = { publish: channel, subscribe: channel, stream: 1001 };
    // Longer than elsewhere: collections are rare.
    const times = { warmUpMs, windowMs: 2 * windowMs };
    const duplex = driver.start('duplex', { ...place, kind: 'offer', length: LENGTH, ...times });
    const most = await greatestFootprint(driver.program, duplex);
    const client = await duplex.result();
    const ofDriver = await driver.end();
    const driverSeconds = (performance.now() - startMs) / 1e3;
    return {
      'load.resident': most.residentBytes / 1e6,
      'load.private': most.privateBytes / 1e6,
      'load.driver.gc': namedValue(ofDriver, 'gcMs') / driverSeconds,
      'load.driver.gc.longest': namedValue(ofDriver, 'gcLongestMs'),
      'load.client.gc': (namedValue(client, 'gcMs') * 1e9) / namedValue(client, 'elapsedNs'),
      'load.client.gc.longest': namedValue(client, 'gcLongestMs'),
    };
  });
}

async function greatestFootprint(driver: Program, until: Program): Promise<Footprint> {
  let most = driverFootprint(driver.pid);
  while (!until.hasEnded) {
    await sleep(LOOK_MS);
    const now = driverFootprint(driver.pid);
    most = {
      cpuMs: now.cpuMs,
      residentBytes: Math.max(most.residentBytes, now.residentBytes),
      privateBytes: Math.max(most.privateBytes, now.privateBytes),
    };
  }
  return most;
}
