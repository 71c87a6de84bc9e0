// SPDX-License-Identifier: Apache-2.0
/** Finds the subscription that destinations are added to. Conductor only. */
import { ErrorCode } from '@aeron/codecs/internal';
import { ControlProtocolError } from '../control-protocol-error.ts';
import type { ManagedResources } from '../managed-resource.ts';
import type { SubscriptionLink } from '../registry/subscription-link.ts';

/**
 * @throws ControlProtocolError UNKNOWN_SUBSCRIPTION unless it exists and takes destinations.
 * @source aeron-driver/DriverConductor (findMdsSubscriptionLink)
 */
export function findMultiDestinationLink(
  subscriptionLinks: ManagedResources<SubscriptionLink>,
  registrationId: number,
): SubscriptionLink {
  const found = subscriptionLinks.find((link) => link.registrationId === registrationId && link.supportsDestinations);
  if (found === undefined) {
    throw new ControlProtocolError(ErrorCode.UNKNOWN_SUBSCRIPTION, `unknown MDS subscription: ${registrationId}`);
  }
  return found;
}
