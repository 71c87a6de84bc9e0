// SPDX-License-Identifier: Apache-2.0
/**
 * Turns what the driver said into resources: completes the command that an event answers, opens and closes images, and tells
 * the application's handlers. An answer to a command that nobody here waits for any more is ignored.
 */
import { ErrorCode, type PublicationErrorFrame } from '@aeron/codecs/internal';
import { AeronError } from '@aeron/core';
import { toError } from '@aeron/core/internal';
import { Counter } from '../counter/counter.ts';
import { ChannelEndpointError, ClientTimeoutError, RegistrationError } from '../errors/client-errors.ts';
import { ConcurrentPublication } from '../publication/concurrent-publication.ts';
import { ExclusivePublication } from '../publication/exclusive-publication.ts';
import { Image } from '../subscription/image.ts';
import { Subscription } from '../subscription/subscription.ts';
import type { ClientParts } from './client-parts.ts';
import type { AvailableImageEvent, DriverEventsListener, PublicationReadyEvent } from './driver-events-adapter.ts';
import type { CommandKind, PendingCommand } from './pending-commands.ts';
import type { ResourcePort } from './resource-port.ts';

export class DriverEventsHandler implements DriverEventsListener {
  readonly #parts: ClientParts;
  readonly #port: ResourcePort;
  readonly #terminate: (reason: Error) => void;

  /** @param terminate ends the client because of an error. */
  constructor(parts: ClientParts, port: ResourcePort, terminate: (reason: Error) => void) {
    this.#parts = parts;
    this.#port = port;
    this.#terminate = terminate;
  }

  onError(correlationId: number, errorCodeValue: number, message: string): void {
    if (errorCodeValue === ErrorCode.CHANNEL_ENDPOINT_ERROR) {
      this.#onChannelEndpointError(correlationId | 0, message);
    }
    const command = this.#parts.pending.take(correlationId);
    if (command !== undefined) {
      this.#refuse(command, new RegistrationError(correlationId, errorCodeValue, message));
    }
  }

  onPublicationReady(event: PublicationReadyEvent, isExclusive: boolean): void {
    const command = this.#take(event.correlationId, isExclusive ? 'exclusive-publication' : 'publication');
    if (command === undefined) {
      return;
    }
    if (isExclusive && event.correlationId !== event.registrationId) {
      const ids = `correlationId=${event.correlationId} registrationId=${event.registrationId}`;
      this.#parts.callbacks.reportError(new AeronError('CONTROL_PROTOCOL', `exclusive publication is shared: ${ids}`));
    }
    try {
      const publication = this.#openPublication(event, isExclusive, command.channel);
      this.#parts.resources.set(event.correlationId, publication);
      this.#parts.callbacks.diagnostics.onPublication('add', publication);
      command.waiter?.resolve(publication);
    } catch (error) {
      this.#refuse(command, toError(error));
      this.#parts.send('withdrawal', '', () => this.#parts.proxy.removePublication(event.correlationId, false));
    }
  }

  onSubscriptionReady(correlationId: number, channelStatusId: number): void {
    const command = this.#take(correlationId, 'subscription');
    const subscription = this.#parts.resources.find(correlationId, Subscription);
    if (command !== undefined && subscription !== undefined) {
      subscription.onReady(channelStatusId);
      this.#parts.callbacks.diagnostics.onSubscription('add', subscription);
      command.waiter?.resolve(subscription);
    }
  }

  onAvailableImage(event: AvailableImageEvent): void {
    const subscription = this.#parts.resources.find(event.subscriptionRegistrationId, Subscription);
    if (subscription !== undefined) {
      const image = this.#openImage(event, subscription);
      subscription.addImage(image);
      this.#parts.callbacks.onAvailableImage(subscription, image);
    }
  }

  onUnavailableImage(correlationId: number, subscriptionRegistrationId: number): void {
    const { resources, logs, clock, callbacks, resourceLingerNs } = this.#parts;
    const subscription = resources.find(subscriptionRegistrationId, Subscription);
    const image = subscription?.removeImage(correlationId);
    if (subscription !== undefined && image !== undefined) {
      logs.release(correlationId, image.logBuffers, clock.nanoTime() + resourceLingerNs);
      callbacks.onUnavailableImage(subscription, image);
    }
  }

  onOperationSuccess(correlationId: number): void {
    this.#parts.pending.take(correlationId)?.waiter?.resolve(correlationId);
  }

  onCounterReady(registrationId: number, counterId: number): void {
    const { counters, callbacks } = this.#parts;
    const command = this.#take(registrationId, 'counter');
    if (command !== undefined) {
      this.#openCounter(command, counterId, true);
    }
    callbacks.onAvailableCounter(counters, registrationId, counterId);
  }

  onUnavailableCounter(registrationId: number, counterId: number): void {
    this.#parts.callbacks.onUnavailableCounter(this.#parts.counters, registrationId, counterId);
  }

