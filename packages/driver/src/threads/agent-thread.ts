// SPDX-License-Identifier: Apache-2.0
/**
 * What runs in the thread of an agent, or of sender and receiver together: the agents over the files that the conductor's thread
 * has made, mapped anew. Everything else arrives by queues in shared memory.
 */
import { CncFile, cncFilePath, SystemCounterId } from '@aeron/codecs/internal';
import { type Agent, AtomicCounter, CompositeAgent, CountersManager, type Platform } from '@aeron/core/internal';
import { RingQueues } from '../agents/driver-queues.ts';
import { threadIdleStrategy } from '../config/idle-strategies.ts';
import { createAgent } from '../driver-agents.ts';
import type { AgentResources } from '../driver-resources.ts';
import type { DriverSuppliers } from '../driver-suppliers.ts';
import { findDriverEvents } from '../events/driver-events.ts';
import { type RunningAgent, runAgent, watchPlatform } from './agent-runner.ts';
import { DormantIdleStrategy } from './dormant-idle.ts';
import { type AgentThreadData, errorToData, type FromAgentThread } from './thread-messages.ts';

/** What the thread brings along. */
export interface AgentThreadPorts {
  readonly platform: Platform;
  readonly suppliers: DriverSuppliers;
  /** Tells the conductor's thread. */
  readonly post: (message: FromAgentThread) => void;
}

/**
 * Starts the agents, which own the thread.
 *
 * @throws AeronError when files can't be mapped or an agent can't start.
 */
export function startAgentThread(data: AgentThreadData, ports: AgentThreadPorts): RunningAgent {
  const { config, thread, roles, stateMemory, resolverCounterIds } = data;
  const { suppliers, post } = ports;
  const watched = watchPlatform(ports.platform);
  const { platform } = watched;
  const cnc = new CncFile(platform.mapper.map(cncFilePath(config.aeronDirectoryName), { access: 'read-write' }));
  const counters = new CountersManager(cnc.countersMetadata, cnc.countersValues, {
    epochClock: platform.clock,
    labelCharset: 'ascii',
  });
  let startError: Error | undefined;
  const onError = (error: Error): void => {
    startError ??= error;
    post({ kind: 'error', error: errorToData(error) });
  };
  const resources: AgentResources = {
    ...{ config, platform, suppliers, counters, resolverCounterIds, stateMemory, onError },
    onReadable: () => runner?.wake(),
    events: findDriverEvents(platform),
  };
  const queues = new RingQueues(data.queues);
  const agent = asOne(
    roles.map((role) => createAgent(role, resources, queues)),
    config.threadNaming === 'new' ? 'aeron-md-net' : undefined,
  );
  const status = new AtomicCounter(cnc.countersValues, SystemCounterId.CONTROLLABLE_IDLE_STRATEGY);
  const strategy = threadIdleStrategy(thread, config, status);
  const idleStrategy = new DormantIdleStrategy(strategy, agent, config.dormantParkPeriodNs);
  const options = { agent, idleStrategy, rests: idleStrategy, errorHandler: onError };
  const runner: RunningAgent | undefined = runAgent(options, watched, 'owner');
  if (!runner.isRunning) {
    throw startError ?? new Error(`agent did not start: role=${agent.roleName}`);
  }
  return runner;
}

function asOne(agents: readonly Agent[], name: string | undefined): Agent {
  const [first] = agents;
  return first !== undefined && agents.length === 1 ? first : new CompositeAgent(agents, name);
}
