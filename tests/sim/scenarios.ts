// SPDX-License-Identifier: Apache-2.0
/** What there is to be simulated, by name. */
import type { SimulatedWorld } from '@aeron/core/testing';
import { ipcPlan } from './scenarios/ipc-scenario.ts';
import { type RunSummary, Simulation } from './simulation.ts';
import { UdpSimulation } from './udp/udp-simulation.ts';

/** One life under one seed. */
export interface SimulatedRun {
  readonly world: SimulatedWorld;
  /** Last of the things that happened. */
  readonly trace: readonly string[];
  /** @throws what was violated. */
  run(): Promise<RunSummary>;
}

export const SCENARIOS: Readonly<Record<string, (seed: number) => SimulatedRun>> = {
  ipc: (seed) => new Simulation(seed, ipcPlan),
  udp: (seed) => new UdpSimulation(seed),
};
