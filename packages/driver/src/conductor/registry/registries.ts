// SPDX-License-Identifier: Apache-2.0
/** What lives by the clock or is looked up, apart from what belongs to a medium. Conductor only. */
import type { ManagedResources } from '../managed-resource.ts';
import type { Clients } from './clients.ts';
import type { CounterLink } from './counter-link.ts';
import type { PublicationLink } from './publication-link.ts';
import type { SessionIds } from './session-ids.ts';
import type { SubscriptionLink } from './subscription-link.ts';

export interface Registries {
  readonly clients: Clients;
  readonly publicationLinks: ManagedResources<PublicationLink>;
  readonly subscriptionLinks: ManagedResources<SubscriptionLink>;
  readonly counterLinks: ManagedResources<CounterLink>;
  readonly sessionIds: SessionIds;
}
