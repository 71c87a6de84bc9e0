// SPDX-License-Identifier: Apache-2.0
/** Everything that is measured, in the order of the table. */
import { disturbance } from './disturbance.ts';
import { driverLife } from './driver-life.ts';
import { eventLog } from './event-log.ts';
import { groups } from './groups.ts';
import { ipcCosts } from './ipc-costs.ts';
import { ipcRoundTrips } from './ipc-round-trips.ts';
import { ipcThroughput } from './ipc-throughput.ts';
import { load } from './load.ts';
import { loss } from './loss.ts';
import { presets } from './presets.ts';
import { streams } from './streams.ts';
import { threads } from './threads.ts';
import { udp } from './udp.ts';
import type { Workload } from './workload.ts';

export const WORKLOADS: readonly Workload[] = [
  ...ipcThroughput,
  ...ipcCosts,
  ...ipcRoundTrips,
  ...udp,
  ...groups,
  ...loss,
  ...streams,
  ...driverLife,
  ...load,
  ...disturbance,
  ...presets,
  ...threads,
  ...eventLog,
];
