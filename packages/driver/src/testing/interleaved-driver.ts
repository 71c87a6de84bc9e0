// SPDX-License-Identifier: Apache-2.0
/**
 * A whole driver in the calling thread whose agents take turns as threads would, in an order that a seed decides: one may run
 * several times while another waits, and what they say to each other goes by the queues between threads. For simulations.
 */
import { type Agent, AgentInvoker } from '@aeron/core/internal';
import type { SeededRandom } from '@aeron/core/testing';
import { createRingQueueMemory, RingQueues } from '../agents/driver-queues.ts';
import { AssembledDriver } from '../assembled-driver.ts';
import { prepareDirectory } from '../cnc/prepare-directory.ts';
import { createConductor } from '../conductor/create-conductor.ts';
import { probeSocketBuffers } from '../config/socket-buffer-limits.ts';
import { DriverDiagnostics } from '../diagnostics/driver-diagnostics.ts';
import { createAgent } from '../driver-agents.ts';
import type { DriverResources } from '../driver-resources.ts';
import { hooksOf, type MediaDriverOptions, planLaunch } from '../media-driver-options.ts';

/** Passes of one agent while the others wait. */
const TURNS_MAX = 3;
const SKIP_RATE = 0.3;

/** What a simulation does with a driver. */
export interface SteppedDriver {
  /** Some passes of its agents. @returns how much was done. */
  invoke(): number;
  close(): Promise<void>;
}

/** @throws AeronError as `MediaDriver.launch`. */
export async function launchInterleaved(options: MediaDriverOptions, random: SeededRandom): Promise<SteppedDriver> {
  const plan = planLaunch({ ...options, threadingMode: 'INVOKER' });
  const { platform, config } = plan;
  const diagnostics = new DriverDiagnostics(platform.diagnostics, platform.host.pid, config);
  const hooks = hooksOf(plan, diagnostics, () => undefined);
  const notice = (text: string): void => hooks.notice('stderr', text);
  const socketBufferLimits = await probeSocketBuffers(config, { ...platform, warn: notice });
  await prepareDirectory(platform, config, { notice });
  const setup = { platform, config, hooks, socketBufferLimits, suppliers: {} };
  const driver = new AssembledDriver(setup, (resources) => new InterleavedAgents(agentsOf(resources), random));
  driver.open();
  const invoker = new AgentInvoker({ agent: driver.agent, errorHandler: driver.resources.onError });
  invoker.start();
  return {
    invoke: () => invoker.invoke(),
    close: async () => {
      invoker.close();
      driver.close();
    },
  };
}

function agentsOf(resources: DriverResources): readonly Agent[] {
  const queues = new RingQueues(createRingQueueMemory());
  return [
    createAgent('sender', resources, queues),
    createAgent('receiver', resources, queues),
    createAgent('native', resources, queues),
    createConductor(resources, queues),
  ];
}

class InterleavedAgents implements Agent {
  readonly roleName = 'interleaved';
  readonly #agents: readonly Agent[];
  readonly #random: SeededRandom;
  /** Agents that were left out of the last pass: no thread waits for ever. */
  readonly #skipped = new Set<Agent>();

  constructor(agents: readonly Agent[], random: SeededRandom) {
    this.#agents = agents;
    this.#random = random;
  }

  onStart(): void {
    for (const agent of this.#agents) {
      agent.onStart?.();
    }
  }

  doWork(): number {
    const random = this.#random;
    let workCount = 0;
    for (const agent of random.shuffle([...this.#agents])) {
      if (!this.#skipped.delete(agent) && random.chance(SKIP_RATE)) {
        this.#skipped.add(agent);
        continue;
      }
      for (let turns = random.nextBetween(1, TURNS_MAX); turns > 0; turns--) {
        workCount += agent.doWork();
      }
    }
    return workCount;
  }

  onClose(): void {
    for (const agent of this.#agents) {
      agent.onClose?.();
    }
  }
}
