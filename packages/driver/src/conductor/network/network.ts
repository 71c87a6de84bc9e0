// SPDX-License-Identifier: Apache-2.0
/** Wires the conductor's part in the network: the one place that knows all of it. Conductor only. */
import type { CachedClock } from '@aeron/core/internal';
import { AgentOutbox } from '../../agents/agent-outbox.ts';
import type { DriverQueues } from '../../agents/driver-queues.ts';
import type { DriverResources } from '../../driver-resources.ts';
import type { NativeResourceProxy } from '../../resources/native-resource-proxy.ts';
import { StateSlots } from '../../shared-state/state-table.ts';
import type { ClientProxy } from '../client-proxy.ts';
import type { SendDestinations } from '../commands/media.ts';
import { counting } from '../counting.ts';
import { networkPublicationDefaults, networkSubscriptionDefaults } from '../network-defaults.ts';
import type { Registries } from '../registry/registries.ts';
import type { TaggedPublication } from '../rules/publication-params.ts';
import { AgentEvents } from './agent-events.ts';
import { ImageLinker } from './image-linker.ts';
import { NetworkMedium, SpyMedium } from './network-media.ts';
import { NetworkPublications } from './network-publications.ts';
import type { NetworkServices } from './network-services.ts';
import { PublicationImages } from './publication-images.ts';
import { ReceiveEndpoints } from './receive-endpoints.ts';
import { NetworkSendDestinations } from './send-destinations.ts';
import { SendEndpoints } from './send-endpoints.ts';
import { SpyLinker } from './spy-linker.ts';

/** What the network shares with the rest of the conductor. */
export interface NetworkParts {
  readonly registries: Registries;
  readonly proxy: ClientProxy;
  readonly natives: NativeResourceProxy;
  readonly clock: CachedClock;
  readonly findByTag: (entityTag: bigint) => TaggedPublication | undefined;
}

const INT32_BITS = 32n;

/** The conductor's part in the network. */
export class Network {
  readonly medium: NetworkMedium;
  readonly spies: SpyMedium;
  readonly sendDestinations: SendDestinations;
  readonly publications: NetworkPublications;
  readonly images: PublicationImages;
  readonly events: AgentEvents;
  readonly #services: NetworkServices;

  constructor(resources: DriverResources, queues: DriverQueues, parts: NetworkParts) {
    const services = createServices(resources, queues, parts);
    this.#services = services;
    this.medium = new NetworkMedium(services);
    this.spies = new SpyMedium(services);
    this.sendDestinations = new NetworkSendDestinations(services);
    this.publications = services.publications;
    this.images = services.images;
    this.events = new AgentEvents([queues.inbox('from-sender'), queues.inbox('from-receiver')], services);
  }

  /** While true the conductor takes no client command, since it might need an agent that has no room. */
  get isApplyingBackPressure(): boolean {
    const { sender, receiver } = this.#services;
    return sender.isApplyingBackPressure || receiver.isApplyingBackPressure;
  }

  get hasNews(): boolean {
    const { sender, receiver } = this.#services;
    return this.events.hasNews || sender.hasUnsent || receiver.hasUnsent;
  }

  /** Sends what the agents had no room for, and takes in what they say. @returns how much was done. */
  doWork(): number {
    this.#services.sender.flush();
    this.#services.receiver.flush();
    return this.events.doWork();
  }

  /** The agents have ended. */
  close(): void {
    const { images, publications, sendEndpoints, receiveEndpoints } = this.#services;
    this.events.close();
    images.closeAll();
    publications.closeAll();
    sendEndpoints.closeAll();
    receiveEndpoints.closeAll();
  }
}

function createServices(resources: DriverResources, queues: DriverQueues, parts: NetworkParts): NetworkServices {
  const { config, platform, counters, systemCounters, toDriver, stateMemory, events, onError } = resources;
  const { registries, proxy, natives, clock } = parts;
  const sender = new AgentOutbox(queues.proxy('to-sender'), counting(systemCounters, 'SENDER_PROXY_FAILS'));
  const receiver = new AgentOutbox(queues.proxy('to-receiver'), counting(systemCounters, 'RECEIVER_PROXY_FAILS'));
  const publications = new NetworkPublications(stateMemory, onError);
  const images = new PublicationImages(stateMemory, onError);
  const randomInt32 = (): number => platform.host.randomInt32();
  const nextId = (): number => toDriver.nextCorrelationId();
  const endpointPorts = { counters, nextId, defaultBufferLengths: config, events, onError };
  const sendEndpoints = new SendEndpoints({ ...endpointPorts, outbox: sender });
  const firstReceiverId = (BigInt(randomInt32()) << INT32_BITS) | BigInt(randomInt32() >>> 0);
  const receiveEndpoints = new ReceiveEndpoints({ ...endpointPorts, outbox: receiver, firstReceiverId });
  const stateSlots = new StateSlots(stateMemory);
  const common = { ...registries, counters, proxy, clock, natives, stateSlots, events, onError };
  return {
    ...common,
    ...{ publications, images, sendEndpoints, receiveEndpoints, sender, receiver, stateMemory, config },
    ...{ randomInt32, nextId, findByTag: parts.findByTag },
    spyLinker: new SpyLinker({
      ...{ ...common, publications, sendEndpoints, sender },
      onUnblocked: counting(systemCounters, 'UNBLOCKED_PUBLICATIONS'),
      onRevoked: counting(systemCounters, 'PUBLICATIONS_REVOKED'),
    }),
    imageLinker: new ImageLinker({ ...common, images, receiveEndpoints, receiver }),
    lossReport: resources.lossReport,
    socketBufferLimits: resources.socketBufferLimits,
    congestionControlSupplier: resources.suppliers.congestionControl,
    publicationDefaults: networkPublicationDefaults(config),
    subscriptionDefaults: networkSubscriptionDefaults(config),
  };
}
