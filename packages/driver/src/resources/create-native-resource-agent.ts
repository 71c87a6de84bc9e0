// SPDX-License-Identifier: Apache-2.0
/** Wires the native-resource agent from the driver's resources. Runs in the thread that will poll it. */
import { SystemCounterId } from '@aeron/codecs/internal';
import { AtomicCounter } from '@aeron/core/internal';
import type { DriverQueues } from '../agents/driver-queues.ts';
import type { AgentResources, DriverResources } from '../driver-resources.ts';
import { createNameResolver } from '../naming/create-name-resolver.ts';
import { DefaultNameResolver } from '../naming/default-name-resolver.ts';
import { LogFileStore } from './log-file-store.ts';
import { NativeResourceAgent } from './native-resource-agent.ts';

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

export function createNativeResourceAgent(resources: AgentResources, queues: DriverQueues): NativeResourceAgent {
  const freeFails = new AtomicCounter(resources.counters.valuesBuffer, SystemCounterId.FREE_FAILS);
  const ports = {
    commands: queues.inbox('to-native'),
    answers: queues.proxy('from-native'),
    store: createLogFileStore(resources),
    channels: createChannelContext(resources),
    onFreeFail: () => {
      freeFails.incrementRelease();
    },
    onError: resources.onError,
  };
  // The agent is younger than the classic names, so it has one name in both naming schemes.
  return new NativeResourceAgent(ports, resources.config.resourceFreeLimit, 'aeron-md-nra');
}

function createChannelContext(resources: AgentResources) {
  const { platform, config, counters, resolverCounterIds, suppliers, events, onError } = resources;
  const { clock, names, datagrams } = platform;
  let uniqueNumber = 0;
  return {
    resolver: createNameResolver(
      config,
      resolverCounterIds,
      { clock, names, datagrams, counters, events, onError },
      suppliers.nameResolver,
    ),
    hostResolver: new DefaultNameResolver(platform),
    interfaces: () => datagrams.interfaces(),
    multicastTtl: config.socketMulticastTtl,
    nextUniqueNumber: () => ++uniqueNumber,
  };
}
