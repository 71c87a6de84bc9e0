// SPDX-License-Identifier: Apache-2.0
/**
 * What publications, subscriptions, images and counters may ask of the client that owns them: closing them in order, their
 * destinations, and looking at counters.
 */
import { channelStatusOf, findLocalSocketAddresses, renumberedCommandsProblem } from '@aeron/codecs/internal';
import { AeronError, type CountersReader } from '@aeron/core';
import type { Clock, Scheduler } from '@aeron/core/internal';
import type { Counter, CounterPort } from '../counter/counter.ts';
import type { Publication } from '../publication/publication.ts';
import type { Subscription } from '../subscription/subscription.ts';
import { checkChannel, idOf } from './arguments.ts';
import { type ClientParts, EXPLICIT_CLOSE_LINGER_NS } from './client-parts.ts';
import type { DestinationCommandName } from './driver-proxy.ts';
import type { CommandKind } from './pending-commands.ts';
import type { PublicationPort, SubscriptionPort, WaitOptions } from './ports.ts';

const MAX_REASON_LENGTH = 1023;

export class ResourcePort implements PublicationPort, SubscriptionPort, CounterPort {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly #parts: ClientParts;

  constructor(parts: ClientParts) {
    this.clock = parts.clock;
    this.scheduler = parts.scheduler;
    this.#parts = parts;
  }

  get isClosed(): boolean {
    return !this.#parts.callbacks.guard.isActive;
  }

  get countersReader(): CountersReader {
    return this.#parts.counters;
  }

  reportError(error: unknown): void {
    this.#parts.callbacks.reportError(error);
  }

