// SPDX-License-Identifier: Apache-2.0
/**
 * One row per command: its message and the command that it becomes. A message is decoded at once and completely, because its
 * bytes belong to the ring and are gone when the handler returns; that its fields are there has been checked before.
 */
import {
  AddCounterFlyweight,
  AddPublicationFlyweight,
  AddStaticCounterFlyweight,
  AddSubscriptionFlyweight,
  type CommandName,
  CorrelatedCommandFlyweight,
  DestinationCommandFlyweight,
  type Flyweight,
  GetNextAvailableSessionIdFlyweight,
  RejectImageFlyweight,
  RemoveCounterFlyweight,
  RemoveDestinationByIdFlyweight,
  RemovePublicationFlyweight,
  RemoveSubscriptionFlyweight,
  TerminateDriverFlyweight,
} from '@aeron/codecs/internal';
import { AddCounter } from './add-counter.ts';
import { AddStaticCounter } from './add-static-counter.ts';
import { clientClose, clientKeepalive } from './client-life.ts';
import type { Command } from './command.ts';
import type { CommandServices } from './command-services.ts';
import { type DestinationRequest, publicationMedium, subscriptionMedium } from './media.ts';
import { nextSessionId } from './next-session-id.ts';
import { RejectImage } from './reject-image.ts';
import { RemoveCounter } from './remove-counter.ts';
import { RemovePublication } from './remove-publication.ts';
import { RemoveSubscription } from './remove-subscription.ts';
import { terminateDriver } from './terminate-driver.ts';

/** A message that a client sent, and what is to be done about it. */
export interface CommandHandler {
  readonly flyweight: Flyweight;
  /** The flyweight is wrapped on a message that it has found valid. @param length of the message as received. */
  readonly create: (services: CommandServices, length: number) => Command;
}

function handler<F extends Flyweight>(
  flyweight: F,
  create: (message: F, services: CommandServices, length: number) => Command,
): CommandHandler {
  return { flyweight, create: (services, length) => create(flyweight, services, length) };
}

function addPublication(isExclusive: boolean): CommandHandler {
  return handler(new AddPublicationFlyweight(), ({ clientId, correlationId, streamId, channel }, { media }) =>
    publicationMedium(media, channel).addPublication({ clientId, correlationId, streamId, channel, isExclusive }),
  );
}

function destination(create: (request: DestinationRequest, services: CommandServices) => Command): CommandHandler {
  return handler(
    new DestinationCommandFlyweight(),
    ({ clientId, correlationId, resourceRegistrationId: registrationId, channel }, services) =>
      create({ clientId, correlationId, registrationId, channel }, services),
  );
}

/** New flyweights for one runner. @source aeron-driver/ClientCommandAdapter */
export function commandHandlers(): Readonly<Record<CommandName, CommandHandler>> {
  return {
    ADD_PUBLICATION: addPublication(false),
    ADD_EXCLUSIVE_PUBLICATION: addPublication(true),
    REMOVE_PUBLICATION: handler(new RemovePublicationFlyweight(), (message, services, length) => {
      const { correlationId, registrationId } = message;
      const isRevoke = message.hasFlags(length) && message.revokeFlag;
      return new RemovePublication({ correlationId, registrationId, isRevoke }, services);
    }),
    ADD_SUBSCRIPTION: handler(
      new AddSubscriptionFlyweight(),
      ({ clientId, correlationId, streamId, channel }, { media }) =>
        subscriptionMedium(media, channel).addSubscription({ clientId, correlationId, streamId, channel }),
    ),
    REMOVE_SUBSCRIPTION: handler(
      new RemoveSubscriptionFlyweight(),
      ({ correlationId, registrationId }, services) =>
        new RemoveSubscription({ correlationId, registrationId }, services),
    ),
    CLIENT_KEEPALIVE: handler(new CorrelatedCommandFlyweight(), ({ clientId }, services) =>
      clientKeepalive(clientId, services),
    ),
    CLIENT_CLOSE: handler(new CorrelatedCommandFlyweight(), ({ clientId }, services) =>
      clientClose(clientId, services),
    ),
    ADD_DESTINATION: destination((request, { media }) => media.sendDestinations.add(request)),
    REMOVE_DESTINATION: destination((request, { media }) => media.sendDestinations.remove(request)),
    REMOVE_DESTINATION_BY_ID: handler(
      new RemoveDestinationByIdFlyweight(),
      ({ correlationId, resourceRegistrationId: registrationId, destinationRegistrationId }, { media }) =>
        media.sendDestinations.removeById({ correlationId, registrationId, destinationRegistrationId }),
    ),
    ADD_RCV_DESTINATION: destination((request, { media }) =>
      subscriptionMedium(media, request.channel).addReceiveDestination(request),
    ),
    REMOVE_RCV_DESTINATION: destination((request, { media }) =>
      subscriptionMedium(media, request.channel).removeReceiveDestination(request),
    ),
    ADD_COUNTER: handler(
      new AddCounterFlyweight(),
      ({ clientId, correlationId, typeId, key, label }, services) =>
        new AddCounter({ clientId, correlationId, typeId, key: key.slice(), label }, services),
    ),
    ADD_STATIC_COUNTER: handler(
      new AddStaticCounterFlyweight(),
      ({ clientId, correlationId, registrationId, typeId, key, label }, services) =>
        new AddStaticCounter({ clientId, correlationId, registrationId, typeId, key: key.slice(), label }, services),
    ),
    REMOVE_COUNTER: handler(
      new RemoveCounterFlyweight(),
      ({ correlationId, registrationId }, services) => new RemoveCounter({ correlationId, registrationId }, services),
    ),
    TERMINATE_DRIVER: handler(new TerminateDriverFlyweight(), ({ token }, services) =>
      terminateDriver(token.slice(), services),
    ),
    REJECT_IMAGE: handler(
      new RejectImageFlyweight(),
      ({ correlationId, imageCorrelationId, position, reason }, services) =>
        new RejectImage({ correlationId, imageCorrelationId, position, reason }, services),
    ),
    GET_NEXT_AVAILABLE_SESSION_ID: handler(
      new GetNextAvailableSessionIdFlyweight(),
      ({ correlationId, streamId }, services) => nextSessionId(correlationId, streamId, services),
    ),
  };
}
