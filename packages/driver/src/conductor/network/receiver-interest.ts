// SPDX-License-Identifier: Apache-2.0
/**
 * Tells the receiver which streams of an end point are wanted: of what kind the first subscription comes, and the last goes. A
 * response subscription is not wanted before it knows its session. Conductor only.
 *
 * @source aeron-driver/DriverConductor (addNetworkSubscriptionToReceiver, cleanupSubscriptionLink)
 */
import type { SubscriptionLink } from '../registry/subscription-link.ts';
import type { NetworkServices } from './network-services.ts';
import type { ReceiveChannelEndpoint } from './receive-channel-endpoint.ts';

type Services = Pick<NetworkServices, 'receiver' | 'receiveEndpoints'>;

/** A new subscription. */
export function addToReceiver(link: SubscriptionLink, endpoint: ReceiveChannelEndpoint, services: Services): void {
  if (isWaitingForResponse(link)) {
    endpoint.addWaitingResponse();
  } else {
    addInterest(link, endpoint, services);
  }
}

/** A response subscription learned which session answers it. */
export function bindResponseSession(
  link: SubscriptionLink,
  endpoint: ReceiveChannelEndpoint,
  sessionId: number,
  services: Services,
): void {
  link.bindSession(sessionId);
  addInterest(link, endpoint, services);
  endpoint.removeWaitingResponse();
}

/** A subscription goes. */
export function removeFromReceiver(
  link: SubscriptionLink,
  endpoint: ReceiveChannelEndpoint,
  { receiver, receiveEndpoints }: Services,
): void {
  const { streamId, sessionId } = link;
  if (isWaitingForResponse(link)) {
    endpoint.removeWaitingResponse();
  } else if (endpoint.removeInterest(streamId, sessionId)) {
    receiver.send({ kind: 'remove-interest', endpointId: endpoint.endpointId, streamId, sessionId });
  }
  receiveEndpoints.closeIfUnused(endpoint);
}

function addInterest(link: SubscriptionLink, endpoint: ReceiveChannelEndpoint, { receiver }: Services): void {
  const { streamId, sessionId, params } = link;
  if (endpoint.addInterest(streamId, sessionId)) {
    const { endpointId } = endpoint;
    receiver.send({ kind: 'add-interest', endpointId, streamId, sessionId, isResponse: params.isResponse });
  }
}

function isWaitingForResponse({ params, sessionId }: SubscriptionLink): boolean {
  return params.isResponse && sessionId === undefined;
}
