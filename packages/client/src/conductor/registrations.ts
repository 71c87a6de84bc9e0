// SPDX-License-Identifier: Apache-2.0
/**
 * Adding, finding and removing resources: the client's side of every command that has an id to be asked after. An awaited add
 * that ends early, by time-out or signal, is withdrawn, so that the driver keeps nothing that nobody has a handle for.
 */
import { suppliesSessionIds } from '@aeron/codecs/internal';
import { AeronError, MAX_COUNTER_KEY_LENGTH, MAX_COUNTER_LABEL_LENGTH } from '@aeron/core';
import { Counter } from '../counter/counter.ts';
import { ConcurrentPublication } from '../publication/concurrent-publication.ts';
import { ExclusivePublication } from '../publication/exclusive-publication.ts';
import { Publication } from '../publication/publication.ts';
import { Subscription } from '../subscription/subscription.ts';
import { checkChannel, checkInt32 } from './arguments.ts';
import type { ClientParts } from './client-parts.ts';
import type { CounterFacts } from './driver-proxy.ts';
import type { PendingCommand } from './pending-commands.ts';
import type { AvailableImageHandler, UnavailableImageHandler, WaitOptions } from './ports.ts';
import type { Resource, ResourceClass } from './resource-map.ts';
import type { ResourcePort } from './resource-port.ts';

const NULL_VALUE = -1;

/** Handlers of one subscription. Left out: those of the client's options. Null: none. */
export interface ImageHandlers {
  readonly availableImageHandler?: AvailableImageHandler | null;
  readonly unavailableImageHandler?: UnavailableImageHandler | null;
}

export interface RegistrationsOptions {
  readonly availableImageHandler: AvailableImageHandler | undefined;
  readonly unavailableImageHandler: UnavailableImageHandler | undefined;
  /** Version of the control protocol that the driver speaks; 0 when it does not say. */
  readonly controlProtocolVersion: number;
  /** A random int32. */
  readonly randomInt32: () => number;
}

export class Registrations {
  readonly #parts: ClientParts;
  readonly #port: ResourcePort;
  readonly #options: RegistrationsOptions;

  constructor(parts: ClientParts, port: ResourcePort, options: RegistrationsOptions) {
    this.#parts = parts;
    this.#port = port;
    this.#options = options;
  }

  async addPublication(channel: string, streamId: number, options?: WaitOptions): Promise<ConcurrentPublication> {
    checkStream(channel, streamId);
    const command = (): number => this.#parts.proxy.addPublication(channel, streamId);
    return only(await this.#parts.sendAndWait('publication', channel, command, options), ConcurrentPublication);
  }

  async addExclusivePublication(
    channel: string,
    streamId: number,
    options?: WaitOptions,
  ): Promise<ExclusivePublication> {
    checkStream(channel, streamId);
    const command = (): number => this.#parts.proxy.addExclusivePublication(channel, streamId);
    return only(
      await this.#parts.sendAndWait('exclusive-publication', channel, command, options),
      ExclusivePublication,
    );
  }

  asyncAddPublication(channel: string, streamId: number): number {
    this.#guard.ensureUsable();
    checkStream(channel, streamId);
    return this.#parts.send('publication', channel, () => this.#parts.proxy.addPublication(channel, streamId));
  }

  asyncAddExclusivePublication(channel: string, streamId: number): number {
    this.#guard.ensureUsable();
    checkStream(channel, streamId);
    return this.#parts.send('exclusive-publication', channel, () =>
      this.#parts.proxy.addExclusivePublication(channel, streamId),
    );
  }

