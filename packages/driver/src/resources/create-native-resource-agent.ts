// SPDX-License-Identifier: Apache-2.0
/** Wires the native-resource agent from the driver's resources. Runs in the thread that will poll it. */
import { type AgentInbox, type AgentProxy, ThreadLocalQueue } from '../agents/agent-queue.ts';
import type { DriverResources } from '../driver-resources.ts';
import { LogFileStore } from './log-file-store.ts';
import { NativeResourceAgent } from './native-resource-agent.ts';
import type { NativeResourceAnswer, NativeResourceCommand } from './native-resource-commands.ts';

/** The two queues between conductor and native-resource agent, each seen from both ends. */
export interface NativeResourceQueues {
  readonly commands: AgentProxy<NativeResourceCommand> & AgentInbox<NativeResourceCommand>;
  readonly answers: AgentProxy<NativeResourceAnswer> & AgentInbox<NativeResourceAnswer>;
}

/** Queues for the case that one thread polls both agents. */
export function threadLocalNativeResourceQueues(): NativeResourceQueues {
  return { commands: new ThreadLocalQueue(), answers: new ThreadLocalQueue() };
}

type StoreResources = Pick<DriverResources, 'config' | 'platform' | 'onError'>;

/** The driver's log buffer files. */
export function createLogFileStore({ config, platform, onError }: StoreResources): LogFileStore {
  const { aeronDirectoryName, filePageSize, performStorageChecks, lowStorageWarningThreshold } = config;
  const settings = {
    aeronDirectory: aeronDirectoryName,
    filePageSize,
    performStorageChecks,
    lowStorageWarningThreshold,
  };
  return new LogFileStore(platform, settings, onError);
}

export function createNativeResourceAgent(
  resources: StoreResources & Pick<DriverResources, 'systemCounters'>,
  queues: {
    readonly commands: AgentInbox<NativeResourceCommand>;
    readonly answers: AgentProxy<NativeResourceAnswer>;
  },
): NativeResourceAgent {
  const freeFails = resources.systemCounters.get('FREE_FAILS');
  const ports = {
    commands: queues.commands,
    answers: queues.answers,
    store: createLogFileStore(resources),
    onFreeFail: () => {
      freeFails.incrementRelease();
    },
    onError: resources.onError,
  };
  // The agent is younger than the classic names, so it has one name in both naming schemes.
  return new NativeResourceAgent(ports, resources.config.resourceFreeLimit, 'aeron-md-nra');
}
