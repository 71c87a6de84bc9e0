// SPDX-License-Identifier: Apache-2.0
/** One publication to several receivers: multi-destination-cast and multicast. The slowest receiver's rate counts. */
import { freePort } from '../contenders/places.ts';
import { TRANSPORTS } from './transports.ts';
import { kiloRate, type Workload } from './workload.ts';

const STREAM_ID = 1001;
const LENGTH = 1344;
const RECEIVERS = [2, 4] as const;

export const groups: readonly Workload[] = [...RECEIVERS.map(mdc), multicast()];

function mdc(receivers: number): Workload {
  return workload(`udp.mdc.${receivers}`, `MDC, ${receivers} receivers, ${LENGTH} bytes`, async () => {
    const control = `control=127.0.0.1:${await freePort()}|control-mode=dynamic`;
    const endpoints: string[] = [];
    for (let i = 0; i < receivers; i++) {
      endpoints.push(`aeron:udp?endpoint=127.0.0.1:${await freePort()}|${control}|group=true`);
    }
    return { publish: `aeron:udp?${control}|fc=min`, subscribe: endpoints.join(' ') };
  });
}

function multicast(): Workload {
  return workload('udp.multicast', `multicast, 1 receiver, ${LENGTH} bytes`, async () => {
    const channel = `aeron:udp?endpoint=224.20.30.41:${await freePort()}|interface=127.0.0.1|ttl=0`;
    return { publish: `${channel}|fc=min`, subscribe: channel };
  });
}

function workload(
  id: string,
  name: string,
  channels: () => Promise<{ readonly publish: string; readonly subscribe: string }>,
): Workload {
  return {
    group: 'UDP to groups, messages a second',
    variants: TRANSPORTS,
    metrics: [{ id, name, unit: 'k msg/s', isMoreBetter: true }],
    run: (stage) =>
      stage.withDriver({}, async (driver) => {
        const { warmUpMs, windowMs } = stage.scale;
        const message = { stream: STREAM_ID, kind: 'offer', length: LENGTH };
        const duplex = driver.start('duplex', { ...(await channels()), ...message, warmUpMs, windowMs });
        return { [id]: kiloRate(await duplex.result()) };
      }),
  };
}
