// SPDX-License-Identifier: Apache-2.0
/** Round trips over IPC between two processes that spin. */
import { latencyMetrics, latencyValues, type PeerRun, type Workload } from './workload.ts';

const PEERS = ['MessageChannel', 'zeromq.js'] as const;

export const ipcRoundTrips: readonly Workload[] = [32, 1344].map((length) => {
  const id = `ipc.ping.${length}`;
  const peers = PEERS.map((peer): PeerRun => {
    return { peer, mode: 'round-trips', length, transport: 'ipc', values: (result) => latencyValues(id, result) };
  });
  return {
    group: 'IPC, round trip, both sides spin',
    isQuick: length === 32,
    metrics: latencyMetrics(
      id,
      `${length} bytes`,
      length === 32 ? [{ '': { ratio: 1 / 3 } }, { '': { ratio: 1 / 5 } }] : [],
    ),
    peers,
    run: (stage) =>
      stage.withDriver({}, async (driver) => {
        const place = { channel: 'aeron:ipc', pingStream: 1002, pongStream: 1003 };
        const pong = driver.start('pong', place);
        const { warmUpPings: warmUpCount, pings: count } = stage.scale;
        const ping = driver.start('ping', { ...place, length, warmUpCount, count });
        const [result] = await Promise.all([ping.result(), pong.result()]);
        return latencyValues(id, result);
      }),
  };
});
