// SPDX-License-Identifier: Apache-2.0
/** The ends of a route in the hands of applications: wanted or not, asked for, open. They outlive clients and drivers. */

import type { Publisher } from '../nodes/publisher.ts';
import type { Subscriber } from '../nodes/subscriber.ts';
import type { PublicationWish, Route, SubscriptionWish } from './route.ts';

/** What is common to both. */
abstract class End {
  readonly route: Route;
  /** Whether its application wants it open. */
  isWanted = true;
  /** Undefined until it was asked for. */
  registrationId: number | undefined = undefined;
  /** Not asked for again before; virtual time. */
  retryNs = 0;
  /** Destinations that it has now. */
  readonly destinations = new Set<string>();

  constructor(route: Route) {
    this.route = route;
  }
}

export class PublicationEnd extends End {
  readonly wish: PublicationWish;
  publisher: Publisher | undefined = undefined;
  /** What it was asked for with. */
  channel: string | undefined = undefined;
  /** Of a publication that answers: the image that it answers, and the session of it. */
  readonly answers:
    | { readonly subscription: SubscriptionEnd; readonly correlationId: number; readonly sessionId: number }
    | undefined;

  constructor(route: Route, wish: PublicationWish, answers?: PublicationEnd['answers']) {
    super(route);
    this.wish = wish;
    this.answers = answers;
  }

  /** Its client or its driver is gone, or it was closed. */
  forget(): void {
    this.publisher?.abandon();
    this.publisher = undefined;
    this.registrationId = undefined;
    this.destinations.clear();
  }
}

export class SubscriptionEnd extends End {
  readonly wish: SubscriptionWish;
  subscriber: Subscriber | undefined = undefined;
  /** Does not poll until then; virtual time. */
  asleepUntilNs = 0;
  /** When it was asked for, or seen with an image last. */
  lastHeardNs = 0;

  constructor(route: Route, wish: SubscriptionWish) {
    super(route);
    this.wish = wish;
  }

  forget(): void {
    this.subscriber = undefined;
    this.registrationId = undefined;
    this.destinations.clear();
  }
}
