// SPDX-License-Identifier: Apache-2.0
/** What the commands of clients work with. Each command picks what it needs and sees no more. */
import type { Clock, CountersManager } from '@aeron/core/internal';
import type { ClientProxy } from '../client-proxy.ts';
import type { ManagedResources } from '../managed-resource.ts';
import type { Clients } from '../registry/clients.ts';
import type { CounterLink } from '../registry/counter-link.ts';
import type { PublicationLink } from '../registry/publication-link.ts';
import type { SessionIds } from '../registry/session-ids.ts';
import type { SubscriptionLink } from '../registry/subscription-link.ts';
import type { Media } from './media.ts';

/** Whether and how a client may end the driver. */
export interface Termination {
  /** @param token what the client sent. */
  isAllowed(token: Uint8Array): boolean;
  request(): void;
}

export interface CommandServices {
  readonly clients: Clients;
  readonly publicationLinks: ManagedResources<PublicationLink>;
  readonly subscriptionLinks: ManagedResources<SubscriptionLink>;
  readonly counterLinks: ManagedResources<CounterLink>;
  readonly counters: CountersManager;
  readonly sessionIds: SessionIds;
  readonly proxy: ClientProxy;
  /** Stands still during a pass. */
  readonly clock: Clock;
  readonly media: Media;
  readonly termination: Termination;
  /** Counts a rejected image (system counter 42). */
  readonly onImageRejected: () => void;
}
