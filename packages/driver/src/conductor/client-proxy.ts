// SPDX-License-Identifier: Apache-2.0
/**
 * Tells clients what happened: encodes each event and broadcasts it. Conductor only; it is the one transmitter. Never waits: a
 * client that reads too slowly is overtaken, and notices.
 */

import {
  EventId,
  type Flyweight,
  OnAvailableImageFlyweight,
  OnClientTimeoutFlyweight,
  OnCounterFlyweight,
  OnErrorFlyweight,
  OnNextAvailableSessionIdFlyweight,
  OnOperationSuccessFlyweight,
  OnPublicationErrorFlyweight,
  OnPublicationReadyFlyweight,
  OnStaticCounterFlyweight,
  OnSubscriptionReadyFlyweight,
  OnUnavailableImageFlyweight,
} from '@aeron/codecs/internal';
import { AtomicBuffer } from '@aeron/core/internal';
import { logClientMessage } from '../events/command-events.ts';
import { type DriverEvents, NO_DRIVER_EVENTS } from '../events/driver-events.ts';

/** Where events go. */
export interface EventTransmitter {
  transmit(typeId: number, buffer: AtomicBuffer, offset: number, length: number): void;
}

/** No counter: how the status of an IPC or spy channel is told. */
export const NO_CHANNEL_STATUS = -1;

/** Texts are cut to what fits: a URI of 4095 characters, its copy in a message, and some words. */
const TEXT_MAX_LENGTH = 12 * 1024;
const EVENT_MAX_LENGTH = TEXT_MAX_LENGTH + 1024;
const IPV4_LENGTH = 4;
const ADDRESS_TYPE_IPV4 = 1;
const ADDRESS_TYPE_IPV6 = 2;

export interface PublicationReady {
  readonly correlationId: number;
  readonly registrationId: number;
  readonly sessionId: number;
  readonly streamId: number;
  readonly publicationLimitCounterId: number;
  readonly channelStatusCounterId: number;
  readonly logFileName: string;
  readonly isExclusive: boolean;
}

export interface AvailableImage {
  readonly correlationId: number;
  readonly sessionId: number;
  readonly streamId: number;
  readonly subscriptionRegistrationId: number;
  readonly subscriberPositionId: number;
  readonly logFileName: string;
  readonly sourceIdentity: string;
}

export interface UnavailableImage {
  readonly correlationId: number;
  readonly subscriptionRegistrationId: number;
  readonly streamId: number;
  readonly channel: string;
}

export interface PublicationError {
  readonly registrationId: number;
  /** -1 unless it belongs to a destination that was added by hand. */
  readonly destinationRegistrationId: number;
  readonly sessionId: number;
  readonly streamId: number;
  readonly receiverId: bigint;
  readonly groupTag: bigint;
  /** Four bytes of IPv4 or sixteen of IPv6, in network order. */
  readonly sourceAddress: Uint8Array;
  readonly sourcePort: number;
  readonly errorCode: number;
  readonly message: string;
}

/** @source aeron-driver/ClientProxy */
export class ClientProxy {
  readonly #transmitter: EventTransmitter;
  readonly #events: DriverEvents;
  readonly #buffer = AtomicBuffer.allocate(EVENT_MAX_LENGTH);
  readonly #error = new OnErrorFlyweight().wrap(this.#buffer, 0);
  readonly #publicationReady = new OnPublicationReadyFlyweight().wrap(this.#buffer, 0);
  readonly #subscriptionReady = new OnSubscriptionReadyFlyweight().wrap(this.#buffer, 0);
  readonly #availableImage = new OnAvailableImageFlyweight().wrap(this.#buffer, 0);
  readonly #unavailableImage = new OnUnavailableImageFlyweight().wrap(this.#buffer, 0);
  readonly #operationSuccess = new OnOperationSuccessFlyweight().wrap(this.#buffer, 0);
  readonly #counter = new OnCounterFlyweight().wrap(this.#buffer, 0);
  readonly #staticCounter = new OnStaticCounterFlyweight().wrap(this.#buffer, 0);
  readonly #clientTimeout = new OnClientTimeoutFlyweight().wrap(this.#buffer, 0);
  readonly #publicationError = new OnPublicationErrorFlyweight().wrap(this.#buffer, 0);
  readonly #nextSessionId = new OnNextAvailableSessionIdFlyweight().wrap(this.#buffer, 0);

  constructor(transmitter: EventTransmitter, events: DriverEvents = NO_DRIVER_EVENTS) {
    this.#transmitter = transmitter;
    this.#events = events;
  }