  async addSubscription(
    channel: string,
    streamId: number,
    options: ImageHandlers & WaitOptions = {},
  ): Promise<Subscription> {
    checkStream(channel, streamId);
    const command = (): number => this.#sendAddSubscription(channel, streamId, options);
    return only(await this.#parts.sendAndWait('subscription', channel, command, options), Subscription);
  }

  asyncAddSubscription(channel: string, streamId: number, handlers: ImageHandlers = {}): number {
    this.#guard.ensureUsable();
    checkStream(channel, streamId);
    return this.#parts.send('subscription', channel, () => this.#sendAddSubscription(channel, streamId, handlers));
  }

  async addCounter(facts: CounterFacts, options?: WaitOptions): Promise<Counter> {
    checkCounter(facts);
    const command = (): number => this.#parts.proxy.addCounter(facts);
    return only(await this.#parts.sendAndWait('counter', '', command, options), Counter);
  }

  async addStaticCounter(facts: CounterFacts, registrationId: bigint, options?: WaitOptions): Promise<Counter> {
    checkCounter(facts);
    const command = (): number => this.#parts.proxy.addStaticCounter(facts, registrationId);
    return only(await this.#parts.sendAndWait('static-counter', '', command, options), Counter);
  }

  asyncAddCounter(facts: CounterFacts): number {
    this.#guard.ensureUsable();
    checkCounter(facts);
    return this.#parts.send('counter', '', () => this.#parts.proxy.addCounter(facts));
  }

  asyncAddStaticCounter(facts: CounterFacts, registrationId: bigint): number {
    this.#guard.ensureUsable();
    checkCounter(facts);
    return this.#parts.send('static-counter', '', () => this.#parts.proxy.addStaticCounter(facts, registrationId));
  }

  async nextSessionId(streamId: number, options?: WaitOptions): Promise<number> {
    this.#guard.ensureUsable();
    checkInt32(streamId, 'streamId');
    if (!suppliesSessionIds(this.#options.controlProtocolVersion)) {
      return this.#options.randomInt32();
    }
    const command = (): number => this.#parts.proxy.nextAvailableSessionId(streamId);
    return Number(await this.#parts.sendAndWait('session-id', '', command, options));
  }

  /**
   * What an async add has led to.
   *
   * @returns null while the driver has not answered, and for an id that is none of this class.
   * @throws RegistrationError, once, when the driver refused.
   */
  get<R extends Resource>(registrationId: number, resourceClass: ResourceClass<R>): R | null {
    const { pending, resources } = this.#parts;
    this.#guard.ensureUsable();
    if (pending.has(registrationId)) {
      this.#parts.service();
      if (pending.has(registrationId)) {
        return null;
      }
    }
    const resource = resources.find(registrationId, resourceClass);
    if (resource !== undefined) {
      return resource;
    }
    const refusal = resources.takeRefusal(registrationId);
    if (refusal !== undefined) {
      throw refusal;
    }
    return null;
  }

  /** Removes a publication, or takes back an add that is still pending. */
  asyncRemovePublication(registrationId: number): void {
    if (!this.#mayRemove(registrationId)) {
      return;
    }
    const publication = this.#parts.resources.findOnly(registrationId, Publication);
    if (publication !== undefined) {
      this.#port.removePublication(publication, 'removal');
    } else if (this.#takeBack(registrationId, ['publication', 'exclusive-publication'])) {
      this.#parts.send('withdrawal', '', () => this.#parts.proxy.removePublication(registrationId, false));
    }
  }

  /** Removes a subscription, or takes back an add that is still pending. */
  asyncRemoveSubscription(registrationId: number): void {
    if (!this.#mayRemove(registrationId)) {
      return;
    }
    const subscription = this.#parts.resources.findOnly(registrationId, Subscription);
    if (subscription !== undefined) {
      const wasPending = this.#takeBack(registrationId, ['subscription']);
      this.#port.removeSubscription(subscription, wasPending ? 'withdrawal' : 'removal');
      this.#parts.callbacks.flush();
    }
  }

  /** Removes a counter, or takes back an add that is still pending. */
  asyncRemoveCounter(registrationId: number): void {
    if (!this.#mayRemove(registrationId)) {
      return;
    }
    const counter = this.#parts.resources.findOnly(registrationId, Counter);
    if (counter !== undefined) {
      counter.closeLocally();
      this.#port.removeCounter(counter, 'removal');
    } else if (this.#takeBack(registrationId, ['counter'])) {
      this.#parts.send('withdrawal', '', () => this.#parts.proxy.removeCounter(registrationId));
    } else {
      this.#takeBack(registrationId, ['static-counter']); // the driver keeps those for good
    }
  }

  /** Has the driver forget what an awaited add may have made, now that nobody awaits it any more. */
  withdraw(command: PendingCommand): void {
    const { correlationId, kind, channel } = command;
    const { proxy, resources, callbacks } = this.#parts;
    if (!callbacks.guard.isActive) {
      return;
    }
    try {
      if (kind === 'publication' || kind === 'exclusive-publication') {
        this.#parts.send('withdrawal', channel, () => proxy.removePublication(correlationId, false));
      } else if (kind === 'counter') {
        this.#parts.send('withdrawal', channel, () => proxy.removeCounter(correlationId));
      } else if (kind === 'subscription') {
        const subscription = resources.find(correlationId, Subscription);
        if (subscription !== undefined) {
          this.#port.removeSubscription(subscription, 'withdrawal');
        }
      }
    } catch (error) {
      callbacks.reportError(error);
    }
  }

  get #guard() {
    return this.#parts.callbacks.guard;
  }

  #sendAddSubscription(channel: string, streamId: number, handlers: ImageHandlers): number {
    const registrationId = this.#parts.proxy.addSubscription(channel, streamId);
    // It is in the list before the driver has accepted it, so that no image can come too early.
    const subscription = new Subscription({
      conductor: this.#port,
      channel,
      streamId,
      registrationId,
      availableImageHandler: chosen(handlers.availableImageHandler, this.#options.availableImageHandler),
      unavailableImageHandler: chosen(handlers.unavailableImageHandler, this.#options.unavailableImageHandler),
    });
    this.#parts.resources.set(registrationId, subscription);
    return registrationId;
  }

  #mayRemove(registrationId: number): boolean {
    if (registrationId === NULL_VALUE || !this.#guard.isActive) {
      return false;
    }
    this.#guard.ensureNotReentrant();
    return true;
  }

  /** Forgets a pending add. @returns whether there was one. */
  #takeBack(registrationId: number, kinds: readonly PendingCommand['kind'][]): boolean {
    const { pending } = this.#parts;
    const kind = pending.get(registrationId)?.kind;
    if (kind === undefined || !kinds.includes(kind)) {
      return false;
    }
    const reason = new AeronError('CLOSED', `the add was taken back: registrationId=${registrationId}`);
    pending.take(registrationId)?.waiter?.reject(reason);
    return true;
  }
}

function chosen<H>(given: H | null | undefined, byDefault: H | undefined): H | undefined {
  return given === undefined ? byDefault : (given ?? undefined);
}

/** The answer's resource as its class: an answer of another kind never gets this far. */
function only<R extends Resource>(resource: unknown, resourceClass: ResourceClass<R>): R {
  if (!(resource instanceof resourceClass)) {
    throw new AeronError('CONTROL_PROTOCOL', `the driver's answer is no ${resourceClass.name}`);
  }
  return resource;
}

function checkStream(channel: string, streamId: number): void {
  checkChannel(channel);
  checkInt32(streamId, 'streamId');
}

function checkCounter({ typeId, key, label }: CounterFacts): void {
  checkInt32(typeId, 'typeId');
  if (key.length > MAX_COUNTER_KEY_LENGTH) {
    const lengths = `keyLength=${key.length} max=${MAX_COUNTER_KEY_LENGTH}`;
    throw new AeronError('INVALID_ARGUMENT', `key of a counter is too long: ${lengths}`);
  }
  if (label.length > MAX_COUNTER_LABEL_LENGTH) {
    const lengths = `labelLength=${label.length} max=${MAX_COUNTER_LABEL_LENGTH}`;
    throw new AeronError('INVALID_ARGUMENT', `label of a counter is too long: ${lengths}`);
  }
}