  channelStatus(channelStatusId: number): number {
    return channelStatusOf(channelStatusId, (counterId) => this.#parts.counters.getCounterValue(counterId));
  }

  localSocketAddresses(channelStatusId: number): string[] {
    return findLocalSocketAddresses(this.#parts.counters, this.channelStatus(channelStatusId), channelStatusId);
  }

  service(): number {
    return this.#parts.service();
  }

  releasePublication(publication: Publication): void {
    if (this.#begin()) {
      this.removePublication(publication, 'removal');
    }
  }

  releaseSubscription(subscription: Subscription): void {
    if (this.#begin()) {
      this.removeSubscription(subscription, 'removal');
      this.#parts.callbacks.flush();
    }
  }

  releaseCounter(counter: Counter): void {
    if (this.#begin()) {
      this.removeCounter(counter, 'removal');
    }
  }

  /** Closes it on this side and tells the driver. */
  removePublication(publication: Publication, kind: CommandKind): void {
    const { resources, logs, clock, proxy, callbacks } = this.#parts;
    publication.closeLocally();
    if (resources.delete(publication.registrationId, publication)) {
      callbacks.diagnostics.onPublication('remove', publication);
      const deadlineNs = clock.nanoTime() + EXPLICIT_CLOSE_LINGER_NS;
      logs.release(publication.originalRegistrationId, publication.logBuffers, deadlineNs);
      this.#parts.send(kind, publication.channel, () =>
        proxy.removePublication(publication.registrationId, publication.isRevokeRequested),
      );
    }
  }

  /** Closes it on this side, tells its handler of each image, and tells the driver. */
  removeSubscription(subscription: Subscription, kind: CommandKind): void {
    const { resources, proxy, callbacks } = this.#parts;
    const wasOpen = resources.delete(subscription.registrationId, subscription);
    if (wasOpen && kind === 'removal') {
      callbacks.diagnostics.onSubscription('remove', subscription);
    }
    this.closeSubscription(subscription, EXPLICIT_CLOSE_LINGER_NS);
    if (wasOpen) {
      this.#parts.send(kind, subscription.channel, () => proxy.removeSubscription(subscription.registrationId));
    }
  }

  /** Closes it on this side only. */
  closeSubscription(subscription: Subscription, lingerNs: number): void {
    const { logs, clock, callbacks } = this.#parts;
    const images = subscription.closeLocally();
    const deadlineNs = clock.nanoTime() + lingerNs;
    for (const image of images) {
      logs.release(image.correlationId, image.logBuffers, deadlineNs);
    }
    for (const image of images) {
      callbacks.onUnavailableImage(subscription, image);
    }
  }

  /** Takes it off the list; the driver frees it if the client owns it. */
  removeCounter(counter: Counter, kind: CommandKind): void {
    const { resources, proxy, callbacks } = this.#parts;
    if (!resources.delete(counter.correlationId, counter)) {
      return;
    }
    callbacks.diagnostics.onCounter('remove', counter);
    if (counter.isClientOwned) {
      this.#parts.send(kind, '', () => proxy.removeCounter(counter.registrationId));
    }
  }

  addDestination(registrationId: number, channel: string, options?: WaitOptions): Promise<number> {
    return this.#awaitDestination('ADD_DESTINATION', registrationId, channel, options);
  }

  async removeDestination(
    registrationId: number,
    destination: string | number | bigint,
    options?: WaitOptions,
  ): Promise<void> {
    if (typeof destination === 'string') {
      await this.#awaitDestination('REMOVE_DESTINATION', registrationId, destination, options);
      return;
    }
    this.#checkDriverKnows('to remove a destination by id');
    const { proxy } = this.#parts;
    const destinationId = idOf(destination, 'destinationRegistrationId');
    const command = (): number => proxy.removeDestinationById(registrationId, destinationId);
    await this.#parts.sendAndWait('destination', '', command, options);
  }

  asyncAddDestination(registrationId: number, channel: string): number {
    return this.#sendDestination('ADD_DESTINATION', registrationId, channel);
  }

  asyncRemoveDestination(registrationId: number, destination: string | number | bigint): number {
    if (typeof destination === 'string') {
      return this.#sendDestination('REMOVE_DESTINATION', registrationId, destination);
    }
    const { proxy, callbacks } = this.#parts;
    callbacks.guard.ensureUsable();
    this.#checkDriverKnows('to remove a destination by id');
    const destinationId = idOf(destination, 'destinationRegistrationId');
    return this.#parts.send('destination', '', () => proxy.removeDestinationById(registrationId, destinationId));
  }

  addReceiveDestination(registrationId: number, channel: string, options?: WaitOptions): Promise<number> {
    return this.#awaitDestination('ADD_RCV_DESTINATION', registrationId, channel, options);
  }

  async removeReceiveDestination(registrationId: number, channel: string, options?: WaitOptions): Promise<void> {
    await this.#awaitDestination('REMOVE_RCV_DESTINATION', registrationId, channel, options);
  }

  asyncAddReceiveDestination(registrationId: number, channel: string): number {
    return this.#sendDestination('ADD_RCV_DESTINATION', registrationId, channel);
  }

  asyncRemoveReceiveDestination(registrationId: number, channel: string): number {
    return this.#sendDestination('REMOVE_RCV_DESTINATION', registrationId, channel);
  }

  async rejectImage(
    imageCorrelationId: number,
    position: number,
    reason: string,
    options?: WaitOptions,
  ): Promise<void> {
    if (reason.length > MAX_REASON_LENGTH) {
      const lengths = `length=${reason.length} max=${MAX_REASON_LENGTH}`;
      throw new AeronError('INVALID_ARGUMENT', `reason to reject an image is too long: ${lengths}`);
    }
    this.#checkDriverKnows('to reject an image');
    const { proxy } = this.#parts;
    const command = (): number => proxy.rejectImage(imageCorrelationId, position, reason);
    await this.#parts.sendAndWait('reject-image', '', command, options);
  }

  /** @returns false when the client is ending, which closes everything by itself. */
  #begin(): boolean {
    const { guard } = this.#parts.callbacks;
    if (!guard.isActive) {
      return false;
    }
    guard.ensureNotReentrant();
    return true;
  }

  /** @throws AeronError CONTROL_PROTOCOL when it would take the command for another one. */
  #checkDriverKnows(purpose: string): void {
    const problem = renumberedCommandsProblem(this.#parts.driverVersions);
    if (problem !== undefined) {
      throw new AeronError('CONTROL_PROTOCOL', `${purpose} ${problem}`);
    }
  }

  async #awaitDestination(
    name: DestinationCommandName,
    registrationId: number,
    channel: string,
    options?: WaitOptions,
  ): Promise<number> {
    checkChannel(channel);
    let correlationId = 0;
    const command = (): number => {
      correlationId = this.#parts.proxy.destination(name, registrationId, channel);
      return correlationId;
    };
    await this.#parts.sendAndWait('destination', channel, command, options);
    return correlationId;
  }

  #sendDestination(name: DestinationCommandName, registrationId: number, channel: string): number {
    this.#parts.callbacks.guard.ensureUsable();
    checkChannel(channel);
    return this.#parts.send('destination', channel, () => this.#parts.proxy.destination(name, registrationId, channel));
  }
}