  onError(correlationId: number, errorCode: number, message: string): void {
    this.#error.offendingCommandCorrelationId = correlationId;
    this.#error.errorCode = errorCode;
    this.#error.message = message.slice(0, TEXT_MAX_LENGTH);
    this.#transmit(EventId.ON_ERROR, this.#error);
  }

  onOperationSuccess(correlationId: number): void {
    this.#operationSuccess.correlationId = correlationId;
    this.#transmit(EventId.ON_OPERATION_SUCCESS, this.#operationSuccess);
  }

  onPublicationReady(ready: PublicationReady): void {
    const message = this.#publicationReady;
    message.correlationId = ready.correlationId;
    message.registrationId = ready.registrationId;
    message.sessionId = ready.sessionId;
    message.streamId = ready.streamId;
    message.publicationLimitCounterId = ready.publicationLimitCounterId;
    message.channelStatusCounterId = ready.channelStatusCounterId;
    message.logFileName = ready.logFileName;
    const typeId = ready.isExclusive ? EventId.ON_EXCLUSIVE_PUBLICATION_READY : EventId.ON_PUBLICATION_READY;
    this.#transmit(typeId, message);
  }

  onSubscriptionReady(correlationId: number, channelStatusCounterId: number): void {
    this.#subscriptionReady.correlationId = correlationId;
    this.#subscriptionReady.channelStatusCounterId = channelStatusCounterId;
    this.#transmit(EventId.ON_SUBSCRIPTION_READY, this.#subscriptionReady);
  }

  onAvailableImage(image: AvailableImage): void {
    const message = this.#availableImage;
    message.correlationId = image.correlationId;
    message.sessionId = image.sessionId;
    message.streamId = image.streamId;
    message.subscriptionRegistrationId = image.subscriptionRegistrationId;
    message.subscriberPositionId = image.subscriberPositionId;
    message.logFileName = image.logFileName;
    message.sourceIdentity = image.sourceIdentity;
    this.#transmit(EventId.ON_AVAILABLE_IMAGE, message);
  }

  onUnavailableImage(image: UnavailableImage): void {
    const message = this.#unavailableImage;
    message.correlationId = image.correlationId;
    message.subscriptionRegistrationId = image.subscriptionRegistrationId;
    message.streamId = image.streamId;
    message.channel = image.channel;
    this.#transmit(EventId.ON_UNAVAILABLE_IMAGE, message);
  }

  onCounterReady(registrationId: number, counterId: number): void {
    this.#transmitCounter(EventId.ON_COUNTER_READY, registrationId, counterId);
  }

  onUnavailableCounter(registrationId: number, counterId: number): void {
    this.#transmitCounter(EventId.ON_UNAVAILABLE_COUNTER, registrationId, counterId);
  }

  onStaticCounter(correlationId: number, counterId: number): void {
    this.#staticCounter.correlationId = correlationId;
    this.#staticCounter.counterId = counterId;
    this.#transmit(EventId.ON_STATIC_COUNTER, this.#staticCounter);
  }

  onClientTimeout(clientId: number): void {
    this.#clientTimeout.clientId = clientId;
    this.#transmit(EventId.ON_CLIENT_TIMEOUT, this.#clientTimeout);
  }

  onPublicationError(error: PublicationError): void {
    const message = this.#publicationError;
    message.registrationId = error.registrationId;
    message.destinationRegistrationId = error.destinationRegistrationId;
    message.sessionId = error.sessionId;
    message.streamId = error.streamId;
    message.receiverId = error.receiverId;
    message.groupTag = error.groupTag;
    message.addressType = error.sourceAddress.length === IPV4_LENGTH ? ADDRESS_TYPE_IPV4 : ADDRESS_TYPE_IPV6;
    message.sourceAddress = error.sourceAddress;
    message.sourcePort = error.sourcePort;
    message.errorCode = error.errorCode;
    message.message = error.message.slice(0, TEXT_MAX_LENGTH);
    this.#transmit(EventId.ON_PUBLICATION_ERROR, message);
  }

  onNextAvailableSessionId(correlationId: number, sessionId: number): void {
    this.#nextSessionId.correlationId = correlationId;
    this.#nextSessionId.nextSessionId = sessionId;
    this.#transmit(EventId.ON_NEXT_AVAILABLE_SESSION_ID, this.#nextSessionId);
  }

  #transmitCounter(typeId: number, registrationId: number, counterId: number): void {
    this.#counter.correlationId = registrationId;
    this.#counter.counterId = counterId;
    this.#transmit(typeId, this.#counter);
  }

  #transmit(typeId: number, message: Flyweight): void {
    const { encodedLength } = message;
    logClientMessage(this.#events, typeId, this.#buffer, 0, encodedLength);
    this.#transmitter.transmit(typeId, this.#buffer, 0, encodedLength);
  }
}
