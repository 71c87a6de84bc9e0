// SPDX-License-Identifier: Apache-2.0
/** Round trips of one stream while others start and stop on the same driver. */
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../contenders/places.ts';
import type { Values } from '../contenders/program.ts';
import { TRANSPORTS } from './transports.ts';
import { latencyMetrics, latencyValues, namedValue, type Stage, type Workload } from './workload.ts';

const HOLD_MS = 20;
const NS_PER_US = 1_000;

export const disturbance: readonly Workload[] = [
  {
    group: 'UDP, round trip while other streams start and stop',
    variants: TRANSPORTS,
    metrics: [
      ...latencyMetrics('disturbed', '32 bytes'),
      { id: 'disturbed.max', name: '  worst', unit: 'µs', isMoreBetter: false },
      { id: 'disturbed.streams', name: '  streams that started and stopped', unit: 'streams/s', isMoreBetter: true },
    ],
    run: disturbed,
  },
];

function disturbed({ scale: { warmUpMs, windowMs }, withDriver }: Stage): Promise<Values> {
  return withDriver({}, async (driver) => {
    const channelOf = async () => `aeron:udp?endpoint=127.0.0.1:${await freePort()}|term-length=64k`;
    const churn = driver.start('churn', { channel: await channelOf(), holdMs: HOLD_MS });
    await sleep(warmUpMs);
    const place = { there: await channelOf(), back: await channelOf(), stream: 1001 };
    const args = { ...place, length: 32, everyUs: 0, warmUpMs, windowMs: 2 * windowMs };
    const result = await driver.start('circuit', args).result();
    const churned = await churn.stop();
    return {
      ...latencyValues('disturbed', result),
      'disturbed.max': namedValue(result, 'max') / NS_PER_US,
      'disturbed.streams': (namedValue(churned, 'count') * 1e9) / namedValue(churned, 'elapsedNs'),
    };
  });
}
