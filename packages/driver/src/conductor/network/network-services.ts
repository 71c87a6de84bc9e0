// SPDX-License-Identifier: Apache-2.0
/** What the commands of the network work with. Each picks what it needs. Conductor only. */
import type { Clock, CountersManager, ErrorHandler, SocketBufferLimits } from '@aeron/core/internal';
import type { ReceiverCommand, SenderCommand } from '../../agents/agent-commands.ts';
import type { AgentOutbox } from '../../agents/agent-outbox.ts';
import type { DriverConfig } from '../../config/driver-config.ts';
import type { CongestionControlSupplier } from '../../congestion/congestion-control.ts';
import type { DriverEvents } from '../../events/driver-events.ts';
import type { LossReport } from '../../reports/loss-report.ts';
import type { NativeResourceProxy } from '../../resources/native-resource-proxy.ts';
import type { StateSlots } from '../../shared-state/state-table.ts';
import type { ClientProxy } from '../client-proxy.ts';
import type { ManagedResources } from '../managed-resource.ts';
import type { Clients } from '../registry/clients.ts';
import type { PublicationLink } from '../registry/publication-link.ts';
import type { SessionIds } from '../registry/session-ids.ts';
import type { SubscriptionLink } from '../registry/subscription-link.ts';
import type { PublicationDefaults, TaggedPublication } from '../rules/publication-params.ts';
import type { SubscriptionDefaults } from '../rules/subscription-params.ts';
import type { ImageLinker } from './image-linker.ts';
import type { NetworkPublications } from './network-publications.ts';
import type { PublicationImages } from './publication-images.ts';
import type { ReceiveEndpoints } from './receive-endpoints.ts';
import type { SendEndpoints } from './send-endpoints.ts';
import type { SpyLinker } from './spy-linker.ts';

export interface NetworkServices {
  readonly clients: Clients;
  readonly publicationLinks: ManagedResources<PublicationLink>;
  readonly subscriptionLinks: ManagedResources<SubscriptionLink>;
  readonly sessionIds: SessionIds;
  readonly publications: NetworkPublications;
  readonly images: PublicationImages;
  readonly sendEndpoints: SendEndpoints;
  readonly receiveEndpoints: ReceiveEndpoints;
  readonly spyLinker: SpyLinker;
  readonly imageLinker: ImageLinker;
  readonly sender: AgentOutbox<SenderCommand>;
  readonly receiver: AgentOutbox<ReceiverCommand>;
  readonly natives: NativeResourceProxy;
  readonly stateMemory: SharedArrayBuffer;
  readonly stateSlots: StateSlots;
  readonly counters: CountersManager;
  readonly lossReport: LossReport;
  readonly proxy: ClientProxy;
  /** Stands still during a pass. */
  readonly clock: Clock;
  readonly config: DriverConfig;
  readonly publicationDefaults: PublicationDefaults;
  readonly subscriptionDefaults: SubscriptionDefaults;
  readonly socketBufferLimits: SocketBufferLimits;
  readonly congestionControlSupplier: CongestionControlSupplier | undefined;
  readonly randomInt32: () => number;
  /** An id that nothing else in the driver has. */
  readonly nextId: () => number;
  /** The publication of any medium that carries the entity tag. */
  readonly findByTag: (entityTag: bigint) => TaggedPublication | undefined;
  readonly events: DriverEvents;
  readonly onError: ErrorHandler;
}
