// SPDX-License-Identifier: Apache-2.0
/** Stands where the network would: a driver without network agents refuses its channels, saying why. */
import { ErrorCode } from '@aeron/codecs/internal';
import { ControlProtocolError } from '../control-protocol-error.ts';
import { parseChannel } from './channel-uris.ts';
import type { Command } from './command.ts';
import type { CommandServices } from './command-services.ts';
import type { DestinationByIdRequest, DestinationRequest, Medium, SendDestinations } from './media.ts';
import { RemoveLocalDestination } from './remove-local-destination.ts';

/** A malformed channel is refused as such first, so that its author learns of the fault that is theirs. */
function refuseChannel(channel: string): never {
  parseChannel(channel);
  throw new ControlProtocolError(
    ErrorCode.NOT_SUPPORTED,
    `this driver serves IPC channels only, not UDP: channel=${channel}`,
  );
}

/** No subscription takes destinations, since only network subscriptions can. */
function refuseReceiveDestination({ registrationId, channel }: DestinationRequest): never {
  parseChannel(channel);
  throw new ControlProtocolError(ErrorCode.UNKNOWN_SUBSCRIPTION, `unknown MDS subscription: ${registrationId}`);
}

/** No publication takes destinations, since only network publications can. */
function refuseSendDestination(registrationId: number): never {
  throw new ControlProtocolError(ErrorCode.UNKNOWN_PUBLICATION, `unknown publication: ${registrationId}`);
}

export const unsupportedNetwork: Medium = {
  addPublication: ({ channel }) => refuseChannel(channel),
  addSubscription: ({ channel }) => refuseChannel(channel),
  addReceiveDestination: refuseReceiveDestination,
  removeReceiveDestination: refuseReceiveDestination,
  findImage: () => undefined,
  findByTag: () => undefined,
};

/** Spies watch network publications, of which there are none. */
export function unsupportedSpies(services: Pick<CommandServices, 'subscriptionLinks' | 'proxy'>): Medium {
  return {
    ...unsupportedNetwork,
    removeReceiveDestination: (request): Command => new RemoveLocalDestination(request, services),
  };
}

export const unsupportedSendDestinations: SendDestinations = {
  add({ registrationId, channel }: DestinationRequest) {
    parseChannel(channel);
    return refuseSendDestination(registrationId);
  },
  remove({ registrationId, channel }: DestinationRequest) {
    parseChannel(channel);
    return refuseSendDestination(registrationId);
  },
  removeById: ({ registrationId }: DestinationByIdRequest) => refuseSendDestination(registrationId),
};
