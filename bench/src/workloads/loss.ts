// SPDX-License-Identifier: Apache-2.0
/**
 * Datagrams lost on purpose by the sending end points of the driver, the same way on both sides: how much gets through, and how
 * much that is of what gets through without loss.
 */
import type { DriverProperties } from '../contenders/contender.ts';
import { freePort } from '../contenders/places.ts';
import type { Values } from '../contenders/program.ts';
import { TRANSPORTS } from './transports.ts';
import { kiloRate, type Metric, type Stage, type Workload } from './workload.ts';

const STREAM_ID = 1001;
const LENGTH = 1344;
const SEED = 20_261;
const RATES = [0.001, 0.01, 0.1] as const;
const SUPPLIER = 'io.aeron.driver.ext.DebugSendChannelEndpointSupplier';

export const loss: readonly Workload[] = [
  {
    group: `UDP with loss, ${LENGTH} bytes`,
    variants: TRANSPORTS,
    metrics: [rateMetric(0), ...RATES.flatMap((rate) => [rateMetric(rate), retainedMetric(rate)])],
    run: async (stage) => {
      const values: Record<string, number> = { [rateMetric(0).id]: await throughput(stage, {}) };
      for (const rate of RATES) {
        Object.assign(values, await underLoss(stage, rate, values[rateMetric(0).id] ?? Number.NaN));
      }
      return values;
    },
  },
];

function rateMetric(rate: number): Metric {
  const id = `udp.loss.${rate}`;
  return { id, name: `${percent(rate)} lost`, unit: 'k msg/s', isMoreBetter: true };
}

function retainedMetric(rate: number): Metric {
  const id = `udp.loss.${rate}.retained`;
  return { id, name: '  of what there is without', unit: '%', isMoreBetter: true };
}

function percent(rate: number): string {
  return `${Number((rate * 100).toFixed(1))} %`;
}

async function underLoss(stage: Stage, rate: number, withoutLoss: number): Promise<Values> {
  const value = await throughput(stage, {
    'aeron.SendChannelEndpoint.supplier': SUPPLIER,
    'aeron.debug.send.data.loss.rate': rate,
    'aeron.debug.send.data.loss.seed': SEED,
  });
  return { [rateMetric(rate).id]: value, [retainedMetric(rate).id]: (value * 100) / withoutLoss };
}

function throughput(stage: Stage, properties: DriverProperties): Promise<number> {
  return stage.withDriver(properties, async (driver) => {
    const channel = `aeron:udp?endpoint=127.0.0.1:${await freePort()}`;
    const { warmUpMs, windowMs } = stage.scale;
    const place = { publish: channel, subscribe: channel, stream: STREAM_ID };
    const duplex = driver.start('duplex', { ...place, kind: 'offer', length: LENGTH, warmUpMs, windowMs });
    return kiloRate(await duplex.result());
  });
}
