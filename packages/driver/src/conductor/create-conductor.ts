// SPDX-License-Identifier: Apache-2.0
/**
 * Wires the conductor from the driver's resources: the one place that knows all its parts, and in which order they work. Runs
 * in the thread that will poll it.
 */
import { CachedClock } from '@aeron/core/internal';
import type { DriverQueues } from '../agents/driver-queues.ts';
import type { DriverResources } from '../driver-resources.ts';
import type { DriverEvents } from '../events/driver-events.ts';
import { IpcLinker } from '../ipc/ipc-linker.ts';
import { IpcMedium } from '../ipc/ipc-medium.ts';
import { IpcPublications } from '../ipc/ipc-publications.ts';
import { createLogFileStore } from '../resources/create-native-resource-agent.ts';
import type { MappedLog } from '../resources/mapped-log.ts';
import { NativeResourceProxy } from '../resources/native-resource-proxy.ts';
import { ClientProxy } from './client-proxy.ts';
import { parseIpcChannel } from './commands/channel-uris.ts';
import { CommandRunner } from './commands/command-runner.ts';
import type { CommandServices } from './commands/command-services.ts';
import { allMedia, type Media } from './commands/media.ts';
import { counting } from './counting.ts';
import { DriverConductor } from './driver-conductor.ts';
import { ipcPublicationDefaults, ipcSubscriptionDefaults } from './ipc-defaults.ts';
import { ManagedResources } from './managed-resource.ts';
import { Network } from './network/network.ts';
import { Clients } from './registry/clients.ts';
import type { Registries } from './registry/registries.ts';
import { SessionIds } from './registry/session-ids.ts';
import type { TaggedPublication } from './rules/publication-params.ts';

/** @param queues of which the conductor takes its ends. */
export function createConductor(resources: DriverResources, queues: DriverQueues): DriverConductor {
  const { config, platform, toDriver, systemCounters, onError } = resources;
  const clock = new CachedClock();
  const proxy = new ClientProxy(resources.toClients, resources.events);
  const logs = createNativeResourceProxy(resources, queues);
  const registries = createRegistries(resources, proxy, clock);
  const publications = new IpcPublications(onError);
  const findByTag = (tag: bigint) => allMedia(media).flatMap((medium) => medium.findByTag(tag) ?? [])[0];
  const network = new Network(resources, queues, { registries, proxy, natives: logs, clock, findByTag });
  const ipc = createIpcMedium(resources, { registries, publications, proxy, logs, clock, findByTag });
  const media: Media = {
    ...{ ipc, network: network.medium, spy: network.spies },
    sendDestinations: network.sendDestinations,
  };
  const isBackPressured = () => logs.isApplyingBackPressure || network.isApplyingBackPressure;
  const runner = createRunner(resources, { registries, media, proxy, clock, isBackPressured });
  systemCounters.get('RESOLUTION_CHANGES').appendToLabel(`: driverName=${config.resolverName ?? 'null'}`);
  return new DriverConductor({
    roleName: config.threadNaming === 'new' ? 'aeron-md-cnd' : 'driver-conductor',
    clock: platform.clock,
    cachedClock: clock,
    ring: toDriver,
    timerIntervalNs: config.timerIntervalNs,
    clientLivenessTimeoutNs: config.clientLivenessTimeoutNs,
    timedStages: [
      registries.clients,
      registries.publicationLinks,
      network.publications,
      registries.subscriptionLinks,
      network.images,
      publications,
      registries.counterLinks,
    ],
    workStages: [
      () => refresh(resources.events),
      () => runner.doWork(),
      () => network.doWork(),
      () => logs.doWork(),
      () => network.images.trackRebuild(clock.nanoTime()),
      () => network.publications.updatePublisherPositionsAndLimits(clock.nanoTime()),
      () => publications.updatePublisherPositionsAndLimits(clock.nanoTime()),
    ],
    dutyCycle: resources.conductorDutyCycle,
    isDormant: () =>
      [registries.clients, network.publications, network.images, publications].every(({ items }) => items.length === 0),
    hasNews: () => runner.isBusy || network.hasNews || logs.hasNews,
    onCommandsUnblocked: counting(systemCounters, 'UNBLOCKED_COMMANDS'),
    onClose: () => {
      runner.close();
      logs.close();
      network.close();
      publications.closeAll();
    },
    onError,
  });
}

