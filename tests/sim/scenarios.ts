// SPDX-License-Identifier: Apache-2.0
/** What there is to be simulated, by name. */
import type { SimulatedWorld } from '@aeron/core/testing';
import type { Plan } from './plan.ts';
import { ipcPlan } from './scenarios/ipc-scenario.ts';

export const SCENARIOS: Readonly<Record<string, (world: SimulatedWorld) => Plan>> = { ipc: ipcPlan };
