// SPDX-License-Identifier: Apache-2.0
/** What clients are told of streams that come and go, for images from the network and for spied publications. Conductor only. */
import type { AtomicCounter } from '@aeron/core/internal';
import type { ClientProxy } from './client-proxy.ts';
import type { Subscribable, SubscriptionLink } from './registry/subscription-link.ts';

/** A stream that clients can read. */
export interface ReadableStream extends Subscribable {
  readonly sessionId: number;
  readonly log: { readonly path: string };
}

/** @source aeron-driver/DriverConductor (notifyAvailableImageLink) */
export function tellAvailable(
  proxy: ClientProxy,
  stream: ReadableStream,
  link: SubscriptionLink,
  position: AtomicCounter,
  sourceIdentity: string,
): void {
  proxy.onAvailableImage({
    correlationId: stream.registrationId,
    sessionId: stream.sessionId,
    streamId: link.streamId,
    subscriptionRegistrationId: link.registrationId,
    subscriberPositionId: position.id,
    logFileName: stream.log.path,
    sourceIdentity,
  });
}

/** @source aeron-driver/DriverConductor (notifyUnavailableImageLink) */
export function tellUnavailable(proxy: ClientProxy, stream: Subscribable, link: SubscriptionLink): void {
  proxy.onUnavailableImage({
    correlationId: stream.registrationId,
    subscriptionRegistrationId: link.registrationId,
    streamId: link.streamId,
    channel: link.channel,
  });
}