/** @returns no work. */
function refresh(events: DriverEvents): number {
  events.refresh();
  return 0;
}

function createNativeResourceProxy(resources: DriverResources, queues: DriverQueues): NativeResourceProxy {
  const { config, platform, systemCounters } = resources;
  const bytesMapped = systemCounters.get('BYTES_CURRENTLY_MAPPED');
  return new NativeResourceProxy({
    commands: queues.proxy('to-native'),
    answers: queues.inbox('from-native'),
    mapper: platform.mapper,
    store: createLogFileStore(resources),
    aeronDirectory: config.aeronDirectoryName,
    filePageSize: config.filePageSize,
    onMappedBytes: (delta) => {
      bytesMapped.getAndAddRelease(delta);
    },
    onFailedOffer: counting(systemCounters, 'NATIVE_RESOURCE_AGENT_PROXY_FAILS'),
  });
}

function createRegistries(resources: DriverResources, proxy: ClientProxy, clock: CachedClock): Registries {
  const { config, platform, counters, systemCounters, onError } = resources;
  return {
    clients: new Clients({
      counters,
      proxy,
      clock,
      clientLivenessTimeoutNs: config.clientLivenessTimeoutNs,
      onTimedOut: counting(systemCounters, 'CLIENT_TIMEOUTS'),
      onError,
    }),
    publicationLinks: new ManagedResources(onError),
    subscriptionLinks: new ManagedResources(onError),
    counterLinks: new ManagedResources(onError),
    sessionIds: new SessionIds(
      { low: config.publicationReservedSessionIdLow, high: config.publicationReservedSessionIdHigh },
      platform.host.randomInt32(),
    ),
  };
}

interface IpcParts {
  readonly registries: Registries;
  readonly publications: IpcPublications;
  readonly proxy: ClientProxy;
  readonly logs: NativeResourceProxy;
  readonly clock: CachedClock;
  readonly findByTag: (entityTag: bigint) => TaggedPublication | undefined;
}

function createIpcMedium(resources: DriverResources, parts: IpcParts): IpcMedium {
  const { config, platform, counters, systemCounters, events, onError } = resources;
  const { registries, publications, proxy, logs, clock, findByTag } = parts;
  const linker = new IpcLinker({
    publications,
    subscriptionLinks: registries.subscriptionLinks,
    sessionIds: registries.sessionIds,
    counters,
    proxy,
    clock,
    freeLog: (registrationId: number, log: MappedLog) => logs.free({ logKind: 'publication', registrationId }, log),
    onUnblocked: counting(systemCounters, 'UNBLOCKED_PUBLICATIONS'),
    onRevoked: counting(systemCounters, 'PUBLICATIONS_REVOKED'),
    events,
    onError,
  });
  return new IpcMedium({
    ...registries,
    publications,
    linker,
    counters,
    proxy,
    logs,
    clock,
    settings: config,
    publicationDefaults: ipcPublicationDefaults(config),
    subscriptionDefaults: ipcSubscriptionDefaults(config),
    randomInt32: () => platform.host.randomInt32(),
    findByTag,
    parseUri: parseIpcChannel,
    events,
  });
}

interface RunnerParts {
  readonly registries: Registries;
  readonly media: Media;
  readonly proxy: ClientProxy;
  readonly clock: CachedClock;
  readonly isBackPressured: () => boolean;
}

function createRunner(resources: DriverResources, parts: RunnerParts): CommandRunner {
  const { config, toDriver, counters, systemCounters, validateTermination, onTerminationRequested } = resources;
  const { registries, media, proxy, clock, isBackPressured } = parts;
  const services: CommandServices = {
    ...registries,
    counters,
    proxy,
    clock,
    media,
    termination: {
      isAllowed: (token) => validateTermination(config.aeronDirectoryName, token),
      request: onTerminationRequested,
    },
    onImageRejected: counting(systemCounters, 'IMAGES_REJECTED'),
  };
  return new CommandRunner({
    ring: toDriver,
    services,
    isBackPressured,
    events: resources.events,
    onError: resources.onError,
  });
}
