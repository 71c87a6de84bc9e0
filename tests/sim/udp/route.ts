// SPDX-License-Identifier: Apache-2.0
/** What applications on several hosts say to each other over UDP: who publishes on which channel, and who must hear it. */
import type { PublicationEnd, SubscriptionEnd } from './ends.ts';

/** A publication that some application wants to have open. */
export interface PublicationWish {
  readonly hostIndex: number;
  readonly streamId: number;
  /** Undefined as long as what it depends on is not there. */
  readonly channel: () => string | undefined;
  readonly isExclusive: boolean;
  /** Of a channel with manual control. */
  readonly destinations: readonly string[];
}

/** A subscription that some application wants to have open. */
export interface SubscriptionWish {
  readonly hostIndex: number;
  readonly streamId: number;
  readonly channel: string;
  readonly sessionId: number | undefined;
  readonly isTether: boolean;
  readonly mayLose: boolean;
  readonly destinations: readonly string[];
  readonly isSpy: boolean;
  /**
   * The first response binds a subscription to its session for good: when that one is over, its application must ask anew, with
   * another subscription, after so long without an image. 0: never.
   */
  readonly renewAfterNs: number;
}

export interface Route {
  /** For the trace and the statistics. */
  readonly kind: string;
  readonly publications: readonly PublicationWish[];
  readonly subscriptions: readonly SubscriptionWish[];
  /** Whether the subscription must hear the publication now that nothing is in its way. */
  hears(subscription: SubscriptionEnd, publication: PublicationEnd): boolean;
  /** Told of the ends that were made from the wishes. */
  readonly onEnds?: (publications: readonly PublicationEnd[], subscriptions: readonly SubscriptionEnd[]) => void;
  /** The wish for a publication that answers one image of a subscription of this route. */
  readonly respond?: (subscription: SubscriptionEnd, correlationId: number) => PublicationWish | undefined;
}
