// SPDX-License-Identifier: Apache-2.0
/** The door for tests: the simulated platform and seeded randomness. */

export type { DiskFaults, DiskOperation, FaultTarget, Permission } from './platform/sim/disk-faults.ts';
export type { Interceptor, SimulatedNetwork } from './platform/sim/network.ts';
export type { DatagramInFlight, LinkModel, NetworkCounts } from './platform/sim/network-model.ts';
export type { SimulatedHost } from './platform/sim/simulated-host.ts';
export type { SimulatedNameService } from './platform/sim/simulated-names.ts';
export type { SimulatedPlatform, SimulatedProcessOptions } from './platform/sim/simulated-platform.ts';
export type { SimulatedThreadContext, SimulatedThreadFunction } from './platform/sim/simulated-threads.ts';
export {
  type SimulatedHostOptions,
  SimulatedWorld,
  type SimulatedWorldOptions,
} from './platform/sim/simulated-world.ts';
export type { VolumeOptions } from './platform/sim/volume.ts';
export { allocationPerCall } from './testing/allocation.ts';
export { SeededRandom } from './testing/seeded-random.ts';
