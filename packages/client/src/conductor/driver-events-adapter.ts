// SPDX-License-Identifier: Apache-2.0
/**
 * Receives what the driver broadcasts, checks it, and calls the listener with plain values. Knows nothing of resources. A
 * message that this version does not know is skipped; one that is malformed is an error and skipped.
 *
 * @source aeron-client/DriverEventsAdapter
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
  type PublicationErrorFrame,
  publicationErrorFrame,
} from '@aeron/codecs/internal';
import { AeronError, type AtomicBuffer, isAeronError } from '@aeron/core';
import type { CopyBroadcastReceiver, MessageHandler } from '@aeron/core/internal';

export interface AvailableImageEvent {
  readonly correlationId: number;
  readonly sessionId: number;
  readonly subscriptionRegistrationId: number;
  readonly subscriberPositionId: number;
  readonly logFileName: string;
  readonly sourceIdentity: string;
}

export interface PublicationReadyEvent {
  readonly correlationId: number;
  /** Of the publication that created the log. */
  readonly registrationId: number;
  readonly sessionId: number;
  readonly streamId: number;
  readonly positionLimitId: number;
  readonly channelStatusId: number;
  readonly logFileName: string;
}

/** What the driver may say. */
export interface DriverEventsListener {
  onError(correlationId: number, errorCodeValue: number, message: string): void;
  onAvailableImage(event: AvailableImageEvent): void;
  onUnavailableImage(correlationId: number, subscriptionRegistrationId: number): void;
  onPublicationReady(event: PublicationReadyEvent, isExclusive: boolean): void;
  onSubscriptionReady(correlationId: number, channelStatusId: number): void;
  onOperationSuccess(correlationId: number): void;
  onCounterReady(registrationId: number, counterId: number): void;
  onUnavailableCounter(registrationId: number, counterId: number): void;
  onStaticCounter(correlationId: number, counterId: number): void;
  onClientTimeout(clientId: number): void;
  onPublicationError(frame: PublicationErrorFrame): void;
  onNextAvailableSessionId(correlationId: number, sessionId: number): void;
}

/** Checks and hands over one message. */
type EventReader = (buffer: AtomicBuffer, offset: number, length: number) => void;

export class DriverEventsAdapter {
  readonly #receiver: CopyBroadcastReceiver;
  readonly #readers: ReadonlyMap<number, EventReader>;
  readonly #onMessage: MessageHandler;
  #isInvalid = false;

  constructor(receiver: CopyBroadcastReceiver, listener: DriverEventsListener) {
    this.#receiver = receiver;
    this.#readers = eventReaders(listener);
    this.#onMessage = (typeId, buffer, offset, length) => this.#readers.get(typeId)?.(buffer, offset, length);
  }

  /** Messages were lost: what this client believes of the driver is no longer reliable, so it has to end. */
  get isInvalid(): boolean {
    return this.#isInvalid;
  }

  /** Receives at most one message. @returns messages received. */
  receive(): number {
    try {
      return this.#receiver.receive(this.#onMessage);
    } catch (error) {
      this.#isInvalid ||= isAeronError(error, 'BROADCAST_LAPPED') || isAeronError(error, 'BROADCAST_CORRUPT');
      throw error;
    }
  }
}

function eventReaders(listener: DriverEventsListener): Map<number, EventReader> {
  return new Map<number, EventReader>([
    [
      EventId.ON_ERROR,
      reader(new OnErrorFlyweight(), (event) =>
        listener.onError(event.offendingCommandCorrelationId, event.errorCode, event.message),
      ),
    ],
    [
      EventId.ON_AVAILABLE_IMAGE,
      reader(new OnAvailableImageFlyweight(), (event) => listener.onAvailableImage(availableImageEvent(event))),
    ],
    [
      EventId.ON_UNAVAILABLE_IMAGE,
      reader(new OnUnavailableImageFlyweight(), (event) =>
        listener.onUnavailableImage(event.correlationId, event.subscriptionRegistrationId),
      ),
    ],
    [
      EventId.ON_PUBLICATION_READY,
      reader(new OnPublicationReadyFlyweight(), (event) =>
        listener.onPublicationReady(publicationReadyEvent(event), false),
      ),
    ],
    [
      EventId.ON_EXCLUSIVE_PUBLICATION_READY,
      reader(new OnPublicationReadyFlyweight(), (event) =>
        listener.onPublicationReady(publicationReadyEvent(event), true),
      ),
    ],
    [
      EventId.ON_SUBSCRIPTION_READY,
      reader(new OnSubscriptionReadyFlyweight(), (event) =>
        listener.onSubscriptionReady(event.correlationId, event.channelStatusCounterId),
      ),
    ],
    [
      EventId.ON_OPERATION_SUCCESS,
      reader(new OnOperationSuccessFlyweight(), (event) => listener.onOperationSuccess(event.correlationId)),
    ],
    [
      EventId.ON_COUNTER_READY,
      reader(new OnCounterFlyweight(), (event) => listener.onCounterReady(event.correlationId, event.counterId)),
    ],
    [
      EventId.ON_UNAVAILABLE_COUNTER,
      reader(new OnCounterFlyweight(), (event) => listener.onUnavailableCounter(event.correlationId, event.counterId)),
    ],
    [
      EventId.ON_STATIC_COUNTER,
      reader(new OnStaticCounterFlyweight(), (event) => listener.onStaticCounter(event.correlationId, event.counterId)),
    ],
    [
      EventId.ON_CLIENT_TIMEOUT,
      reader(new OnClientTimeoutFlyweight(), (event) => listener.onClientTimeout(event.clientId)),
    ],
    [
      EventId.ON_PUBLICATION_ERROR,
      reader(new OnPublicationErrorFlyweight(), (event) => listener.onPublicationError(publicationErrorFrame(event))),
    ],
    [
      EventId.ON_NEXT_AVAILABLE_SESSION_ID,
      reader(new OnNextAvailableSessionIdFlyweight(), (event) =>
        listener.onNextAvailableSessionId(event.correlationId, event.nextSessionId),
      ),
    ],
  ]);
}

function reader<F extends Flyweight>(flyweight: F, handOver: (event: F) => void): EventReader {
  return (buffer, offset, length) => {
    const problem = flyweight.wrap(buffer, offset).validate(length);
    if (problem !== undefined) {
      throw new AeronError(
        'CONTROL_PROTOCOL',
        `malformed event of the driver: ${flyweight.constructor.name} ${problem}`,
      );
    }
    handOver(flyweight);
  };
}

function availableImageEvent(event: OnAvailableImageFlyweight): AvailableImageEvent {
  return {
    correlationId: event.correlationId,
    sessionId: event.sessionId,
    subscriptionRegistrationId: event.subscriptionRegistrationId,
    subscriberPositionId: event.subscriberPositionId,
    logFileName: event.logFileName,
    sourceIdentity: event.sourceIdentity,
  };
}

function publicationReadyEvent(event: OnPublicationReadyFlyweight): PublicationReadyEvent {
  return {
    correlationId: event.correlationId,
    registrationId: event.registrationId,
    sessionId: event.sessionId,
    streamId: event.streamId,
    positionLimitId: event.publicationLimitCounterId,
    channelStatusId: event.channelStatusCounterId,
    logFileName: event.logFileName,
  };
}