  onStaticCounter(correlationId: number, counterId: number): void {
    const command = this.#take(correlationId, 'static-counter');
    if (command !== undefined) {
      this.#openCounter(command, counterId, false);
    }
  }

  onClientTimeout(clientId: number): void {
    if (clientId === this.#parts.proxy.clientId) {
      this.#terminate(new ClientTimeoutError(`client timeout from driver: clientId=${clientId}`));
    }
  }

  onPublicationError(frame: PublicationErrorFrame): void {
    for (const publication of this.#parts.resources.publications()) {
      if (publication.originalRegistrationId === frame.registrationId) {
        this.#parts.callbacks.onPublicationError(frame);
      }
    }
  }

  onNextAvailableSessionId(correlationId: number, sessionId: number): void {
    this.#take(correlationId, 'session-id')?.waiter?.resolve(sessionId);
  }

  /** Takes a pending command if it is of this kind, so that an answer of the wrong kind completes nothing. */
  #take(correlationId: number, kind: CommandKind): PendingCommand | undefined {
    const { pending } = this.#parts;
    return pending.get(correlationId)?.kind === kind ? pending.take(correlationId) : undefined;
  }

  #openPublication(event: PublicationReadyEvent, isExclusive: boolean, channel: string) {
    const { logs, counters, clock } = this.#parts;
    const logBuffers = logs.acquire(event.registrationId, event.logFileName, channel);
    try {
      const parameters = {
        conductor: this.#port,
        channel,
        streamId: event.streamId,
        sessionId: event.sessionId,
        counterValues: counters.valuesBuffer,
        positionLimitId: event.positionLimitId,
        channelStatusId: event.channelStatusId,
        logBuffers,
        originalRegistrationId: event.registrationId,
        registrationId: event.correlationId,
      };
      return isExclusive ? new ExclusivePublication(parameters) : new ConcurrentPublication(parameters);
    } catch (error) {
      logs.release(event.registrationId, logBuffers, clock.nanoTime());
      throw error;
    }
  }

  #openImage(event: AvailableImageEvent, subscription: Subscription): Image {
    const { logs, counters, clock, callbacks } = this.#parts;
    const logBuffers = logs.acquire(event.correlationId, event.logFileName, subscription.channel);
    try {
      return new Image({
        subscription,
        conductor: this.#port,
        sessionId: event.sessionId,
        counterValues: counters.valuesBuffer,
        subscriberPositionId: event.subscriberPositionId,
        logBuffers,
        subscriberErrorHandler: callbacks.onSubscriberError,
        sourceIdentity: event.sourceIdentity,
        correlationId: event.correlationId,
      });
    } catch (error) {
      logs.release(event.correlationId, logBuffers, clock.nanoTime());
      throw error;
    }
  }

  #openCounter(command: PendingCommand, counterId: number, isClientOwned: boolean): void {
    const { counters, resources } = this.#parts;
    const { correlationId } = command;
    try {
      const registrationId = isClientOwned ? correlationId : counters.getCounterRegistrationId(counterId);
      const conductor = this.#port;
      const counter = new Counter({
        counters,
        counterId,
        correlationId,
        registrationId,
        registrationIdBigInt: isClientOwned
          ? BigInt(correlationId)
          : counters.getCounterRegistrationIdBigInt(counterId),
        isClientOwned,
        conductor,
      });
      resources.set(correlationId, counter);
      this.#parts.callbacks.diagnostics.onCounter('add', counter);
      command.waiter?.resolve(counter);
    } catch (error) {
      this.#refuse(command, toError(error));
    }
  }

  /** Ends a command that failed: its waiter learns of it, or whoever asks after it, or the error handler. */
  #refuse(command: PendingCommand, reason: Error): void {
    const { resources, callbacks, resourceLingerNs } = this.#parts;
    callbacks.diagnostics.onRefusal(command, reason);
    const subscription = resources.find(command.correlationId, Subscription);
    if (subscription !== undefined && command.kind === 'subscription') {
      resources.delete(command.correlationId, subscription);
      this.#port.closeSubscription(subscription, resourceLingerNs);
    }
    if (command.waiter !== undefined) {
      command.waiter.reject(reason);
    } else if (isAddition(command.kind)) {
      resources.refuse(command.correlationId, reason);
    } else if (command.kind !== 'withdrawal') {
      callbacks.reportError(reason);
    }
  }

  /** Drivers of old report the failure of a channel by the id of its status counter. */
  #onChannelEndpointError(statusIndicatorId: number, message: string): void {
    const { resources, callbacks } = this.#parts;
    for (const { channelStatusId } of [...resources.publications(), ...resources.subscriptions()]) {
      if (channelStatusId === statusIndicatorId) {
        callbacks.reportError(new ChannelEndpointError(statusIndicatorId, message));
      }
    }
  }
}

function isAddition(kind: CommandKind): boolean {
  return (
    kind === 'publication' ||
    kind === 'exclusive-publication' ||
    kind === 'subscription' ||
    kind === 'counter' ||
    kind === 'static-counter'
  );
}
