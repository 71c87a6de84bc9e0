// SPDX-License-Identifier: Apache-2.0
/** Messages a second from publishers to subscribers over IPC, each a process that spins. */
import type { PeerName } from '../contenders/peers.ts';
import { kiloRate, type Metric, megaRate, namedValue, type PeerRun, type Stage, type Workload } from './workload.ts';

const CHANNEL = 'aeron:ipc';
const STREAM_ID = 1001;
const FRAGMENTED_LENGTH = 65_536;

interface Row {
  readonly kind: 'offer' | 'exclusive' | 'claim' | 'vectored';
  readonly length: number;
  readonly publishers?: number;
  readonly subscribers?: number;
  readonly reading?: 'poll' | 'iterate';
  readonly isQuick?: boolean;
  readonly peers?: readonly PeerName[];
  readonly targets?: Metric['targets'];
}

const NAMES = { offer: 'concurrent', exclusive: 'exclusive', claim: 'tryClaim', vectored: 'vectored' } as const;

const ROWS: readonly Row[] = [
  {
    ...{ kind: 'offer', length: 32, isQuick: true, peers: ['MessageChannel', 'zeromq.js'] },
    targets: { '': { ratio: 1, peer: { name: 'zeromq.js', ratio: 20 } } },
  },
  { kind: 'exclusive', length: 32, isQuick: true, targets: { '': { ratio: 1.25 } } },
  { kind: 'claim', length: 32 },
  { kind: 'vectored', length: 32 },
  { kind: 'offer', length: 288, peers: ['MessageChannel', 'zeromq.js'] },
  { kind: 'exclusive', length: 288 },
  { kind: 'claim', length: 288 },
  { kind: 'vectored', length: 288 },
  { kind: 'offer', length: 1344, peers: ['MessageChannel', 'zeromq.js'] },
  { kind: 'exclusive', length: 1344 },
  { kind: 'claim', length: 1344 },
  { kind: 'vectored', length: 1344 },
  { kind: 'offer', length: FRAGMENTED_LENGTH, isQuick: true, peers: ['MessageChannel', 'zeromq.js'] },
  { kind: 'exclusive', length: FRAGMENTED_LENGTH },
  { kind: 'vectored', length: FRAGMENTED_LENGTH },
  { kind: 'offer', length: 32, publishers: 2 },
  { kind: 'offer', length: 32, publishers: 4 },
  { kind: 'offer', length: 32, subscribers: 2 },
  { kind: 'offer', length: 32, subscribers: 4 },
  { kind: 'offer', length: 32, publishers: 4, subscribers: 4 },
  { kind: 'offer', length: 32, reading: 'iterate' },
];

export const ipcThroughput: readonly Workload[] = ROWS.map(workloadOf);

function workloadOf(row: Row): Workload {
  const { kind, length, publishers = 1, subscribers = 1, reading = 'poll' } = row;
  const isFragmented = length >= FRAGMENTED_LENGTH;
  const many = publishers + subscribers > 2 ? `, ${publishers} publishers, ${subscribers} subscribers` : '';
  const how = reading === 'iterate' ? ', for await' : '';
  const id = `ipc.rate.${kind}.${length}.${publishers}x${subscribers}.${reading}`;
  const rate = isFragmented ? kiloRate : megaRate;
  return {
    group: 'IPC, messages a second',
    isQuick: row.isQuick ?? false,
    isOursOnly: reading === 'iterate',
    metrics: [
      {
        id,
        name: `${NAMES[kind]}, ${isFragmented ? '64 KiB in fragments' : `${length} bytes`}${many}${how}`,
        unit: isFragmented ? 'k msg/s' : 'M msg/s',
        isMoreBetter: true,
        ...(row.targets === undefined ? {} : { targets: row.targets }),
      },
    ],
    peers: (row.peers ?? []).map((peer) => rateOfPeer(peer, length, (result) => ({ [id]: rate(result) }))),
    run: async (stage) => ({ [id]: await rateOf(stage, { ...row, publishers, subscribers, reading }, rate) }),
  };
}

function rateOfPeer(peer: PeerName, length: number, values: PeerRun['values']): PeerRun {
  return { peer, mode: 'rate', length, transport: 'ipc', values };
}

/** With several subscribers each receives everything: the rate is that of the slowest. */
function rateOf(
  stage: Stage,
  row: Required<Pick<Row, 'kind' | 'length' | 'publishers' | 'subscribers' | 'reading'>>,
  rate: typeof megaRate,
): Promise<number> {
  const { kind, length, publishers, subscribers, reading } = row;
  const { warmUpMs, windowMs } = stage.scale;
  return stage.withDriver({}, async (driver) => {
    const place = { channel: CHANNEL, stream: STREAM_ID, length };
    const reader = { ...place, reading, warmUpMs, windowMs };
    const receiving = Array.from({ length: subscribers }, () => driver.start('subscriber', reader));
    const sending = Array.from({ length: publishers }, () => driver.start('publisher', { ...place, kind }));
    const received = await Promise.all(receiving.map((program) => program.result()));
    await Promise.all(sending.map((program) => program.result()));
    return Math.min(...received.map((result) => rate({ ...result, count: namedValue(result, 'count') })));
  });
}
