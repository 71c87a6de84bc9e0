// SPDX-License-Identifier: Apache-2.0
/**
 * UDP over loopback. Publisher and subscriber are in one thread, which spins; the driver is SHARED and backs off: as many busy
 * threads as the smallest machine has cores, so that the scheduler has no say.
 */
import { freePort } from '../contenders/places.ts';
import { TRANSPORTS } from './transports.ts';
import { kiloRate, latencyMetrics, latencyValues, type Metric, type PeerRun, type Workload } from './workload.ts';

const STREAM_ID = 1001;
/** No datagram is longer; a message of the peer's has no header. */
const DATAGRAM_LENGTH_MAX = 65_504;
const LENGTHS = [32, 288, 1344, 65_536] as const;
const MTUS = [1_408, 8_192, DATAGRAM_LENGTH_MAX] as const;

type Targets = NonNullable<Metric['targets']>;

const RATE_TARGETS: Readonly<Record<string, Targets>> = {
  '32.1408': { dgram: { ratio: 1.5 }, batch: { ratio: 1.5 }, offload: { ratio: 1.5 } },
  '1344.1408': { dgram: { ratio: 1 }, batch: { ratio: 3 }, offload: { ratio: 3 } },
};
const QUICK_RATES = ['32.1408', '1344.1408'];
const QUICK_ROUND_TRIPS = ['32.1408'];

/** Longer messages are fragmented in any case, so every MTU counts there; short ones wait for nothing bigger. */
const ROUND_TRIPS: readonly (readonly [length: number, mtu: number])[] = [
  ...LENGTHS.map((length) => [length, 1_408] as const),
  [65_536, 8_192],
  [65_536, DATAGRAM_LENGTH_MAX],
];

const rates = MTUS.flatMap((mtu) => LENGTHS.map((length) => rateWorkload(length, mtu)));

export const udp: readonly Workload[] = [
  ...rates,
  ...ROUND_TRIPS.map(([length, mtu]) => roundTripWorkload(length, mtu)),
];

function channelOf(port: number, mtu: number): string {
  return `aeron:udp?endpoint=127.0.0.1:${port}|mtu=${mtu}`;
}

function nameOf(length: number, mtu: number): string {
  const message = length > 1344 ? '64 KiB in fragments' : `${length} bytes`;
  const mtuName = mtu === DATAGRAM_LENGTH_MAX ? '64 KiB' : mtu === 8_192 ? '8 KiB' : String(mtu);
  return `${message}, MTU ${mtuName}`;
}

function rateWorkload(length: number, mtu: number): Workload {
  const id = `udp.rate.${length}.${mtu}`;
  const targets = RATE_TARGETS[`${length}.${mtu}`];
  return {
    group: 'UDP, messages a second',
    isQuick: QUICK_RATES.includes(`${length}.${mtu}`),
    variants: TRANSPORTS,
    metrics: [
      {
        id,
        name: nameOf(length, mtu),
        unit: 'k msg/s',
        isMoreBetter: true,
        ...(targets === undefined ? {} : { targets }),
      },
    ],
    peers: mtu === 1_408 ? peersOf(length, 'rate', (result) => ({ [id]: kiloRate(result) })) : [],
    run: (stage) =>
      stage.withDriver({}, async (driver) => {
        const channel = channelOf(await freePort(), mtu);
        const { warmUpMs, windowMs } = stage.scale;
        const place = { publish: channel, subscribe: channel, stream: STREAM_ID };
        const duplex = driver.start('duplex', { ...place, kind: 'offer', length, warmUpMs, windowMs });
        return { [id]: kiloRate(await duplex.result()) };
      }),
  };
}

function roundTripWorkload(length: number, mtu: number): Workload {
  const id = `udp.ping.${length}.${mtu}`;
  return {
    group: 'UDP, round trip, client spins, driver backs off',
    isQuick: QUICK_ROUND_TRIPS.includes(`${length}.${mtu}`),
    variants: TRANSPORTS,
    metrics: latencyMetrics(id, nameOf(length, mtu)),
    peers: mtu === 1_408 ? peersOf(length, 'round-trips', (result) => latencyValues(id, result)) : [],
    run: (stage) =>
      stage.withDriver({}, async (driver) => {
        const { warmUpMs, windowMs } = stage.scale;
        const place = { there: channelOf(await freePort(), mtu), back: channelOf(await freePort(), mtu) };
        const args = { ...place, stream: STREAM_ID, length, everyUs: 0, warmUpMs, windowMs };
        return latencyValues(id, await driver.start('circuit', args).result());
      }),
  };
}

function peersOf(length: number, mode: PeerRun['mode'], values: PeerRun['values']): PeerRun[] {
  const both = { mode, length, transport: 'network', values } as const;
  return [
    ...(length <= DATAGRAM_LENGTH_MAX ? [{ ...both, peer: 'dgram' } as const] : []),
    { ...both, peer: 'zeromq.js' } as const,
  ];
}
