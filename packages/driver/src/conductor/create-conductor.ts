// SPDX-License-Identifier: Apache-2.0
/**
 * Wires the conductor from the driver's resources: the one place that knows all its parts, and in which order they work. Runs
 * in the thread that will poll it.
 */
import { CachedClock } from '@aeron/core/internal';
import type { AgentInbox, AgentProxy } from '../agents/agent-queue.ts';
import type { DriverResources } from '../driver-resources.ts';
import { IpcLinker } from '../ipc/ipc-linker.ts';
import { IpcMedium } from '../ipc/ipc-medium.ts';
import { IpcPublications } from '../ipc/ipc-publications.ts';
import { createLogFileStore } from '../resources/create-native-resource-agent.ts';
import type { MappedLog } from '../resources/mapped-log.ts';
import type { NativeResourceAnswer, NativeResourceCommand } from '../resources/native-resource-commands.ts';
import { NativeResourceProxy } from '../resources/native-resource-proxy.ts';
import { ClientProxy } from './client-proxy.ts';
import { parseIpcChannel } from './commands/channel-uris.ts';
import { CommandRunner } from './commands/command-runner.ts';
import type { CommandServices } from './commands/command-services.ts';
import { allMedia, type Media } from './commands/media.ts';
import { unsupportedNetwork, unsupportedSendDestinations, unsupportedSpies } from './commands/unsupported-network.ts';
import { DriverConductor } from './driver-conductor.ts';
import { ipcPublicationDefaults, ipcSubscriptionDefaults } from './ipc-defaults.ts';
import { ManagedResources } from './managed-resource.ts';
import { Clients } from './registry/clients.ts';
import type { CounterLink } from './registry/counter-link.ts';
import type { PublicationLink } from './registry/publication-link.ts';
import { SessionIds } from './registry/session-ids.ts';
import type { SubscriptionLink } from './registry/subscription-link.ts';

/** The conductor's ends of its queues. */
export interface ConductorQueues {
  readonly commands: AgentProxy<NativeResourceCommand>;
  readonly answers: AgentInbox<NativeResourceAnswer>;
}

/** What lives by the clock or is looked up, apart from what belongs to a medium. */
interface Registries {
  readonly clients: Clients;
  readonly publicationLinks: ManagedResources<PublicationLink>;
  readonly subscriptionLinks: ManagedResources<SubscriptionLink>;
  readonly counterLinks: ManagedResources<CounterLink>;
  readonly sessionIds: SessionIds;
}

export function createConductor(resources: DriverResources, queues: ConductorQueues): DriverConductor {
  const { config, platform, toDriver, systemCounters, onError } = resources;
  const clock = new CachedClock();
  const proxy = new ClientProxy(resources.toClients);
  const logs = createNativeResourceProxy(resources, queues);
  const registries = createRegistries(resources, proxy, clock);
  const publications = new IpcPublications(onError);
  const media = createIpcMedia(resources, { registries, publications, proxy, logs, clock });
  const runner = createRunner(resources, { registries, media, proxy, logs, clock });
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
      registries.subscriptionLinks,
      publications,
      registries.counterLinks,
    ],
    workStages: [() => runner.doWork(), () => logs.doWork(), () => publications.updatePublisherPositionsAndLimits()],
    dutyCycle: resources.conductorDutyCycle,
    onCommandsUnblocked: counting(systemCounters, 'UNBLOCKED_COMMANDS'),
    onClose: () => {
      runner.close();
      logs.close();
      publications.closeAll();
    },
    onError,
  });
}

function createNativeResourceProxy(resources: DriverResources, queues: ConductorQueues): NativeResourceProxy {
  const { config, platform, systemCounters } = resources;
  const bytesMapped = systemCounters.get('BYTES_CURRENTLY_MAPPED');
  return new NativeResourceProxy({
    commands: queues.commands,
    answers: queues.answers,
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
}

/** IPC as it is, and in the network's place what refuses it. */
function createIpcMedia(resources: DriverResources, parts: IpcParts): Media {
  const { config, platform, counters, systemCounters, onError } = resources;
  const { registries, publications, proxy, logs, clock } = parts;
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
    onError,
  });
  const ipc = new IpcMedium({
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
    findByTag: (tag) => allMedia(media).flatMap((medium) => medium.findByTag(tag) ?? [])[0],
    parseUri: parseIpcChannel,
  });
  const media: Media = {
    ipc,
    network: unsupportedNetwork,
    spy: unsupportedSpies({ subscriptionLinks: registries.subscriptionLinks, proxy }),
    sendDestinations: unsupportedSendDestinations,
  };
  return media;
}

function createRunner(
  resources: DriverResources,
  parts: Omit<IpcParts, 'publications'> & { readonly media: Media },
): CommandRunner {
  const { config, toDriver, counters, systemCounters, validateTermination, onTerminationRequested } = resources;
  const { registries, media, proxy, logs, clock } = parts;
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
    isBackPressured: () => logs.isApplyingBackPressure,
    onError: resources.onError,
  });
}

type SystemCounters = DriverResources['systemCounters'];

/** Adds 1 to a system counter that only the conductor writes. */
function counting(systemCounters: SystemCounters, name: Parameters<SystemCounters['get']>[0]): () => void {
  const counter = systemCounters.get(name);
  return () => {
    counter.incrementRelease();
  };
}
